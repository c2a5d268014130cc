"""A run of `copydesk ingest` that is watched: what its processes open for writing, and whom they call."""

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.speed import Timed, timed

PROJECT = Path(__file__).parents[1]
_CAPBSET_DROP, _OVERRIDES = 24, (1, 2)
"""What prctl calls taking away, and what root may do without permission to read."""
_WATCH = """
import os, sys

def watch(event, args):
    told = None
    if event == "open" and isinstance(args[0], (str, bytes)):
        if (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            told = os.path.realpath(os.fsdecode(args[0]))
    elif event == "os.remove" and args[1] != -1:
        return  # by a folder that is open: rmtree's way, of what was made before
    elif event in ("os.mkdir", "os.rename", "os.symlink", "os.link", "os.remove", "os.truncate"):
        told = os.path.realpath(os.fsdecode(args[1] if event in ("os.rename", "os.symlink", "os.link") else args[0]))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "os.system", "subprocess.Popen"):
        told = repr(args[:2])
    elif event == "socket.connect" and not isinstance(args[1], (str, bytes)):
        told = repr(args[1])
    if told:
        os.write(LOG, f"{event}\\t{told!r}\\n".encode())

LOG = os.open(os.environ["COPYDESK_WATCHED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
sys.addaudithook(watch)
"""
"""What every Python process of a run does first: tell what it opens for writing, and whom it calls."""


@dataclass(frozen=True)
class Place:
    """The folders of a trial."""

    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def processed(self) -> Path:
        return self.folder / "processed"

    @property
    def watched(self) -> Path:
        return self.folder / "watched.log"

    def query(self, table: str, columns: str) -> list[tuple[str, ...]]:
        """Return columns of a published table."""
        if not list((self.processed / table).glob("**/*.parquet")):
            return []
        return duckdb.sql(
            f"SELECT {columns} FROM read_parquet('{self.processed}/{table}/month=*/*.parquet')"
        ).fetchall()


def _without_override() -> None:
    """Have root ask for permission like everybody else."""
    if os.geteuid() == 0:
        for capability in _OVERRIDES:
            ctypes.CDLL(None).prctl(_CAPBSET_DROP, capability, 0, 0, 0)


def run(place: Place, *flags: str) -> Timed:
    """Run the command as a process of its own, in an empty folder, watched."""
    for name in ("watch", "home", "tmp", "work"):
        (place.folder / name).mkdir(exist_ok=True)
    (place.folder / "watch" / "sitecustomize.py").write_text(_WATCH)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK", "PREFECT"))} | {
        "PYTHONPATH": f"{place.folder / 'watch'}:{PROJECT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "COPYDESK_WATCHED": str(place.watched),
        "HOME": str(place.folder / "home"),
        "TMPDIR": str(place.folder / "tmp"),
    }
    given = ["--raw", str(place.raw), "--processed", str(place.processed), "--engine", "processes", *flags]
    command = [sys.executable, "-m", "flows", "ingest", "--quiet", *given]
    return timed(command, env, cwd=place.folder / "work", begin=_without_override, may_fail=True)
