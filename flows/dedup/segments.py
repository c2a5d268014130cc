"""Hashes of several texts in one array, text after text."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

UInts = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True)
class Segments:
    """Hashes of several texts."""

    hashes: UInts
    starts: Ints
    """Each text's first hash, and behind the last text the number of hashes."""

    def of(self, text: int) -> UInts:
        """Return the hashes of one text."""
        return self.hashes[self.starts[text] : self.starts[text + 1]]

    def distinct(self) -> "Segments":
        """Return each text's distinct hashes, ascending."""
        hashes = self.hashes.copy()
        starts = self.starts.tolist()
        for start, end in itertools.pairwise(starts):
            hashes[start:end].sort()
        first = np.ones(len(hashes), dtype=bool)
        first[1:] = hashes[1:] != hashes[:-1]
        first[self.starts[:-1][self.starts[:-1] < len(hashes)]] = True
        return Segments(hashes[first], np.append(0, np.cumsum(first))[self.starts])


def together(parts: Sequence[Segments]) -> Segments:
    """Put the texts of several behind one another."""
    sizes = np.concatenate([[0], *(np.diff(part.starts) for part in parts)])
    hashes = np.concatenate([np.empty(0, dtype=np.uint64), *(part.hashes for part in parts)])
    return Segments(hashes, np.cumsum(sizes).astype(np.int64))


def mixed(hashes: UInts) -> UInts:
    """Spread the bits, so that all weigh on each (the finisher of splitmix64)."""
    values = hashes ^ (hashes >> np.uint64(30))
    values *= _MIX[0]
    values ^= values >> np.uint64(27)
    values *= _MIX[1]
    values ^= values >> np.uint64(31)
    return values
