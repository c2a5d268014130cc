"""Similarities: shingles of rows, made when they are asked for."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from flows.dedup import similarity
from flows.dedup.segments import Ints
from flows.dedup.similarity import Similarities

TEXTS = ["the quay is closed", "the quay is closed again", "a b c d", "the quay is closed"]
PAIRS = np.array([(0, 1), (0, 2), (0, 3), (1, 2)])
EXPECTED = [2 / 3, 0, 1, 0]


class Reader:
    """Reads texts and remembers which."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []

    def __call__(self, rows: Ints) -> Iterator[tuple[Ints, pa.Array]]:
        self.read.append(rows.tolist())
        yield rows, pa.array([TEXTS[row] for row in rows.tolist()])


def test_rows_are_read_once_and_those_of_one_place_together() -> None:
    reader = Reader()
    similarities = Similarities(reader, words=3, locality=np.array([0, 1, 0, 0]))
    assert similarities.of(PAIRS).tolist() == pytest.approx(EXPECTED)
    assert similarities.of(PAIRS[::-1]).tolist() == pytest.approx(EXPECTED[::-1])
    assert reader.read == [[0, 1, 2, 3]]


def test_rows_are_forgotten_when_too_much_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "HELD_SHINGLES", 3)
    monkeypatch.setattr(similarity, "COMPARED_AT_ONCE", 1)
    reader = Reader()
    assert Similarities(reader, words=3, locality=np.zeros(4)).of(PAIRS).tolist() == pytest.approx(EXPECTED)
    assert len(reader.read) > 2
