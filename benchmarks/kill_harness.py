"""Forks of one small process that run copydesk, are killed, and are compared with runs that weren't.

The parent imports copydesk once and never runs Arrow: threads don't outlive a fork.
"""

import gc
import hashlib
import importlib
import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.held_text import holding
from benchmarks.kill_corpus import COURIER, FJORD, TIDENDE
from benchmarks.kill_points import Points
from flows.cleaning.loading import load_all
from flows.cleaning.rules import rule_set
from flows.dedup.words import load_tables
from flows.settings import Settings, load_settings
from flows.sites import load_profiles
from flows.stages import ingest
from flows.tables.layout import Layout
from flows.tables.tombstones import load_takedowns
from schemas import TABLES

Files = dict[str, str]
"""Every file below the processed folder but `runs` and the lock, hashed."""
Places = dict[str, str]
"""The file that each article stands in."""
Command = Callable[[Settings], object]
"""What is run and killed, and then run again; done already, it does nothing."""


@dataclass
class Scenario:
    """A state that a command begins in, and how it must end."""

    name: str
    raw: Path
    before: Path | None
    """A processed folder to begin with; none: there is nothing yet."""
    runs: int
    """Rows of `runs` when all is done, however many commands were killed."""
    old: Places = field(default_factory=dict)
    command: Command = ingest
    given: dict[str, Any] = field(default_factory=dict)
    """Settings of its own."""
    gone: tuple[str, ...] = ()
    """What no byte below the folder may hold when all is done."""
    plainly: bool = True
    """Whether a plain run may come before the command is run again; it finds nothing new, and all done or nothing."""
    expected: Files = field(default_factory=dict)
    new: Places = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Harness:
    """Runs, kills and compares."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processed = folder / "processed"
        self._told = folder / "told.json"
        self.kills = self.finished = 0

    def settings(self, scenario: Scenario) -> Settings:
        plain = {"engine": "inline", "buckets": 1, "reader_grace_seconds": 0.001, "profiles": ""}
        return load_settings(raw=scenario.raw, processed=self.processed, **(plain | scenario.given))

    def child(self, work: Callable[[], Any], *, kill_after: float | None = None) -> bool:
        """Fork and work; return whether the child was killed. What `work` returns is told by `told`."""
        process = os.fork()
        if process == 0:
            _work(work, self._told)
        status = _wait(process, kill_after)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self.kills += 1
            return True
        if status != 0:
            raise SystemExit(f"a run failed with status {status}; its folder is {self.processed}")
        self.finished += 1
        return False

    def told(self) -> Any:
        """Return what the last child's work returned."""
        return json.loads(self._told.read_text())

    def restore(self, before: Path | None) -> None:
        """Put the folder into a state that was kept; none: take it away."""
        shutil.rmtree(self.processed, ignore_errors=True)
        if before:
            shutil.copytree(before, self.processed)

    def kill(self, scenario: Scenario, *, at: int | None = None, after: float | None = None) -> bool:
        """Run and be killed at a point, or after a time; return whether it was before the end."""

        def work() -> list[str]:
            points = Points(self.processed, at)
            points.install()
            scenario.command(self.settings(scenario))
            return points.labels

        return self.child(work, kill_after=after)

    def end(self, scenario: Scenario, how: str) -> None:
        """Look at what killed commands left, run to the end, and compare; after every other kill, run plainly first."""
        plainly = scenario.plainly and scenario.command is not ingest and self.kills % 2 == 1

        def work() -> None:
            _check_readable(self.processed, scenario)
            if plainly:
                ingest(self.settings(scenario))
                self._check_all_or_nothing(scenario)
            scenario.command(self.settings(scenario))
            rows = pq.read_table(self.processed / "runs", partitioning=None).num_rows
            assert rows == scenario.runs, f"{rows} rows in runs"
            left = scenario.gone and holding(self.processed, *scenario.gone)
            assert not left, left

        self.child(work)
        found = files_of(self.processed)
        if found != scenario.expected:
            raise SystemExit(f"{scenario.name}, killed {how}: {_unlike(found, scenario.expected)}")

    def _check_all_or_nothing(self, scenario: Scenario) -> None:
        """What a plain run leaves is what was there before the command, or all that the command does."""
        found = files_of(self.processed)
        if found != scenario.expected:
            assert scenario.before is not None
            before = files_of(scenario.before)
            assert found == before, f"{scenario.name}, neither done nor undone: {_unlike(found, before)}"


def _unlike(found: Files, expected: Files) -> str:
    """Name files that aren't as expected."""
    names = sorted({name for name, _ in set(found.items()) ^ set(expected.items())})
    return f"other files than without a kill: {names[:6]}"


def _work(work: Callable[[], Any], told: Path) -> None:
    """Work in a child, which ends here."""
    code = 1
    with suppress(BaseException):
        try:
            pa.set_cpu_count(1)
            pa.set_io_thread_count(1)
            told.write_text(json.dumps(work()))
            code = 0
        except BaseException:
            traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


def _wait(process: int, kill_after: float | None) -> int:
    if kill_after is not None:
        time.sleep(kill_after)
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return status
        os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]


def files_of(processed: Path) -> Files:
    """Hash what must not depend on kills."""
    return {
        name: hashlib.sha256(_lasting(path)).hexdigest()
        for path in sorted(processed.rglob("*"))
        if path.is_file() and not (name := path.relative_to(processed).as_posix()).startswith(("runs/", "_state/lock"))
    }


def _lasting(path: Path) -> bytes:
    """Return a file's bytes; of what is known of takedowns, all but their ids and times, which no two have alike."""
    if path.name == "takedowns.json":
        told = json.loads(path.read_bytes())
        return json.dumps([one | {"takedown_id": number, "at": 0} for number, one in enumerate(told)]).encode()
    if path.name == "tombstones.parquet":
        rows = pq.ParquetFile(path).read().to_pylist()
        numbers = {name: number for number, name in enumerate(sorted({row["takedown"] for row in rows}))}
        return repr([(numbers[row["takedown"]], row["kind"], row["value"]) for row in rows]).encode()
    return path.read_bytes()


def places(processed: Path) -> Places:
    """Return where each article stands; an article in two files is an error."""
    found: Places = {}
    for path in sorted((processed / "articles").rglob("*.parquet")):
        for article in pq.ParquetFile(path).read(columns=["article_id"])["article_id"].to_pylist():
            assert article not in found, f"{article} stands in {found[article]} and in {path}"
            found[article] = path.relative_to(processed).as_posix()
    return found


def _check_readable(processed: Path, scenario: Scenario) -> None:
    """Whatever was killed, every file can be read, takedowns can be listed, no article is there twice, none is missing that doesn't move."""
    for name in TABLES:
        for path in (processed / name).rglob("*"):
            if path.is_file():
                assert path.suffix == ".parquet", path
                pq.ParquetFile(path).read()
    load_takedowns(Layout(processed))
    found = set(places(processed))
    stay = {article for article, place in scenario.old.items() if scenario.new.get(article) == place}
    assert stay <= found <= set(scenario.old) | set(scenario.new), scenario.name


def warm() -> None:
    """Load what every run loads, without Arrow."""
    for name in ("numpy.ma", "numpy.random", "pyarrow.acero", "pandas"):  # imported where they are first needed
        with suppress(ImportError):  # pandas may be missing
            importlib.import_module(name)
    load_all()
    load_tables()
    profiles = load_profiles(None)
    for site in (COURIER, FJORD, TIDENDE):
        rule_set(profiles.for_site(site, date(2025, 4, 1)))
    gc.collect()
    gc.freeze()  # or a child would copy what it looks through
