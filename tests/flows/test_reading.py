"""What a stopped run had read isn't read again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.opening import open_run
from flows.report import RunReport
from flows.settings import load_settings
from flows.stages import read
from flows.steps import read as reading

STORIES = 5_000
PROJECT = Path(__file__).parents[2]
Run = Callable[..., RunReport]


@pytest.fixture
def crawl(write: Any) -> Path:
    """A file that is read in several slices."""
    lines = (
        json.dumps({"url": f"https://courier.example/{n}", "text": f"The tug {n} left the quay at dawn. " * 40})
        for n in range(STORIES)
    )
    path: Path = write("courier.example/2025-03-01/crawl.jsonl", "".join(line + "\n" for line in lines))
    return path


@pytest.fixture
def read_units(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first record of each slice that was read, not taken from what was kept."""
    seen: list[int] = []
    honest = reading.stream_unit

    def counting(unit: Any, *given: Any, **more: Any) -> Any:
        seen.append(unit[0].first_record)
        return honest(unit, *given, **more)

    monkeypatch.setattr(reading, "stream_unit", counting)
    return seen


def given(raw: Path, processed: Path, **more: Any) -> Any:
    return load_settings(raw=raw, processed=processed, slice_bytes=1 << 19, engine="inline", **more)


def test_a_run_goes_on_from_the_last_finished_slice(
    crawl: Path, raw: Path, processed: Path, read_units: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = reading.stream_unit

    def stopped(unit: Any, *rest: Any, **more: Any) -> Any:
        if len(read_units) == 3:
            raise KeyboardInterrupt
        return honest(unit, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(reading, "stream_unit", stopped)
        with pytest.raises(KeyboardInterrupt), open_run(given(raw, processed)) as run:
            read(run)
    first = list(read_units)
    assert len(first) == 3
    with open_run(given(raw, processed)) as run:
        assert read(run)["records"] == STORIES
    assert not set(read_units[3:]) & set(first)


def test_what_another_setting_would_read_otherwise_is_read_again(
    crawl: Path, raw: Path, processed: Path, read_units: list[int]
) -> None:
    with open_run(given(raw, processed)) as run:
        read(run)
    before = len(read_units)
    with open_run(given(raw, processed, max_record_lines=10)) as run:
        read(run)
    assert len(read_units) == 2 * before
    crawl.write_text(crawl.read_text().replace("dawn", "dusk"))
    with open_run(given(raw, processed, max_record_lines=10)) as run:
        read(run)
    assert len(read_units) == 3 * before
    assert len(list((processed / "_state" / "reading").iterdir())) == before, "what nobody will ask for is thrown away"


def test_nothing_is_kept_once_it_is_published(
    courier: Callable[[], None], processed: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Path] = []
    honest = reading.keep

    def seen(result: Any, folder: Path) -> Any:
        kept.append(folder)
        return honest(result, folder)

    monkeypatch.setattr(reading, "keep", seen)
    courier()
    run(slice_bytes=1024)
    assert len(kept) > 1
    assert not (processed / "_state" / "reading").exists()


def test_a_process_killed_while_it_reads_leaves_what_it_had_read(crawl: Path, raw: Path, processed: Path) -> None:
    code = """
import os, signal, sys
from flows.settings import load_settings
from flows.opening import open_run
from flows.stages import read
from flows.steps import kept, read as reading
count, honest = 0, reading.keep
def keep(result, folder):
    global count
    count += 1
    done = honest(result, folder)
    if count == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
reading.keep = keep
with open_run(load_settings(raw=sys.argv[1], processed=sys.argv[2], slice_bytes=1 << 19, engine="inline")) as run:
    read(run)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(raw), str(processed)],
        check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert done.returncode == -signal.SIGKILL
    kept = [path for path in (processed / "_state" / "reading").iterdir() if not path.name.startswith(".")]
    assert len(kept) == 2


def test_progress_is_told_in_bytes(crawl: Path, raw: Path, processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.reading.LOOK_SECONDS", 0.01)
    told: list[tuple[int, int]] = []
    with open_run(given(raw, processed), progress=lambda _stage, done, total: told.append((done, total))) as run:
        read(run)
    size = crawl.stat().st_size
    assert told[0] == (0, size)
    assert told[-1] == (size, size)
    between = [done for done, _ in told[1:-1] if 0 < done < size]
    assert between
    assert between == sorted(between)
