"""Fuzzing itself: the same inputs for the same seed, nothing of what it finds lost, cases as small as can be."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import fuzz
from benchmarks.fuzz_cases import smallest, target_of
from benchmarks.fuzz_engines import Progress, keep_case, run_mutator
from benchmarks.fuzz_mutations import MAX_INPUT, SPOILERS, spoilt
from benchmarks.fuzz_seeds import targets


def test_a_seed_gives_the_same_inputs_again() -> None:
    target, first, again = targets()["csv"], [], []
    run_mutator(target, first.append, inputs=50, seed=3)
    run_mutator(target, again.append, inputs=50, seed=3)
    assert first == again
    assert len(set(first)) > 25
    assert max(map(len, first)) <= MAX_INPUT


@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda spoil: spoil.__name__)
def test_a_spoiler_takes_anything(spoil: object) -> None:
    assert callable(spoil)
    for seed in range(30):
        for data in (b"", b"\n", b"7", b'{"a": 12, "b": 3}\nxyz\n' * 9):
            spoil(bytearray(data), random.Random(seed))


def test_what_a_process_was_at_outlives_it(tmp_path: Path) -> None:
    code = (
        "import os, pathlib; from benchmarks.fuzz_engines import Progress; "
        f"one = Progress(pathlib.Path({str(tmp_path / 'current')!r})); one.begin(b'first'); one.end(); one.begin(b'last'); os.abort()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(fuzz.PROJECT)},
        capture_output=True,
        check=False,
    )
    left = Progress(tmp_path / "current")
    assert (ended.returncode < 0, left.inputs, left.current(), left.since > 0) == (True, 1, b"last", True)


def test_an_input_that_ends_its_process_is_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(plan: fuzz.Plan, own: Path, _began: float) -> str | None:
        progress = Progress(own / fuzz.CURRENT)
        for number in range(plan.inputs):
            progress.begin(b"%d" % number)
            if plan.inputs == 5 and number == 2:
                return "crash: its process ended with status -11"
            progress.end()
        return None

    monkeypatch.setattr(fuzz, "_watched", die)
    done, cases = fuzz.run_target(fuzz.Plan("csv", "mutate", 5, 0.0, 7, tmp_path, tmp_path))
    assert (done, cases) == (5, 1)
    assert [(path.read_bytes(), target_of(path)) for path in tmp_path.glob("*.input")] == [(b"2", "csv")]


def test_cases_are_numbered_by_target(tmp_path: Path) -> None:
    paths = [keep_case(tmp_path, "csv", "lost: one", b"a"), keep_case(tmp_path, "csv", "lost: one", b"b")]
    assert [path.name for path in paths] == ["csv-000.input", "csv-001.input"]


def test_the_smallest_case_is_found() -> None:
    assert smallest(b"x" * 300 + b"<" + b"y" * 200 + b">", lambda tried: b"<" in tried and b">" in tried) == b"<>"


def test_the_mutator_reaches_what_stands_within(tmp_path: Path) -> None:
    target, drawn = targets()["gzip"], random.Random(1)
    assert any(spoilt(target, drawn).startswith(b"\x1f\x8b") for _ in range(20))
