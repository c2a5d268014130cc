"""Engines: the same results in the same order, wherever the work is done."""

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.engine import Engine, Helped, Inline, Processes
from flows.errors import EngineError


def _end_helper(_unit: int) -> None:
    if multiprocessing.parent_process() is not None:
        os._exit(9)
    time.sleep(0.05)


@pytest.mark.parametrize(
    "made", [Inline, lambda: Processes(2), lambda: Helped(1)], ids=["inline", "processes", "helped"]
)
def test_results_come_in_the_order_of_the_units_with_progress(made: Callable[[], Engine]) -> None:
    seen: list[tuple[int, int]] = []
    engine = made()
    try:
        assert engine.map(abs, [-3, 1, -2, 0], lambda done, total: seen.append((done, total))) == [3, 1, 2, 0]
    finally:
        engine.close()
    assert seen[-1] == (4, 4)


@pytest.mark.parametrize("made", [lambda: Processes(2), lambda: Helped(1)], ids=["processes", "helped"])
def test_an_error_in_a_unit_is_raised_here(made: Callable[[], Engine]) -> None:
    engine = made()
    try:
        with pytest.raises(ValueError, match="invalid literal"):
            engine.map(int, ["1", "x", "2"], lambda *_: None)
    finally:
        engine.close()


def test_a_worker_that_is_killed_stops_the_run_with_a_clear_line() -> None:
    engine = Processes(2)
    try:
        with pytest.raises(EngineError, match="a worker process was killed"):
            engine.map(os._exit, [9, 9], lambda *_: None)
    finally:
        engine.close()


def test_a_helper_that_is_killed_stops_the_run_with_a_clear_line() -> None:
    engine = Helped(1)
    try:
        with pytest.raises(EngineError, match="a worker process was killed"):
            engine.map(_end_helper, range(1000), lambda *_: None)
    finally:
        engine.close()


def test_helpers_take_units_once_they_are_up() -> None:
    if not Path("/proc/self").exists():
        pytest.skip("there is no /proc to see processes in")
    engine = Helped(1)
    processes: set[str] = set()
    end = time.monotonic() + 30
    try:
        while len(processes) < 2 and time.monotonic() < end:
            processes |= set(engine.map(os.path.realpath, ["/proc/self"] * 8, lambda *_: None))
    finally:
        engine.close()
    assert len(processes) == 2


def test_workers_end_with_the_run_that_was_killed() -> None:
    code = (
        "import os\nfrom flows.engine import Processes\n"
        "engine = Processes(2)\n"
        "print(*engine.map(os.path.realpath, ['/proc/self'] * 8, lambda *_: None), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -9
    workers = [Path(path) for path in set(done.stdout.split()) if path != "/proc/self"]
    if not workers:
        pytest.skip("there is no /proc to see processes in")
    end = time.monotonic() + 10
    while any(path.exists() for path in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(path.exists() for path in workers)
