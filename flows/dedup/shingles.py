"""Word shingles as hashes: the sets over which two articles are compared."""

import numpy as np
import numpy.typing as npt

from flows.dedup.segments import Ints, Segments, UInts, mixed

COUNTED_AT_ONCE = 1 << 16
"""Hashes of pairs that are sorted together: 0.5 MB, in the processor's cache."""
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def shingle(words: Segments, size: int) -> Segments:
    """Return the hashes of each text's runs of `size` words, in order; a shorter text is one shingle."""
    tokens, counts = words.hashes, np.diff(words.starts)
    sizes = np.maximum(1, counts - size + 1)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    places = np.arange(starts[-1]) + np.repeat(words.starts[:-1] - starts[:-1], sizes)
    hashes = _roll(tokens, size)[places]
    for short in np.flatnonzero(counts < size).tolist():
        hashes[starts[short]] = _fold(words.of(short))
    return Segments(mixed(hashes), starts)


def _roll(tokens: UInts, size: int) -> UInts:
    """Hash every run of `size` tokens; runs that cross into the next text are never looked at."""
    padded = np.concatenate([tokens, np.zeros(size, dtype=np.uint64)])
    rolled = np.zeros(len(tokens) + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for offset in range(size):
            rolled *= _MULTIPLIER
            rolled[: len(tokens)] += padded[offset : offset + len(tokens)]
    return rolled


def _fold(tokens: UInts) -> np.uint64:
    folded = np.uint64(len(tokens))
    with np.errstate(over="ignore"):
        for token in tokens:
            folded = folded * _MULTIPLIER + token
    return folded


def jaccard(sets: Segments, pairs: Ints) -> npt.NDArray[np.float64]:
    """Return the Jaccard similarity of each pair (k, 2) of sets, whose hashes are distinct and none of them empty."""
    sizes = np.diff(sets.starts)[pairs].sum(axis=1)
    shared = np.empty(len(pairs), dtype=np.int64)
    order = np.argsort(sizes, kind="stable")
    start = 0
    while start < len(order):
        most = sizes[order[min(len(order), start + COUNTED_AT_ONCE // max(1, int(sizes[order[start]]))) - 1]]
        block = order[start : start + max(1, COUNTED_AT_ONCE // int(most))]
        shared[block] = _count_shared(sets, pairs[block])
        start += len(block)
    result: npt.NDArray[np.float64] = shared / (sizes - shared)
    return result


def _count_shared(sets: Segments, pairs: Ints) -> Ints:
    """Set both sides of a pair in a row, sort it, and count what stands beside its like."""
    lengths = np.diff(sets.starts)[pairs].ravel()
    before = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(sets.starts[pairs].ravel() - before, lengths)
    sizes = lengths.reshape(-1, 2).sum(axis=1)
    filled = np.arange(sizes.max()) < sizes[:, None]
    rows = np.full(filled.shape, np.iinfo(np.uint64).max)
    rows[filled] = sets.hashes[places]
    rows.sort(axis=1)
    alike: Ints = ((rows[:, 1:] == rows[:, :-1]) & filled[:, 1:]).sum(axis=1)
    return alike
