"""Engines: the same results in the same order, wherever the work is done."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.engine import Engine, Inline, Processes
from flows.errors import EngineError

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()


@pytest.mark.parametrize("made", [Inline, lambda: Processes(2)], ids=["inline", "processes"])
def test_results_come_in_the_order_of_the_units_with_progress(made: Callable[[], Engine]) -> None:
    seen: list[tuple[int, int]] = []
    engine = made()
    try:
        assert engine.map(abs, [-3, 1, -2, 0], lambda done, total: seen.append((done, total))) == [3, 1, 2, 0]
    finally:
        engine.close()
    assert seen[-1] == (4, 4)


def test_an_error_in_a_unit_is_raised_here() -> None:
    engine = Processes(2)
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


def _loaded(_unit: int) -> tuple[int, bool]:
    from flows.cleaning import language_model

    return threading.active_count(), language_model._loaded.cache_info().currsize == 1


def test_workers_come_up_with_all_loaded_and_no_thread_of_the_process_they_are_forked_from() -> None:
    if not CAN_FORK:
        pytest.skip("processes can't be forked here")
    engine = Processes(2)
    try:
        found = engine.map(_loaded, range(4), lambda *_: None)
    finally:
        engine.close()
    assert {loaded for _, loaded in found} == {True}
    assert {threads for threads, _ in found} == {2}, "the work's, and one that waits for the parent's end"


def test_workers_come_up_where_the_temporary_folder_is_too_far_down_for_a_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    code = (
        "from flows.engine import Processes\n"
        "if __name__ == '__main__':\n"
        "    engine = Processes(2)\n"
        "    print(engine.map(abs, [-3, 1, -2], lambda *_: None))\n"
        "    engine.close()\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(deep)}
    done = subprocess.run(
        [sys.executable, str(script)], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "[3, 1, 2]\n", done.stderr


def test_what_is_started_ahead_ends_with_its_process() -> None:
    code = (
        "import os\nfrom multiprocessing import forkserver\nfrom flows.forking import start_ahead\n"
        "start_ahead()\nprint(forkserver._forkserver._forkserver_pid, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    if not CAN_FORK or not Path("/proc/self").exists():
        pytest.skip("there is no process to look for")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == -9
    server, end = Path("/proc", done.stdout.decode().strip()), time.monotonic() + 30
    while server.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not server.exists()


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
