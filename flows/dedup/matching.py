"""Candidate pairs by locality-sensitive hashing: articles that share a band of their signatures."""

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Pairs = npt.NDArray[np.int64]

ALL_PAIRS = 32
"""Groups up to this size are paired each with each. In a larger one (a notice that a site prints every day)
each is paired with the first and with the one before: the cluster is the same when all are alike."""


def candidate_pairs(signatures: npt.NDArray[np.uint32], bands: int) -> Pairs:
    """Return pairs (left < right, ascending, distinct) of rows that agree in a band.

    Pairs depend on the rows' order only in groups larger than ALL_PAIRS: give them in a fixed order.
    """
    rows = signatures.shape[1] // bands
    found = [_pairs_of_band(signatures[:, band * rows : (band + 1) * rows]) for band in range(bands)]
    pairs = np.concatenate(found) if found else np.empty((0, 2), dtype=np.int64)
    return np.unique(pairs, axis=0) if len(pairs) else pairs


def _pairs_of_band(band: npt.NDArray[np.uint32]) -> Pairs:
    keys = np.ascontiguousarray(band).view(np.dtype((np.void, band.shape[1] * 4))).ravel()
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.concatenate((starts, [len(ordered)])))
    groups = [order[start : start + size] for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True)]
    pairs = [pair for group in groups for pair in _pairs_of_group(group)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _pairs_of_group(group: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    members = sorted(group.tolist())
    if len(members) <= ALL_PAIRS:
        for place, left in enumerate(members):
            yield from ((left, right) for right in members[place + 1 :])
        return
    yield from ((members[0], right) for right in members[1:])
    yield from itertools.pairwise(members)
