"""Two runs at once: one works, and the other says so or waits."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.errors import LockedError
from flows.opening import open_run
from flows.settings import Settings
from flows.stages import ingest
from flows.tables.layout import Layout
from flows.tables.lock import locked
from flows.waiting import _with_seconds
from tests.conftest import STORIES, Run, Write, page

PROJECT = Path(__file__).parents[2]
Rows = Callable[..., list[dict[str, Any]]]


def command(raw: Path, processed: Path, *arguments: str) -> "subprocess.Popen[str]":
    env = {**os.environ, "PYTHONPATH": str(PROJECT)}
    given = ("--raw", str(raw), "--processed", str(processed), *arguments)
    return subprocess.Popen(
        [sys.executable, "-m", "flows", "ingest", *given], env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip


def test_two_runs_that_wait_work_one_after_the_other_and_the_tables_are_right(
    tmp_path: Path, settings: Callable[..., Settings], rows: Rows, processed: Path
) -> None:
    for number, story in enumerate(STORIES):
        for raw in (tmp_path / "raw", tmp_path / f"raw{number % 2}"):
            path = raw / f"courier.example/2025-03-0{number + 1}/{story}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(story))
            os.utime(path, (1_741_000_000, 1_741_000_000))
    with locked(_made(processed)):
        both = [command(tmp_path / f"raw{number}", processed, "--wait") for number in range(2)]
        said = [process.stderr.readline() for process in both if process.stderr]  # both are at the lock now
    ends = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    for line in said:
        assert line.startswith(f"copydesk: waiting for another run on {processed.resolve()}: process {os.getpid()} on ")
    first, second = sorted((row["started_at"], row["finished_at"]) for row in rows("runs"))
    assert first[1] <= second[0]
    assert ingest(settings(processed=tmp_path / "once")).counts.articles == 4
    for table in ("documents", "articles", "removed_lines"):
        (ours,) = (processed / table).rglob("*.parquet")
        assert ours.read_bytes() == (tmp_path / "once" / ours.relative_to(processed)).read_bytes()


def _made(processed: Path) -> Path:
    lock = Layout(processed).lock
    lock.parent.mkdir(parents=True)
    return lock


def test_a_run_that_waits_in_vain_says_how_long(settings: Callable[..., Settings], run: Run) -> None:
    began = time.monotonic()
    with (
        open_run(settings()),
        pytest.raises(LockedError, match=rf"process {os.getpid()} on .*; it was waited for 0.3 s"),
    ):
        run(lock_wait_seconds=0.3)  # fmt: skip
    assert time.monotonic() - began >= 0.3


def test_a_run_that_does_not_wait_says_so_at_once_with_a_code_of_its_own(
    settings: Callable[..., Settings], copydesk: Any, write: Write
) -> None:
    write("courier.example/2025-03-01/ferry.txt", page("ferry"))
    with open_run(settings()):
        done = copydesk("ingest")
    assert done.returncode == 4
    assert "another run is at work on" in done.stderr
    assert "or run with --wait" in done.stderr


def test_pins_wait_too(settings: Callable[..., Settings], copydesk: Any, courier: Callable[[], None], run: Run) -> None:
    courier()
    run()
    with open_run(settings()):
        done = copydesk("sites", "pin", "--wait", "0.1", "courier.example", "Our printers")
    assert done.returncode == 4
    assert "it was waited for 0.1 s" in done.stderr


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (["--wait"], ["--wait=86400"]),
        (["--wait", "60"], ["--wait", "60"]),
        (["--wait", "0.5", "-q"], ["--wait", "0.5", "-q"]),
        (["--wait", "-q"], ["--wait=86400", "-q"]),
        (["--wait=60"], ["--wait=60"]),
        (["--wait", "courier.example", "LINE"], ["--wait=86400", "courier.example", "LINE"]),
        (["courier.example", "--", "--wait"], ["courier.example", "--", "--wait"]),
    ],
)
def test_wait_may_go_without_a_number(given: list[str], taken: list[str]) -> None:
    assert _with_seconds(given) == taken
