"""Compare: how alike the bodies of documents are, by their shingles, read from the partitions they lie in."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.dedup.shingles import hash_words, jaccard, shingle
from flows.errors import StorageError
from flows.steps.staging import current_file
from flows.steps.standing import Standing
from flows.tables.files import read_rows
from flows.tables.ids import to_hex

Ints = npt.NDArray[np.int64]
Shingles = npt.NDArray[np.uint64]

HELD_SHINGLES = 16_000_000
"""Hashes that are kept for the next comparison: 128 MB."""
COMPARED_AT_ONCE = 50_000
"""Pairs between two looks at how much is kept."""


class Bodies:
    """Shingles of documents as they stand, each made once unless too many are held."""

    def __init__(self, standing: Standing, words: int) -> None:
        self._standing, self._words = standing, words
        self._held: dict[int, Shingles] = {}
        self._size = 0

    def similarities(self, pairs: Ints) -> npt.NDArray[np.float64]:
        """Return the Jaccard similarity of each pair of rows."""
        order = np.argsort(self._standing.owner[pairs[:, 0]], kind="stable")
        result = np.empty(len(pairs))
        for start in range(0, len(pairs), COMPARED_AT_ONCE):
            chosen = order[start : start + COMPARED_AT_ONCE]
            self._load(np.unique(pairs[chosen]))
            result[chosen] = [jaccard(self._held[left], self._held[right]) for left, right in pairs[chosen].tolist()]
        return result

    def _load(self, rows: Ints) -> None:
        if self._size > HELD_SHINGLES:
            self._held, self._size = {}, 0
        missing = rows[[row not in self._held for row in rows.tolist()]] if len(rows) else rows
        for members, texts in self._read(missing):
            segments = shingle(hash_words(texts), self._words)
            for place, member in enumerate(members.tolist()):
                self._held[member] = segments.distinct(place)
                self._size += len(self._held[member])

    def _read(self, rows: Ints) -> Iterator[tuple[Ints, pa.Array]]:
        """Yield the bodies of documents, a partition at a time."""
        standing = self._standing
        ids = to_hex(standing.column("document_id").take(pa.array(rows)))
        owners = standing.owner[rows]
        for owner in np.unique(owners).tolist():
            own = np.flatnonzero(owners == owner)
            path = current_file(standing.layout, "_cleaned", standing.partitions[owner])
            if path is None:
                raise StorageError(f"{standing.partitions[owner].path} has no cleaned documents; the state is damaged")
            held = read_rows(path, ["document_id", "body"])
            places = pc.index_in(ids.take(pa.array(own)), value_set=held["document_id"].combine_chunks())
            yield rows[own], held["body"].combine_chunks().take(places)
