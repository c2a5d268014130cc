"""Boosted symmetric trees in plain numpy.

Every node of a tree's level asks the same question, so that a tree is a handful of comparisons over all lines at once:
in numpy that is faster than a library that walks trees line by line (see benchmarks/README.md).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_BLOCK = 4096
"""Lines that go through a tree at once: a feature's column stays in a core's cache."""


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees over rows of features."""

    feature: npt.NDArray[np.int16]
    """Shape (trees, depth): the feature that a level asks for."""
    border: Floats
    """Shape (trees, depth): whether it is greater."""
    leaf: Floats
    """Shape (trees, 2 ** depth): what a tree adds; level d is bit d of the leaf's number."""
    bias: float

    def score(self, rows: Floats) -> Floats:
        """Return the probability of each line, 0 to 1; `rows` has shape (features, lines)."""
        raw = np.full(rows.shape[1], self.bias, dtype=np.float32)
        for start in range(0, rows.shape[1], _BLOCK):
            self._add(np.ascontiguousarray(rows[:, start : start + _BLOCK]), raw[start : start + _BLOCK])
        result: Floats = (1 / (1 + np.exp(-raw))).astype(np.float32)
        return result

    def _add(self, rows: Floats, raw: Floats) -> None:
        greater = np.empty(len(raw), dtype=bool)
        bits = greater.view(np.uint8)
        leaf = np.empty(len(raw), dtype=np.uint8)
        for features, borders, values in zip(self.feature, self.border, self.leaf, strict=True):
            leaf.fill(0)
            for level, (feature, border) in enumerate(zip(features, borders, strict=True)):
                np.greater(rows[feature], border, out=greater)
                leaf |= bits << np.uint8(level)
            raw += values[leaf]
