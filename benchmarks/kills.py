"""Kill runs at every step and at random times; the next run must end as if nothing had happened.

python benchmarks/kills.py --random 500 --seed 7

A small parent imports copydesk once, never runs Arrow, and forks a child per run. A child is killed (SIGKILL) at the
n-th thing it does to a file (kill_points.py), or after a random time. Then another child looks at what readers would
see, and runs to the end; every published file and all state must have the bytes that a run without kills gives.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # threads don't outlive a fork
    os.environ[name] = "1"
os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
sys.path.insert(0, str(Path(__file__).parents[1]))

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from benchmarks.kill_corpus import COURIER, FJORD, TIDENDE, write_raw  # noqa: E402
from benchmarks.kill_points import Points  # noqa: E402
from flows import stages  # noqa: E402
from flows.cleaning.characters import _kind_table  # noqa: E402
from flows.cleaning.language_model import _model  # noqa: E402
from flows.cleaning.line_model import load_line_model  # noqa: E402
from flows.cleaning.rules import rule_set  # noqa: E402
from flows.cleaning.words import _table as _letters  # noqa: E402
from flows.run import Run  # noqa: E402
from flows.settings import Settings, load_settings  # noqa: E402
from flows.sites import load_profiles  # noqa: E402
from flows.stages import ingest  # noqa: E402
from schemas import TABLES  # noqa: E402

Files = dict[str, str]
"""Every file below the processed folder but `runs` and the lock, hashed."""
Places = dict[str, str]
"""The file that each article stands in."""


@dataclass
class Scenario:
    """A state that a run begins in, and how it must end."""

    name: str
    raw: Path
    before: Path | None
    """A processed folder to begin with; none: there is nothing yet."""
    expected: Files
    runs: int
    """Rows of `runs` when all is done, however many runs were killed."""
    old: Places
    new: Places
    labels: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Harness:
    """Runs, kills and compares."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processed = folder / "processed"
        self._told = folder / "told.json"
        self.kills = self.finished = 0

    def settings(self, raw: Path) -> Settings:
        return load_settings(
            raw=raw, processed=self.processed, engine="inline", buckets=1, reader_grace_seconds=0, profiles=""
        )

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
            ingest(self.settings(scenario.raw))
            return points.labels

        return self.child(work, kill_after=after)

    def end(self, scenario: Scenario, how: str) -> None:
        """Look at what killed runs left, run to the end, and compare."""

        def work() -> None:
            _check_readable(self.processed, scenario)
            ingest(self.settings(scenario.raw))
            rows = pq.read_table(self.processed / "runs", partitioning=None).num_rows
            assert rows == scenario.runs, f"{rows} rows in runs"

        self.child(work)
        found = files_of(self.processed)
        if found != scenario.expected:
            wrong = sorted(set(found.items()) ^ set(scenario.expected.items()))
            raise SystemExit(f"{scenario.name}, killed {how}: other files than without a kill: {wrong[:6]}")


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
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(processed.rglob("*"))
        if path.is_file() and not (name := path.relative_to(processed).as_posix()).startswith(("runs/", "_state/lock"))
    }


def places(processed: Path) -> Places:
    """Return where each article stands; an article in two files is an error."""
    found: Places = {}
    for path in sorted((processed / "articles").rglob("*.parquet")):
        for article in pq.ParquetFile(path).read(columns=["article_id"])["article_id"].to_pylist():
            assert article not in found, f"{article} stands in {found[article]} and in {path}"
            found[article] = path.relative_to(processed).as_posix()
    return found


def _check_readable(processed: Path, scenario: Scenario) -> None:
    """Whatever was killed, every file can be read, no article is there twice, none is missing that doesn't move."""
    for name in TABLES:
        for path in (processed / name).rglob("*"):
            if path.is_file():
                assert path.suffix == ".parquet", path
                pq.ParquetFile(path).read()
    found = set(places(processed))
    stay = {article for article, place in scenario.old.items() if scenario.new.get(article) == place}
    assert stay <= found <= set(scenario.old) | set(scenario.new), scenario.name


def warm() -> None:
    """Load what every run loads, without Arrow."""
    with suppress(ImportError):
        import pandas  # noqa: F401 - Arrow asks for it where there is one
    _model()
    _kind_table()
    _letters()
    load_line_model(None)
    profiles = load_profiles(None)
    for site in (COURIER, FJORD, TIDENDE):
        rule_set(profiles.for_site(site, date(2025, 4, 1)))


