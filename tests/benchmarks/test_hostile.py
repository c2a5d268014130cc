"""A folder with one of each hostile case: the small version of benchmarks/hostile.py."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.hostile import MAX_BYTES, trial
from benchmarks.hostile_material import SMALL

GOOD = 90
"""Every format and compression, and some again."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of a short name: sockets lie in it, whose addresses have 108 bytes."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
        for shut in Path(name).glob("raw/hostile.example/*/permission-denied/*"):
            shut.chmod(0o700)  # so that it can be tidied away


def test_hostile_files_among_good_ones_end_no_run_and_cost_no_article(folder: Path) -> None:
    found = trial(folder, good=GOOD, scale=SMALL)
    assert found.wrong == []
    assert found.good == GOOD
    assert max(one.peak_bytes for one in found.runs) < MAX_BYTES
