"""What a line looks like, whatever it says: measured once for each distinct line."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.lines import Bools

_WIDE = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
"""Scripts whose characters each say about as much as three Latin letters, and that set few spaces."""
_SENTENCE_END = r"""[.!?…。！？｡؟।][\s"'”’»“‘›)\]］）」』]*$"""
_FULL_STOP = r"""[.,:;。]["'”’»)\]]*$"""
_WORD = r"[\pL\pN]+"
_NOT_ASCII = 0x80
END_CHARS = 8
"""Characters at the end of a line that tell whether it ends as a sentence does."""

SENTENCE_WIDTH = 60
"""From this width a line that ends like a sentence is prose: two thirds of the paragraphs of news pages
are wider than 150, and few prompts that end in a full stop are wider than 60."""
OPEN_PROSE_WIDTH = 150
"""From this width a line is prose even if it doesn't end like a sentence; headlines end below it."""
HEADLINE_WIDTH = 160
"""A wider line isn't a headline."""


@dataclass(frozen=True)
class Shapes:
    """Measures of each distinct line."""

    width: npt.NDArray[np.float64]
    """Characters, those of wide scripts counted as three."""
    words: npt.NDArray[np.int64]
    """Words; of a line too wide for a headline just "many"."""
    sentence: Bools
    """Whether it ends as a sentence does."""

    @cached_property
    def prose(self) -> Bools:
        """Lines that read like a paragraph."""
        by_end = self.sentence & (self.width >= SENTENCE_WIDTH)
        result: Bools = by_end | (self.width >= OPEN_PROSE_WIDTH)
        return result

    @cached_property
    def headline(self) -> Bools:
        """Lines that may be a headline: short, with letters, and no full sentence (a question may be)."""
        result: Bools = (self.width <= HEADLINE_WIDTH) & (self.words >= 2) & ~self.full_stop
        return result

    full_stop: Bools
    """Whether it ends with a full stop, a colon, a comma or a semicolon."""


def measure(distinct: pa.LargeStringArray) -> Shapes:
    """Return the shapes of `distinct` lines."""
    chars = _ints(pc.utf8_length(distinct)).astype(np.float64)
    wide = np.zeros(len(distinct), dtype=np.int64)
    others = np.flatnonzero(~_bools(pc.string_is_ascii(distinct)))
    wide[others] = _ints(pc.count_substring_regex(distinct.take(pa.array(others)), _WIDE))
    # words are asked for of lines short enough to be a headline, ends are told by a few characters
    short = np.flatnonzero(chars <= HEADLINE_WIDTH)
    words = np.full(len(distinct), HEADLINE_WIDTH, dtype=np.int64)
    words[short] = _ints(pc.count_substring_regex(distinct.take(pa.array(short)), _WORD))
    sentence, full_stop = _ends(distinct)
    return Shapes(width=chars + 2.0 * wide, words=words + wide // 2, sentence=sentence, full_stop=full_stop)


def _ends(distinct: pa.LargeStringArray) -> tuple[Bools, Bools]:
    """Tell which lines end as a sentence does, and which with a full stop: of most the last byte tells."""
    last = _last_bytes(distinct)
    sentence, full_stop = np.isin(last, _bytes(".!?")), np.isin(last, _bytes(".,:;"))
    unclear = np.flatnonzero((last >= _NOT_ASCII) | np.isin(last, _bytes("\"')] \t\n\f\r")))
    ends = pc.utf8_slice_codeunits(distinct.take(pa.array(unclear)), start=-END_CHARS)
    sentence[unclear] = _bools(pc.match_substring_regex(ends, _SENTENCE_END))
    full_stop[unclear] = _bools(pc.match_substring_regex(ends, _FULL_STOP))
    return sentence, full_stop


def _last_bytes(texts: pa.LargeStringArray) -> npt.NDArray[np.uint8]:
    """Return the last byte of each text, 0 of an empty one."""
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    filled = bounds[1:] > bounds[:-1]
    last = np.zeros(len(texts), dtype=np.uint8)
    last[filled] = np.frombuffer(data or b"", dtype=np.uint8)[bounds[1:][filled] - 1]
    return last


def _bytes(chars: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(chars.encode(), dtype=np.uint8)


def _ints(array: pa.Array) -> npt.NDArray[np.int64]:
    return np.asarray(array, dtype=np.int64)


def _bools(array: pa.Array) -> Bools:
    return np.asarray(array, dtype=bool)
