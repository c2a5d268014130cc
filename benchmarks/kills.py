"""Kill runs at every step and at random times; the next run must end as if nothing had happened.

python benchmarks/kills.py --random 500 --seed 7

A small parent imports copydesk once, never runs Arrow, and forks a child per run. A child is killed (SIGKILL) at the
n-th thing it does to a file (kill_points.py), or after a random time. Then another child looks at what readers would
see, and runs to the end; every published file and all state must have the bytes that a run without kills gives.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # threads don't outlive a fork
    os.environ[name] = "1"
os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.kill_corpus import write_raw  # noqa: E402
from benchmarks.kill_harness import Harness, Scenario, files_of, places, warm  # noqa: E402
from benchmarks.kill_points import Points  # noqa: E402
from flows import stages  # noqa: E402
from flows.run import Run  # noqa: E402


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
