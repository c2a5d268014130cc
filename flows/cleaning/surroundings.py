"""What stands around each line of a document: neighbours, sums over windows, distances."""

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Bools, Ints

Floats = npt.NDArray[np.float32]
FAR = 99
"""A distance of so many lines or more counts as this."""


class Surroundings:
    """Lines of documents that stand one after the other; `document` is ascending, one entry per line."""

    def __init__(self, document: Ints) -> None:
        self.document = document
        self.size = len(document)
        self.entry = np.arange(self.size, dtype=np.int64)
        change = np.flatnonzero(np.diff(document)) + 1
        starts = np.concatenate(([0], change)) if self.size else np.zeros(0, dtype=np.int64)
        counts = np.diff(np.append(starts, self.size))
        self.start = np.repeat(starts, counts)
        """Each line's document's first entry."""
        self.stop = np.repeat(starts + counts, counts)
        """The entry behind each line's document's last."""
        self._shifts: dict[int, tuple[Ints, Bools]] = {}
        self._windows: dict[tuple[int, int], tuple[Ints, Ints]] = {}

    def neighbour(self, values: Floats, distance: int, *, outside: float) -> Floats:
        """Return the value of the line `distance` further on, `outside` where the document has none."""
        if distance not in self._shifts:
            at = self.entry + distance
            self._shifts[distance] = np.clip(at, 0, max(0, self.size - 1)), (at >= self.start) & (at < self.stop)
        at, there = self._shifts[distance]
        result: Floats = np.where(there, values[at], np.float32(outside))
        return result

    def window(self, values: Floats, low: int, high: int) -> Floats:
        """Return the sum of `values` over the lines from `low` to `high` lines further on, of the same document."""
        if (low, high) not in self._windows:
            first = np.clip(self.entry + low, self.start, self.stop)
            self._windows[low, high] = first, np.maximum(first, np.clip(self.entry + high + 1, self.start, self.stop))
        first, last = self._windows[low, high]
        before = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        result: Floats = (before[last] - before[first]).astype(np.float32)
        return result

    def total(self, values: Floats) -> Floats:
        """Return the sum of `values` over each line's document."""
        before = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        result: Floats = (before[self.stop] - before[self.start]).astype(np.float32)
        return result

    def greatest(self, values: Floats) -> Floats:
        """Return the greatest of `values` in each line's document."""
        if not self.size:
            return values
        starts = np.flatnonzero(self.entry == self.start)
        result: Floats = np.repeat(np.maximum.reduceat(values, starts), (self.stop - self.start)[starts])
        return result

    def so_far(self, values: Floats) -> Floats:
        """Return the sum of `values` over the lines of the document above each line."""
        before = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        result: Floats = (before[self.entry] - before[self.start]).astype(np.float32)
        return result

    def lines_since(self, marked: Bools) -> Floats:
        """Return how many lines above each line the last marked one stands."""
        last = np.maximum.accumulate(np.where(marked, self.entry, -1)) if self.size else self.entry
        last = np.concatenate(([-1], last[:-1]))
        return np.where(last >= self.start, np.minimum(self.entry - last, FAR), FAR).astype(np.float32)

    def lines_until(self, marked: Bools) -> Floats:
        """Return how many lines below each line the next marked one stands."""
        ahead = np.where(marked, self.entry, self.size + FAR)
        following = np.minimum.accumulate(ahead[::-1])[::-1] if self.size else self.entry
        following = np.append(following[1:], self.size + FAR)
        return np.where(following < self.stop, np.minimum(following - self.entry, FAR), FAR).astype(np.float32)
