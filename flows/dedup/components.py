"""Components: which rows are connected, grown pair by pair."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Components:
    """Connected components of rows numbered from 0 on; each is named by its smallest row."""

    def __init__(self, labels: Ints) -> None:
        """Begin with rows of equal label connected; labels are numbers from 0 to below the number of rows."""
        first = np.empty(len(labels), dtype=np.int64)
        rows = np.arange(len(labels), dtype=np.int64)
        first[labels[::-1]] = rows[::-1]  # of rows with one label the smallest is written last
        self._parents: Ints = first[labels]
        """A row of the same component, never larger; its own number when the row names the component."""

    def join(self, left: Ints, right: Ints) -> None:
        """Connect each row of `left` with the row of `right` in its place."""
        while len(left):
            left, right = self.roots(left), self.roots(right)
            apart = left != right
            high, low = np.maximum(left, right)[apart], np.minimum(left, right)[apart]
            np.minimum.at(self._parents, high, low)
            self._flatten(np.unique(high))
            left, right = high, low

    def roots(self, rows: Ints) -> Ints:
        """Return the smallest row of each row's component."""
        found: Ints = self._parents[rows]
        while not np.array_equal(above := self._parents[found], found):
            found = above
        self._parents[rows] = found
        return found

    def labels(self) -> Ints:
        """Return for every row the smallest row of its component."""
        self._flatten(np.arange(len(self._parents)))
        return self._parents.copy()

    def _flatten(self, rows: Ints) -> None:
        """Let rows whose way to the root leads over each other point to it; each look halves the way."""
        while not np.array_equal(above := self._parents[self._parents[rows]], self._parents[rows]):
            self._parents[rows] = above
