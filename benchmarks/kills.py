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
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # threads don't outlive a fork
    os.environ[name] = "1"
os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.kill_harness import Harness, Scenario, warm  # noqa: E402
from benchmarks.kill_points import Points  # noqa: E402
from benchmarks.kill_scenarios import scenarios  # noqa: E402
from flows import opening, stages, takedown  # noqa: E402
from flows.stages import ingest  # noqa: E402

ALWAYS_THOROUGH = ("second run", "repair of a second run that was killed at the beginning")
"""Killed at each step of publishing and of repairing, however few kills are asked for elsewhere."""


class _AllTriedError(Exception):
    """Ends a command whose publication was killed at each of its steps."""


def kill_while_publishing(harness: Harness, scenario: Scenario, every: int, every_move: int) -> None:
    """Kill before each step of publishing: before the journal at one in `every`, from there on in `every_move`.

    All is staged once, and each kill begins there. The lock, which a killed process leaves to the next, is no part
    of it: runs that are killed elsewhere have it.
    """
    staged = harness.folder / f"staged {scenario.name}"

    def work() -> int:
        opening.locked = lambda *_, **__: nullcontext(SimpleNamespace(check=lambda: None))
        stages.publish_run = kill_each(stages.publish_run)
        takedown.publish_state = kill_each(takedown.publish_state)
        with suppress(_AllTriedError):
            scenario.command(harness.settings(scenario))
        return harness.kills

    def kill_each(publish: Callable[..., Any]) -> Callable[..., Any]:
        def killing(*given: Any) -> None:
            stages.publish_run, takedown.publish_state = honest
            shutil.copytree(harness.processed, staged)
            labels = run_to(None, publish, *given)
            assert labels is not None
            journal = labels.index("open _state/journal.draft") if scenario.before else len(labels)
            for at in _chosen(len(labels), journal, every, every_move):
                harness.restore(staged)
                assert run_to(at, publish, *given) is None, f"point {at} wasn't reached"
                harness.end(scenario, f"at step {at} of publishing")
            raise _AllTriedError

        return killing

    def run_to(at: int | None, publish: Callable[..., Any], *given: Any) -> list[str] | None:
        points = Points(harness.processed, at)

        def work() -> list[str]:
            points.install()
            publish(*given)
            return points.labels

        return None if harness.child(work) else harness.told()

    honest = stages.publish_run, takedown.publish_state
    harness.restore(scenario.before)
    harness.child(work)
    harness.kills = harness.told()


def _chosen(points: int, journal: int, every: int, every_move: int) -> list[int]:
    return [*_spread(0, journal, every), *_spread(journal, points, every_move)]


def _spread(start: int, stop: int, every: int) -> range:
    """Return one in so many, at least the one in the middle."""
    return range(start + min(every, stop - start) // 2, stop, every)


def kill_repair(harness: Harness, scenario: Scenario, every: int) -> None:
    """Kill before each thing that a command does which finds half a publication, or half a repair of it."""
    for at in _spread(0, len(scenario.labels), every):
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
        help="kill at one in so many of the steps, but at all of publishing a second run and of repairing it",
    )
    parser.add_argument(
        "--others", type=int, default=1, help="the same for takedowns, rebuilds, migrations and their repairs"
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
            migrates = "migration" in scenario.name
            rarely = given.every if scenario.command is ingest and not migrates else given.others
            always = 1 if scenario.name in ALWAYS_THOROUGH else rarely
            if scenario.name.startswith("repair"):
                kill_repair(harness, scenario, always)
            else:  # before the journal is there, a migration has more steps than others, and each does nothing
                kill_while_publishing(harness, scenario, 10 * rarely if migrates else rarely, always)
            killed = harness.kills - before
            print(
                f"{scenario.name}: {killed} kill{'' if killed == 1 else 's'}, {scenario.seconds:.2f} s a run",
                flush=True,
            )
        before = harness.kills
        while harness.kills - before < given.random:
            kill_at_random(harness, pick.choice(every), pick)
        print(f"random points and times: {harness.kills - before}")
    print(f"{harness.kills} kills survived in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
