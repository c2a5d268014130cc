"""A folder with one of each hostile case: the small version of benchmarks/hostile.py."""

from pathlib import Path

from benchmarks.hostile import MAX_BYTES, trial
from benchmarks.hostile_cases import SMALL

GOOD = 90
"""Every format and compression, and some again."""


def test_hostile_files_among_good_ones_end_no_run_and_cost_no_article(tmp_path: Path) -> None:
    found = trial(tmp_path, good=GOOD, scale=SMALL)
    for shut in tmp_path.glob("raw/hostile.example/*/permission-denied/*"):
        shut.chmod(0o700)  # so that it can be tidied away
    assert found.wrong == []
    assert found.good == GOOD
    assert max(one.peak_bytes for one in found.runs) < MAX_BYTES
