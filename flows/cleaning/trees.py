"""Boosted symmetric trees in plain numpy.

Every node of a tree's level asks the same question, so that a tree is a handful of comparisons over all lines at once:
in numpy that is faster than a library that walks trees line by line (see benchmarks/README.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


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

    def log_odds(self, rows: Floats | Sequence[Floats]) -> Floats:
        """Return the log odds of each line; `rows` holds a row of values a feature."""
        raw = np.full(len(rows[0]), self.bias, dtype=np.float32)
        added = np.empty_like(raw)
        top, greater = np.empty(len(raw), dtype=bool), np.empty(len(raw), dtype=bool)
        leaf, bit = top.view(np.uint8), greater.view(np.uint8)
        for features, borders, values in zip(self.feature.tolist(), self.border, self.leaf, strict=True):
            np.greater(rows[features[-1]], borders[-1], out=top)
            for feature, border in zip(features[-2::-1], borders[-2::-1], strict=True):
                np.greater(rows[feature], border, out=greater)
                np.add(leaf, leaf, out=leaf)  # moves what is there up by a bit, five times as fast as a shift
                np.bitwise_or(leaf, bit, out=leaf)
            raw += values.take(leaf, out=added, mode="clip")
        return raw
