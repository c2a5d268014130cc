"""Words of texts as hashes, found for many texts at once, a code point at a time.

Case and what is neither letter nor digit are left out. Characters of scripts that set no spaces between words count
as words.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import re2

from flows.dedup.segments import Segments, UInts, mixed, together

Points = npt.NDArray[np.uint32]

_ONE_EACH = re2.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_SPACE, _NOTHING = 0, 1
"""What a code point that parts words, and one that is left out, is folded to."""
_ALONE = 1 << 31
"""Set in what a character is folded to that is a word by itself."""
_BLOCK = 256
_FIRST_BLOCKS = 48
"""Blocks below the ideographs, known from the start; others become known when they occur."""
_MULTIPLIER = 0x9E3779B97F4A7C15
_CHUNK_POINTS = 1 << 16
"""Code points read at once: arrays of them stay in the processor's cache."""
_COMMON_POWERS = 4 * _CHUNK_POINTS
"""Enough for a chunk whose last text isn't longer than all others."""


def load_tables() -> None:
    """Make what words are hashed by; nothing here runs Arrow, which starts threads."""
    _Folds.known()
    _powers(_COMMON_POWERS)


def hash_words(texts: pa.Array) -> Segments:
    """Return the hashes of each text's words, in order: alike on every machine, in any company."""
    found, chunk, size = [], [], 0
    for text in texts.to_pylist():
        chunk.append(text.replace("ß", "ss"))
        size += len(chunk[-1]) + 1
        if size >= _CHUNK_POINTS:
            found.append(_hash_chunk(chunk, size))
            chunk, size = [], 0
    return together([*found, _hash_chunk(chunk, size)] if chunk else found)


def _hash_chunk(texts: list[str], size: int) -> Segments:
    """Hash words as polynomials over their characters: the sum up to a word's end less that up to its start.

    Not safe from those who would make words collide; they gain no more than by copying the text.
    """
    points = np.frombuffer(" ".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    folded = _Folds.known().fold(points)
    kept = folded != _NOTHING
    left_out = np.flatnonzero(~kept)
    folded = folded[kept]
    ends = np.cumsum(np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts)))
    starts = _word_starts(folded)
    powers, inverses = _powers(max(1 << size.bit_length(), _COMMON_POWERS))
    values = folded.astype(np.uint64)
    values *= powers[: len(values)]
    np.cumsum(values, out=values)
    before = np.append(np.where(starts > 0, values[starts - 1], np.uint64(0)), values[-1])
    hashes = mixed((before[1:] - before[:-1]) * inverses[starts])
    counts = np.searchsorted(starts, ends - np.searchsorted(left_out, ends))
    return Segments(hashes, np.concatenate(([0], counts)))


def _word_starts(folded: Points) -> npt.NDArray[np.int64]:
    letter = folded != _SPACE
    starts = letter.copy()
    starts[1:] &= ~letter[:-1]
    if (alone := folded >= _ALONE).any():
        starts |= alone
        starts[1:] |= alone[:-1] & letter[1:]
    return np.flatnonzero(starts)


@cache
def _powers(count: int) -> tuple[UInts, UInts]:
    """Return the powers of the multiplier and those of its inverse, modulo 2**64."""
    powers, inverses = np.full((2, count), 1, dtype=np.uint64)
    powers[1:] = _MULTIPLIER
    inverses[1:] = pow(_MULTIPLIER, -1, 1 << 64)
    return np.multiply.accumulate(powers), np.multiply.accumulate(inverses)


class _Folds:
    """What each code point counts as."""

    def __init__(self) -> None:
        self._table = np.full(0x110000, _NOTHING, dtype=np.uint32)
        self._blocks = np.zeros(0x110000 // _BLOCK, dtype=bool)
        for block in range(_FIRST_BLOCKS):
            self._learn(block)

    @staticmethod
    @cache
    def known() -> "_Folds":
        """Return those of this process."""
        return _Folds()

    def fold(self, points: Points) -> Points:
        """Return what the code points count as."""
        if points.max() >= _FIRST_BLOCKS * _BLOCK:
            met = np.bincount(points // _BLOCK) > 0
            for block in np.flatnonzero(met & ~self._blocks[: len(met)]).tolist():
                self._learn(block)
        return self._table.take(points, mode="clip")

    def _learn(self, block: int) -> None:
        self._blocks[block] = True
        for point in range(block * _BLOCK, (block + 1) * _BLOCK):
            self._table[point] = _fold_point(chr(point))


def _fold_point(character: str) -> int:
    if character.isspace():
        return _SPACE
    if not character.isalnum():
        return _NOTHING
    folded = character.casefold()
    point = ord(folded if len(folded) == 1 else character.lower()[0])
    return point | _ALONE if _ONE_EACH.match(character) else point