def scenarios(harness: Harness, folder: Path) -> Iterator[Scenario]:
    """Yield a first run, a second run that changes what the first published, and two recoveries of it."""
    first, both = folder / "raw-first", folder / "raw-both"
    write_raw(first, second=False)
    write_raw(both, second=True)
    fresh = Scenario("first run", first, None, {}, 1, {}, {})
    measure(harness, fresh)
    yield fresh
    second = Scenario("second run", both, keep(harness, folder / "published"), {}, 2, fresh.new, {})
    measure(harness, second)
    moved = [article for article in second.old if second.old[article] != second.new.get(article)]
    assert len(moved) >= 2, "no article moves between files"
    yield second
    renames = [n for n, label in enumerate(second.labels) if label.startswith("rename _state/staging")]
    for part, point in {"at the beginning": renames[1], "in the middle": renames[len(renames) // 2]}.items():
        harness.restore(second.before)
        assert harness.kill(second, at=point)
        kept = keep(harness, folder / f"half-published-{point}")
        name = f"recovery of a publication that was killed {part}"
        recovery = Scenario(name, both, kept, second.expected, 2, second.old, second.new)
        measure(harness, recovery)
        yield recovery


def measure(harness: Harness, scenario: Scenario) -> None:
    """Run a scenario without a kill; its points, its time and its end are what the others are held against."""
    harness.restore(scenario.before)
    began = time.perf_counter()
    harness.kill(scenario)
    scenario.seconds = time.perf_counter() - began
    scenario.labels = harness.told()
    harness.child(lambda: places(harness.processed))
    scenario.new = harness.told()
    found = files_of(harness.processed)
    assert not scenario.expected or scenario.expected == found, scenario.name
    scenario.expected = found


def keep(harness: Harness, folder: Path) -> Path:
    shutil.copytree(harness.processed, folder)
    return folder


def kill_while_publishing(harness: Harness, scenario: Scenario, every: int) -> None:
    """Kill before each step of publishing; with `every`, of a first run and before the journal, at one in so many.

    All is staged once, and each kill begins there. The lock, which a killed process leaves to the next, is no part
    of it: runs that are killed elsewhere have it.
    """

    def work() -> int:
        stages.locked = lambda *_, **__: nullcontext(SimpleNamespace(check=lambda: None))
        with stages.open_run(harness.settings(scenario.raw)) as run:
            for stage in stages.STAGES[:-1]:
                stage(run)
            shutil.copytree(harness.processed, staged)
            labels = publish(run, None)
            first = 0 if scenario.before is None else labels.index("open _state/journal.draft")
            for at in _chosen(len(labels), first or len(labels), every):
                harness.restore(staged)
                assert publish(run, at) is None, f"point {at} wasn't reached"
                harness.end(scenario, f"at step {at} of publishing")
        return harness.kills

    def publish(run: Run, at: int | None) -> list[str] | None:
        points = Points(harness.processed, at)
        killed = harness.child(lambda: points.install() or (stages.publish(run) and points.labels))
        return None if killed else harness.told()

    staged = harness.folder / f"staged {scenario.name}"
    harness.restore(scenario.before)
    harness.child(work)
    harness.kills = harness.told()


def _chosen(points: int, all_from: int, every: int) -> list[int]:
    return [*range(0, all_from, every), *range(all_from, points)]


def kill_recovery(harness: Harness, scenario: Scenario, every: int) -> None:
    """Kill before each thing that a run does which finds half a publication, or half a recovery of it."""
    for at in range(0, len(scenario.labels), every):
        harness.restore(scenario.before)
        assert harness.kill(scenario, at=at), f"point {at} wasn't reached"
        harness.end(scenario, f"before '{scenario.labels[at]}'")


def kill_at_random(harness: Harness, scenario: Scenario, pick: random.Random) -> None:
    """Kill up to three runs in a row, each at a random point or after a random time."""
    harness.restore(scenario.before)
    how = []
    for _ in range(pick.randint(1, 3)):
        if pick.random() < 0.5:
            point = pick.randrange(len(scenario.labels))
            harness.kill(scenario, at=point)
            how.append(f"at point {point}")
        else:
            seconds = pick.uniform(0, scenario.seconds)
            harness.kill(scenario, after=seconds)
            how.append(f"after {seconds:.3f} s")
    harness.end(scenario, ", then ".join(how))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=100, help="kills at random points and times, at least")
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        help="kill at one in so many of the steps, but at all of publishing over older tables and of recovering it",
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    pick = random.Random(given.seed)
    warm()
    began = time.perf_counter()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # killed processes lose nothing that is written
    with tempfile.TemporaryDirectory(dir=memory) as name:
        folder = Path(name).resolve()
        harness = Harness(folder)
        every = []
        for scenario in scenarios(harness, folder):
            every.append(scenario)
            before = harness.kills
            if scenario.name.endswith("run"):
                kill_while_publishing(harness, scenario, given.every)
            else:
                kill_recovery(harness, scenario, 1 if scenario is every[2] else given.every)
            print(f"{scenario.name}: {harness.kills - before} kills, {scenario.seconds:.2f} s a run", flush=True)
        before = harness.kills
        while harness.kills - before < given.random:
            kill_at_random(harness, pick.choice(every), pick)
        print(f"random points and times: {harness.kills - before}")
    print(f"{harness.kills} kills survived in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
