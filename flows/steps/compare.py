"""Compare: how alike the bodies of documents are, by their shingles, read from the partitions they lie in."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.dedup.similarity import Similarities
from flows.errors import StorageError
from flows.steps.staging import current_file
from flows.steps.standing import Standing
from flows.tables.files import read_rows
from flows.tables.ids import to_hex

Ints = npt.NDArray[np.int64]


class Bodies:
    """Shingles of documents as they stand, each made once unless too many are held."""

    def __init__(self, standing: Standing, words: int) -> None:
        self._standing = standing
        self._similarities = Similarities(self._read, words=words, locality=standing.owner)

    def similarities(self, pairs: Ints) -> npt.NDArray[np.float64]:
        """Return the Jaccard similarity of each pair of rows."""
        return self._similarities.of(pairs)

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
