"""Similarity of rows: Jaccard of their word shingles, made from their texts when they are first asked for."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.dedup.segments import Ints, Segments, UInts
from flows.dedup.shingles import jaccard, shingle
from flows.dedup.words import hash_words

ReadTexts = Callable[[Ints], Iterable[tuple[Ints, pa.Array]]]

HELD_SHINGLES = 16_000_000
"""Hashes that are kept for the next comparison: 128 MB."""
COMPARED_AT_ONCE = 50_000
"""Pairs between two looks at how much is kept."""


class Similarities:
    """Shingles of rows, each row's made once unless too many are held."""

    def __init__(self, read: ReadTexts, *, words: int, locality: Ints) -> None:
        """Take texts from `read`, which yields rows and their texts; rows of equal `locality` are read together."""
        self._read, self._words, self._locality = read, words, locality
        self._held: dict[int, UInts] = {}
        self._size = 0

    def of(self, pairs: Ints) -> npt.NDArray[np.float64]:
        """Return the Jaccard similarity of each pair of rows."""
        order = np.argsort(self._locality[pairs[:, 0]], kind="stable")
        result = np.empty(len(pairs))
        for start in range(0, len(pairs), COMPARED_AT_ONCE):
            chosen = order[start : start + COMPARED_AT_ONCE]
            rows = np.unique(pairs[chosen])
            result[chosen] = jaccard(self._sets(rows), np.searchsorted(rows, pairs[chosen]))
        return result

    def _sets(self, rows: Ints) -> Segments:
        self._load(rows)
        held = [self._held[row] for row in rows.tolist()]
        return Segments(np.concatenate(held), np.cumsum([0, *map(len, held)]))

    def _load(self, rows: Ints) -> None:
        if self._size > HELD_SHINGLES:
            self._held, self._size = {}, 0
        missing = [row for row in rows.tolist() if row not in self._held]
        if not missing:
            return
        for members, texts in self._read(np.array(missing, dtype=np.int64)):
            found = shingle(hash_words(texts), self._words).distinct()
            self._size += len(found.hashes)
            for place, member in enumerate(members.tolist()):
                self._held[member] = found.of(place)
