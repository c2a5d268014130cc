"""Count words: runs of letters and digits, over whole columns."""

import sys
import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.lines import Bools, Ints

ASCII = 128
_UTF32 = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
AT_ONCE = 200
"""Texts counted together: what they take fits the processor's caches."""
PLANE = 0x10000
"""Characters beyond it are rare enough to be looked up one by one."""


def count_words(texts: pa.Array) -> Ints:
    """Return how many words each text has."""
    plain = np.asarray(pc.string_is_ascii(texts), dtype=bool)
    counts = np.zeros(len(texts), dtype=np.int64)
    for chosen, encoding in ((plain, "ascii"), (~plain, _UTF32)):
        places = np.flatnonzero(chosen)
        for start in range(0, len(places), AT_ONCE):
            some = places[start : start + AT_ONCE]
            counts[some] = _count(texts.take(pa.array(some)).to_pylist(), encoding)
    return counts


def _count(texts: list[str], encoding: str) -> Ints:
    """Count where a letter follows what is none; the break behind each text is no letter."""
    joined = "\n".join([*texts, ""]).encode(encoding)
    letter = _are_letters(np.frombuffer(joined, np.uint8 if encoding == "ascii" else np.uint32))
    begins = letter.copy()
    begins[1:] &= ~letter[:-1]
    sizes = np.array([len(text) + 1 for text in texts])
    return np.asarray(np.add.reduceat(begins, np.cumsum(sizes) - sizes, dtype=np.int64))


def _are_letters(codes: np.ndarray) -> Bools:
    table = letter_table()
    if codes.dtype == np.uint8:
        return np.asarray(table[:ASCII][codes])
    far = codes >= PLANE
    letters = table[np.where(far, 0, codes)]
    if far.any():
        found, inverse = np.unique(codes[far], return_inverse=True)
        letters[far] = np.array([_is_letter(code) for code in found.tolist()])[inverse]
    return np.asarray(letters)


@cache
def letter_table() -> Bools:
    """Tell of each character of the basic plane whether it is a letter or a digit."""
    return np.array([_is_letter(code) for code in range(PLANE)])


def _is_letter(code: int) -> bool:
    return unicodedata.category(chr(code))[0] in "LN"
