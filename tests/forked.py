"""The command in processes that are forked from one which has imported it: a fresh one takes seconds to have all it needs.

python tests/forked.py serve SOCKET
python tests/forked.py order SOCKET ingest --quiet

Each order comes over a connection of its own: arguments, environment and folder as JSON, with the three standard
streams; the answer is the exit code. The process that is forked from has no threads and never runs Arrow.
"""

import gc
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120
ORDER_BYTES = 1 << 20
_MODULES = (
    "flows.cli", "flows.forget_command", "flows.rebuilding", "flows.retrying", "flows.stages", "flows.recleaning",
    "flows.takedown", "flows.terminal_changes", "flows.terminal_rejected", "flows.terminal_sites",
    "flows.terminal_takedowns", "flows.warehouse.query", "flows.warehouse.rejected", "flows.warehouse.sites",
)  # fmt: skip


class Forked:
    """Runs the command by orders to the process that is forked from."""

    def __init__(self, address: str) -> None:
        self._address = address

    @property
    def command(self) -> list[str]:
        """What runs it in a shell."""
        return [sys.executable, __file__, "order", self._address]

    def run(self, arguments: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
        """Run it as subprocess.run does."""
        with (
            Path(os.devnull).open() as nothing,
            tempfile.TemporaryFile("w+") as out,
            tempfile.TemporaryFile("w+") as error,
        ):
            streams = [nothing.fileno(), out.fileno(), error.fileno()]
            code = _order(self._address, arguments, env=env, cwd=cwd, streams=streams)
            told = [file.seek(0) or file.read() for file in (out, error)]
            return subprocess.CompletedProcess([*arguments], code, *told)


def _order(address: str, arguments: Sequence[str], *, env: Mapping[str, str], cwd: Path, streams: Sequence[int]) -> int:
    """Have the command run; return its exit code."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(address)
        order = {"arguments": [*arguments], "env": dict(env), "cwd": str(cwd)}
        socket.send_fds(connection, [json.dumps(order).encode()], streams)
        return int(connection.recv(16))


@contextmanager
def forking() -> Iterator[Forked]:
    """Begin to import, and end with the tests."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"{folder}/orders"
        env = {name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK_", "PREFECT_"))}
        process = subprocess.Popen(
            [sys.executable, __file__, "serve", address], env={**env, "PYTHONPATH": str(PROJECT)}
        )
        try:
            until = time.monotonic() + PATIENCE_SECONDS
            while not Path(address).exists() and process.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            yield Forked(address)
        finally:
            process.terminate()
            process.wait()


def _serve(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as orders:
        orders.bind(f"{address}.new")
        orders.listen()
        Path(f"{address}.new").rename(address)
        while True:
            connection, _ = orders.accept()
            process = os.fork()
            if process == 0:
                orders.close()
                _become(connection)
                return
            connection.send(str(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])).encode())
            connection.close()


def _become(connection: socket.socket) -> None:
    """Have what was ordered."""
    told, streams, _, _ = socket.recv_fds(connection, ORDER_BYTES, 3)
    connection.close()
    order = json.loads(told)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = ["copydesk", *order["arguments"]]


def _warm() -> None:
    """Import and load what commands need."""
    from flows.cleaning.loading import load_all
    from flows.dedup.words import load_tables

    for name in _MODULES:
        importlib.import_module(name)
    load_all()
    load_tables()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _, what, at, *given = sys.argv
    if what == "order":
        sys.exit(_order(at, given, env=os.environ, cwd=Path.cwd(), streams=[0, 1, 2]))
    _warm()
    _serve(at)
    runpy.run_module("flows", run_name="__main__", alter_sys=False)
