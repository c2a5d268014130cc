"""What rows of a Parquet column may take in memory, and how many may be unpacked together."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.errors import RecordError
from flows.readers.parquet_footer import BYTE_ARRAY, FIXED_BYTES
from flows.readers.parquet_pages import DELTA_BYTES, DICTIONARIES, PLAIN, Chunk

MAX_ROWS = 4096
"""Unpacked together: more are no quicker."""
_VALUE_BYTES = 16
"""What Arrow takes for a value beside its bytes, or for its place in a dictionary."""


@dataclass(frozen=True)
class Cost:
    """What unpacking a column of a row group takes."""

    row: int
    """Bytes that a row may take."""
    most: int | None
    """Bytes that all rows take together; None where a few bytes may stand for any number of them."""
    open: int
    """Bytes of the page and the dictionary that are open, however many rows are asked for."""
    held: bool
    """Whether its texts are to be read as places in its dictionary."""

    def of(self, rows: int) -> int:
        """Return the bytes that so many rows may take."""
        return self.row * rows if self.most is None else min(self.row * rows, self.most)


def cost_of(chunk: Chunk, kind: int, *, repeated: bool, limit: int) -> Cost:
    """Return what unpacking a column takes, by its pages; of one that is `repeated` a row may hold many values.

    Texts that are places in a dictionary are read as such: Arrow would give each row a copy of its own. Where some
    pages hold texts themselves, as they do once a dictionary is full, it makes a dictionary of all of them: that is
    done for lists alone, as one row may hold a page's thousands of copies.
    """
    most = chunk.unpacked + _VALUE_BYTES * chunk.values
    opened = chunk.dictionary + chunk.largest
    plain = _VALUE_BYTES + chunk.densest
    row = max(chunk.largest, chunk.fullest * _VALUE_BYTES) if repeated else plain
    if kind not in (BYTE_ARRAY, FIXED_BYTES) or not chunk.encodings & {DELTA_BYTES, *DICTIONARIES}:
        return Cost(row, most, opened, held=False)
    if kind == BYTE_ARRAY and chunk.encodings <= DICTIONARIES:
        return Cost(row, most, opened, held=True)
    longest = max(plain, chunk.dictionary, chunk.largest if DELTA_BYTES in chunk.encodings else 0)
    row = max(chunk.largest, chunk.fullest * longest) if repeated else longest
    if row > limit and kind == BYTE_ARRAY and chunk.encodings <= {PLAIN, *DICTIONARIES}:
        return Cost(2 * most, 2 * most, opened, held=True)  # Arrow's table of what it has seen takes as much again
    return Cost(row, None, opened, held=False)


def rows_within(limit: int, costs: Sequence[Cost]) -> int:
    """Return how many rows may be unpacked together. Raises RecordError when one is too many."""
    size = max(sum(cost.of(1) for cost in costs), sum(cost.open for cost in costs))
    if size > limit:
        told = f"a row may take {size} bytes, more than max_array_bytes ({limit})"
        raise RecordError("too_large", f"{told}; write smaller row groups and pages, or raise the setting")
    rows = MAX_ROWS
    while sum(cost.of(rows) for cost in costs) > limit:
        rows //= 2
    return rows
