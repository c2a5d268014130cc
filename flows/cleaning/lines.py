"""A set of documents as columns of lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lines:
    """The lines of several documents, one entry a line, blank lines left out, document by document."""

    documents: int
    """How many documents."""
    document: Ints
    """Each line's document, counted from 0, ascending."""
    line_no: Ints
    """Each line's number in its document, counted from 1, blank lines counted too."""
    code: Ints
    """Each line's text, as an index into `distinct`."""
    distinct: pa.LargeStringArray
    """Every text once."""

    def __len__(self) -> int:
        return len(self.document)

    @cached_property
    def starts(self) -> Ints:
        """Each document's first entry, and behind the last document the number of entries."""
        return np.searchsorted(self.document, np.arange(self.documents + 1)).astype(np.int64)

    def text(self, entry: int) -> str:
        """Return the text of one line."""
        text: str = self.distinct[int(self.code[entry])].as_py()
        return text

    def texts(self, entries: Sequence[int] | Ints) -> list[str]:
        """Return the texts of several lines: ten times as fast as one by one."""
        texts: list[str] = self.distinct.take(pa.array(self.code[np.asarray(entries, dtype=np.int64)])).to_pylist()
        return texts

    def same_document(self, distance: int) -> Bools:
        """Tell for each line whether the line `distance` further is of the same document."""
        reach = np.zeros(len(self), dtype=bool)
        if distance < len(self):
            reach[: len(self) - distance] = self.document[distance:] == self.document[: len(self) - distance]
        return reach

    def last_marked(self, marked: Bools) -> Ints:
        """Return for each line the last marked one of its document up to it, or itself; -1 for none."""
        last = np.maximum.accumulate(np.where(marked, np.arange(len(self)), -1))
        return np.where(last >= self.starts[self.document], last, -1)

    def next_marked(self, marked: Bools) -> Ints:
        """Return for each line the first marked one of its document from it on, or itself; -1 for none."""
        following = np.minimum.accumulate(np.where(marked, np.arange(len(self)), len(self))[::-1])[::-1]
        return np.where(following < self.starts[self.document + 1], following, -1)


def split_lines(texts: pa.Array | pa.ChunkedArray) -> Lines:
    """Return the lines of `texts` (strings, one a document)."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    lists = pc.split_pattern(texts.cast(pa.large_string()), "\n")
    offsets = np.asarray(lists.offsets, dtype=np.int64)
    counts = np.diff(offsets)
    flat = lists.flatten()
    document = np.repeat(np.arange(len(texts), dtype=np.int64), counts)
    line_no = np.arange(len(flat), dtype=np.int64) - np.repeat(offsets[:-1] - offsets[0], counts) + 1
    filled = np.asarray(pc.binary_length(flat)) > 0
    encoded = pc.dictionary_encode(flat if filled.all() else flat.filter(pa.array(filled)))
    return Lines(
        documents=len(texts),
        document=document[filled],
        line_no=line_no[filled],
        code=np.asarray(encoded.indices, dtype=np.int64),
        distinct=encoded.dictionary,
    )


def count_partners(keys: Ints, partners: Ints, size: int) -> Ints:
    """Return with how many different `partners` (0 or more) each key below `size` stands."""
    most = int(partners.max(initial=0)) + 1
    pairs = distinct_values(keys.astype(np.int64) * most + partners)
    return np.bincount(pairs // most, minlength=size).astype(np.int64)


def distinct_values(values: Ints) -> Ints:
    """Return each value once, ascending: what `np.unique` returns, which hashes first and takes ten times as long."""
    ordered = np.sort(values)
    if not len(ordered):
        return ordered
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]
