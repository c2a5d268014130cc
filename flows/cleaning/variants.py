"""Near-variants of a line: "Read 12 comments" and "Read 7 comments" are one line of a template."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.date_names import NAMES
from flows.cleaning.lines import Bools, Ints
from flows.cleaning.patterns import compiled

MAX_CHARS = 160
"""A longer line is a paragraph: two that differ in a number are two."""
NAME_STORIES = 3
"""Lines that differ in a name count as one from so many stories on: two headlines may share their words by chance."""
FEW_LINES = 256
"""Arrow compiles a pattern at each call: for names that takes as long as replacing them in 500 lines, one by one."""
_NUMBER = r"[0-9０-９٠-٩۰-۹]+"
_NAME = r"\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+)*"
_OWN_WORD = r"\b\p{Ll}{2,}"
OWN_WORDS, OWN_WORDS_OF_SENTENCE = 2, 6
"""Words that a line must have beside names to be known by them: "said in a statement" begins many a sentence."""


def variant_codes(distinct: pa.LargeStringArray) -> Ints:
    """Return for each distinct line the number of the first line that differs from it in numbers and dates alone."""
    codes = np.arange(len(distinct), dtype=np.int64)
    short = np.flatnonzero(np.asarray(pc.utf8_length(distinct), dtype=np.int64) <= MAX_CHARS)
    has_number = pc.match_substring_regex(distinct.take(pa.array(short)), "[0-9０-９٠-٩۰-۹]")
    numbered = short[np.asarray(has_number, dtype=bool)]
    if not len(numbered):
        return codes
    plain = pc.replace_substring_regex(distinct.take(pa.array(numbered)), _NUMBER, "0")
    plain = _replaced(plain, date_word(), "0")
    worded = np.asarray(pc.match_substring_regex(plain, r"\pL\pL"), dtype=bool)
    codes[numbered[worded]] = _firsts(plain.filter(pa.array(worded)), numbered[worded])
    return codes


@cache
def date_word() -> str:
    """Return a pattern of the names of months and days."""
    listed = sorted(NAMES.split(), key=lambda name: (-len(name), name))
    return rf"(?i)\b(?:{'|'.join(listed)})\b"


def name_variant_codes(distinct: pa.LargeStringArray, codes: Ints, *, sentence: Bools) -> Ints:
    """Return for each distinct line the number of the first that differs in names too, itself where none may.

    `codes` are those of `variant_codes`, `sentence` marks the lines that are sentences.
    """
    result = codes.copy()
    chosen = np.flatnonzero(np.asarray(pc.utf8_length(distinct), dtype=np.int64) <= MAX_CHARS)
    if not len(chosen):
        return result
    masked = pc.replace_substring_regex(distinct.take(pa.array(chosen)), _NUMBER, "0")
    masked = _replaced(masked, _NAME, "N")
    telling = np.asarray(pc.match_substring(masked, "N"), dtype=bool)
    own_words = np.asarray(pc.count_substring_regex(masked, _OWN_WORD), dtype=np.int64)
    telling &= own_words >= np.where(sentence[chosen], OWN_WORDS_OF_SENTENCE, OWN_WORDS)
    result[chosen[telling]] = _firsts(masked.filter(pa.array(telling)), chosen[telling])
    return result


def _replaced(texts: pa.Array, pattern: str, by: str) -> pa.Array:
    """Return the texts with `by` in place of what matches."""
    if len(texts) > FEW_LINES:
        return pc.replace_substring_regex(texts, pattern, by)
    program = compiled(pattern)
    return pa.array([program.sub(by, text) for text in texts.to_pylist()], texts.type)


def _firsts(texts: pa.Array, places: Ints) -> Ints:
    """Return for each of `texts`, which stand at `places`, the place of the first that is equal."""
    indices = np.asarray(pc.dictionary_encode(texts).indices, dtype=np.int64)
    _, first = np.unique(indices, return_index=True)
    result: Ints = places[first][indices]
    return result
