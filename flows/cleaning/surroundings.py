"""What stands around each line of a document: neighbours, sums over windows, distances."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from flows.cleaning.lines import Bools, Ints

T = TypeVar("T", bound=np.generic)
Floats = npt.NDArray[np.float32]
FAR = 99
"""A distance of so many lines or more counts as this."""
Window = tuple[int, int]
"""From so many to so many lines further on."""


class Surroundings:
    """Lines of documents that stand one after the other; `document` is ascending, one entry per line.

    Values are given of all lines; what is told is told of the lines `asked` for alone, by default of all.
    """

    def __init__(self, document: Ints, asked: Ints | None = None) -> None:
        self.size = len(document)
        """Of all lines."""
        self.entry = np.arange(self.size, dtype=np.int64) if asked is None else asked
        change = np.flatnonzero(np.diff(document)) + 1
        self._starts = np.concatenate(([0], change)) if self.size else np.zeros(0, dtype=np.int64)
        self._counts = np.diff(np.append(self._starts, self.size))
        self.start = self.of(np.repeat(self._starts, self._counts))
        """Each line's document's first entry."""
        self.stop = self.of(np.repeat(self._starts + self._counts, self._counts))
        """The entry behind each line's document's last."""
        self._shifts: dict[int, tuple[Ints, Ints]] = {}
        self._windows: dict[Window, tuple[Ints, Ints]] = {}

    def of(self, values: npt.NDArray[T]) -> npt.NDArray[T]:
        """Return the values of the lines asked for."""
        return values.take(self.entry)

    def neighbour(self, values: Floats, distance: int, *, outside: float) -> Floats:
        """Return the value of the line `distance` further on, `outside` where the document has none."""
        if distance not in self._shifts:
            at = self.entry + distance
            none = np.flatnonzero((at < self.start) | (at >= self.stop))
            self._shifts[distance] = np.clip(at, 0, max(0, self.size - 1)), none
        at, none = self._shifts[distance]
        result = values.take(at)
        result[none] = outside
        return result

    def windows(self, values: Floats, windows: Sequence[Window]) -> list[Floats]:
        """Return for each window the sum of `values` over its lines, as far as they are of the same document."""
        before = _running(values)
        return [(before.take(last) - before.take(first)).astype(np.float32) for first, last in map(self._ends, windows)]

    def _ends(self, window: Window) -> tuple[Ints, Ints]:
        if window not in self._windows:
            low, high = window
            first = np.clip(self.entry + low, self.start, self.stop)
            self._windows[window] = first, np.maximum(first, np.clip(self.entry + high + 1, self.start, self.stop))
        return self._windows[window]

    def total(self, values: Floats) -> Floats:
        """Return the sum of `values` over each line's document."""
        before = _running(values)
        result: Floats = (before.take(self.stop) - before.take(self.start)).astype(np.float32)
        return result

    def so_far(self, values: Floats) -> Floats:
        """Return the sum of `values` over the lines of the document above each line."""
        before = _running(values)
        result: Floats = (before.take(self.entry) - before.take(self.start)).astype(np.float32)
        return result

    def lines_since(self, marked: Bools) -> Floats:
        """Return how many lines above each line the last marked one stands."""
        last = np.maximum.accumulate(np.where(marked, np.arange(self.size), -1)) if self.size else self.entry
        last = self.of(np.concatenate(([-1], last[:-1])))
        return np.where(last >= self.start, np.minimum(self.entry - last, FAR), FAR).astype(np.float32)

    def lines_until(self, marked: Bools) -> Floats:
        """Return how many lines below each line the next marked one stands."""
        ahead = np.where(marked, np.arange(self.size), self.size + FAR)
        following = np.minimum.accumulate(ahead[::-1])[::-1] if self.size else self.entry
        following = self.of(np.append(following[1:], self.size + FAR))
        return np.where(following < self.stop, np.minimum(following - self.entry, FAR), FAR).astype(np.float32)


def _running(values: Floats) -> npt.NDArray[np.float64]:
    """Return the sum of all values above each line, and of all."""
    before = np.zeros(len(values) + 1)
    np.cumsum(values, dtype=np.float64, out=before[1:])
    return before
