"""Cases that fuzzing found stay mended."""

from pathlib import Path

import pytest

from benchmarks.fuzz_cases import cases
from benchmarks.fuzz_laws import Laws
from benchmarks.fuzz_seeds import Target

FOUND = Path(__file__).parent / "found"
CASES = {path.stem: (path, target) for path, target in cases(FOUND)}
MAX_BYTES = 200_000


@pytest.mark.parametrize("name", CASES)
def test_an_input_that_broke_a_law_keeps_them_all(name: str, tmp_path: Path) -> None:
    path, target = CASES[name]
    wrong, reading = Laws(tmp_path).breaches(target, path.read_bytes(), all_laws=True)
    assert (wrong, reading is not None) == ([], True)


def test_every_case_is_told_of() -> None:
    told = (FOUND / "README.md").read_text()
    assert [name for name in CASES if f"| {name} |" not in told] == []


def test_cases_are_few_and_small() -> None:
    assert sum(path.stat().st_size for path in FOUND.iterdir()) < MAX_BYTES


def test_a_law_that_is_broken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Target("jsonl", "a.jsonl", ())
    data = b'{"text": "one"}\n{"text": "two"}\n'
    monkeypatch.setattr("flows.readers.json_records._lines", lambda _file, _limit: iter([(data[:16], True)]))
    wrong, _ = Laws(tmp_path).breaches(lines, data)
    assert [told.partition(":")[0] for told in wrong] == ["bytes"]
