"""Kinds of characters and words of each distinct line, counted in one pass over all of them."""

import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.lines import Bools, Ints

Floats = npt.NDArray[np.float32]

MEASURED_CHARS = 1000
"""A longer line is measured by its first characters: by then it is plain what it looks like."""
BLOCK_LINES = 512
"""Lines looked at together: their characters' columns fit a core's cache."""
BUCKETS = 1 << 15
"""Words are known by a hash of their letters, brought to so many buckets: some 20,000 words of the training
pages share them, and words that matter there stand on several sites."""

KINDS = ("other", "space", "lower", "upper", "digit", "wide", "stop", "comma", "quote", "mark")
"""Kinds of characters: letters without case count as lower, `mark` is what furniture likes: © ® | @ / •"""
_OTHER, _SPACE, _LOWER, _UPPER, _DIGIT, _WIDE, _STOP, _COMMA, _QUOTE, _MARK = range(len(KINDS))
_WIDE_RANGES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF),
)  # fmt: skip
"""Scripts that set few spaces: each of their characters counts as a word."""
_STOPS = ".!?…。！？｡؟।"
_COMMAS = ",;:、，؛،："
_QUOTES = "\"'“”„«»‚‘’‹›「」『』"
_MARKS = "©®™|@/•·»›→"
_FIELD = 10
"""Bits of a packed count, enough for MEASURED_CHARS."""
_PACKED = _WIDE + 1
"""Kinds whose counts fit a number of 64 bits."""
_BASIC_PLANE = 0x10000


@dataclass(frozen=True)
class Words:
    """The words of distinct lines, in order."""

    bucket: npt.NDArray[np.int32]
    chars: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]
    """Kind of its first letter, as an index into KINDS; wide: a character of a script that sets few spaces."""
    starts: Ints
    """Each line's first word, and behind the last line the number of words."""

    def count(self, marked: Bools) -> Ints:
        """Return how many marked words each line has."""
        before = np.zeros(len(marked) + 1, dtype=np.int32)
        np.cumsum(marked, out=before[1:])
        return np.diff(before.take(self.starts)).astype(np.int64)


def places_of(first: Ints, code: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the places of the words of lines, one line after the other, how many each line has, and where it ends.

    `first` holds each distinct line's first place, and behind the last their number; `code` tells which each line is.
    """
    counts = np.diff(first).take(code)
    stops = np.cumsum(counts)
    places = np.arange(int(counts.sum())) + np.repeat(first.take(code) - (stops - counts), counts)
    return places, counts, stops


@dataclass(frozen=True)
class Characters:
    """Counts of each distinct line, by kind of character (see the names of `count`)."""

    chars: Floats
    count: dict[str, Floats]
    first: npt.NDArray[np.uint8]
    """Kind of the first character, as an index into KINDS."""
    last: Ints
    """The last measured character's code point."""
    words: Words

    @cached_property
    def words_or_halves(self) -> Floats:
        """Words of each line; a character of a script that sets few spaces counts as half a word."""
        result: Floats = np.maximum(np.diff(self.words.starts) - self.count["wide"] / 2, 0.5).astype(np.float32)
        return result


def read_characters(distinct: pa.LargeStringArray) -> Characters:
    """Count the kinds of characters of `distinct` lines, and find their words."""
    parts = [_read(distinct.slice(start, BLOCK_LINES)) for start in range(0, len(distinct), BLOCK_LINES)]
    return _joined(parts) if parts else _read(distinct)


def _joined(parts: list[Characters]) -> Characters:
    if len(parts) == 1:
        return parts[0]
    words = [part.words for part in parts]
    before = np.cumsum([0, *(len(part.bucket) for part in words)])
    return Characters(
        chars=np.concatenate([part.chars for part in parts]),
        count={name: np.concatenate([part.count[name] for part in parts]) for name in KINDS},
        first=np.concatenate([part.first for part in parts]),
        last=np.concatenate([part.last for part in parts]),
        words=Words(
            bucket=np.concatenate([part.bucket for part in words]),
            chars=np.concatenate([part.chars for part in words]),
            kind=np.concatenate([part.kind for part in words]),
            starts=np.append(
                np.concatenate([part.starts[:-1] + first for part, first in zip(words, before, strict=False)]),
                before[-1],
            ),
        ),
    )


def _read(distinct: pa.LargeStringArray) -> Characters:
    sizes = np.asarray(pc.utf8_length(distinct), dtype=np.int64)
    if sizes.max(initial=0) > MEASURED_CHARS:
        distinct = pc.utf8_slice_codeunits(distinct, 0, MEASURED_CHARS)
        sizes = np.minimum(sizes, MEASURED_CHARS)
    codes = _code_points(distinct)
    kinds = kind_table().take(codes)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    counts = _count_kinds(codes, kinds, starts, sizes)
    first, last = np.zeros(len(sizes), dtype=np.uint8), np.zeros(len(sizes), dtype=np.int64)
    filled = np.flatnonzero(sizes)
    first[filled], last[filled] = kinds[starts[filled]], codes[ends[filled] - 1]
    words = _find_words(codes, kinds, starts, ends)
    return Characters(sizes.astype(np.float32), counts, first, last, words)


def _code_points(texts: pa.LargeStringArray) -> Ints:
    """Return all characters of `texts` one after the other; those beyond the basic plane as its last.

    As indices numpy takes nothing as quickly as this type, in `take`, at twice the pace of brackets.
    """
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64) if offsets else np.zeros(1, dtype=np.int64)
    joined = str(memoryview(data or b"")[bounds[texts.offset] : bounds[texts.offset + len(texts)]], "utf-8")
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.int32)
    if codes.max(initial=0) >= _BASIC_PLANE:
        codes = np.minimum(codes, _BASIC_PLANE - 1)
    return codes.astype(np.int64)


@cache
def kind_table() -> npt.NDArray[np.uint8]:
    """Return each character's kind."""
    table = np.zeros(_BASIC_PLANE, dtype=np.uint8)
    for code in range(_BASIC_PLANE):
        table[code] = _kind(chr(code))
    for low, high in _WIDE_RANGES:
        letters = np.isin(table[low : high + 1], (_LOWER, _UPPER, _DIGIT))
        table[low : high + 1][letters] = _WIDE
    return table


def _kind(char: str) -> int:
    category = unicodedata.category(char)
    if category[0] in "LM":
        return _UPPER if category == "Lu" else _LOWER
    if category[0] == "N":
        return _DIGIT
    if char.isspace():
        return _SPACE
    for signs, kind in ((_STOPS, _STOP), (_COMMAS, _COMMA), (_QUOTES, _QUOTE), (_MARKS, _MARK)):
        if char in signs:
            return kind
    return _OTHER


@cache
def _packs() -> npt.NDArray[np.uint64]:
    """Return what each character adds to the packed counts of its line: of the kinds up to wide, the most frequent."""
    of_kind = np.zeros(len(KINDS), dtype=np.uint64)
    of_kind[:_PACKED] = np.uint64(1) << (np.arange(_PACKED, dtype=np.uint64) * np.uint64(_FIELD))
    return of_kind[kind_table()]


def _count_kinds(codes: Ints, kinds: npt.NDArray[np.uint8], starts: Ints, sizes: Ints) -> dict[str, Floats]:
    """Count the kinds of each line: the frequent ones all at once, as a packed sum, the others where they stand."""
    counts = np.zeros((len(KINDS), len(sizes)), dtype=np.float32)
    filled = np.flatnonzero(sizes)
    if not len(filled):
        return dict(zip(KINDS, counts, strict=True))
    sums = np.add.reduceat(_packs().take(codes), starts[filled])
    for kind in range(_PACKED):
        counts[kind, filled] = (sums >> np.uint64(_FIELD * kind)) & np.uint64((1 << _FIELD) - 1)
    rare = np.flatnonzero(kinds >= _PACKED)
    line = filled[np.searchsorted(starts[filled], rare, side="right") - 1]
    counts[_PACKED:] = np.bincount(
        (kinds[rare].astype(np.int64) - _PACKED) * len(sizes) + line, minlength=(len(KINDS) - _PACKED) * len(sizes)
    ).reshape(-1, len(sizes))
    return dict(zip(KINDS, counts, strict=True))


@cache
def hash_tables() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Return two odd numbers for each kind of letter; case doesn't count, digits are all alike, others are 0."""
    table = kind_table()
    letters = np.isin(table, (_LOWER, _UPPER, _WIDE))
    code = np.array([ord(_plain(chr(c))) if letters[c] else 0 for c in range(_BASIC_PLANE)], dtype=np.uint32)
    code[table == _DIGIT] = ord("0")
    first = (code * np.uint32(0x9E3779B1)) | np.uint32(1)
    second = (code * np.uint32(0xC2B2AE3D)) | np.uint32(1)
    first[code == 0] = 0
    second[code == 0] = 3
    return first, second


def _plain(char: str) -> str:
    """Return a letter in lower case, without its accent."""
    plain = unicodedata.normalize("NFD", char.lower())[0]
    return _LIKE.get(plain, plain)


_LIKE = {"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ß": "s", "ı": "i", "ð": "d"}


def _find_words(codes: Ints, kinds: npt.NDArray[np.uint8], starts: Ints, ends: Ints) -> Words:
    lines = len(starts)
    inside = (kinds >= _LOWER) & (kinds <= _WIDE)
    at, last = (np.flatnonzero(marks) for marks in _edges(inside, kinds == _WIDE, starts, ends))
    if not len(at):
        none = np.zeros(0, dtype=np.int32)
        return Words(none, none, none.astype(np.uint8), np.zeros(lines + 1, dtype=np.int64))
    first, second = hash_tables()
    hashed = first.take(codes)
    after = second.take(codes)
    after[(last + 1) % len(after)] = 3  # a word's last letter pairs with nothing
    hashed[:-1] *= after[1:]
    hashed[-1:] *= after[:1]
    sums = np.zeros(len(hashed) + 1, dtype=np.uint32)
    np.cumsum(hashed, dtype=np.uint32, out=sums[1:])  # they wrap around; quicker than to sum word by word
    hashed = sums[np.append(at[1:], len(hashed))] - sums[at]
    hashed ^= hashed >> np.uint32(15)
    hashed *= np.uint32(0x85EBCA77)
    bounds = np.searchsorted(at, np.append(starts, len(kinds)))
    return Words(
        bucket=(hashed >> np.uint32(32 - BUCKETS.bit_length() + 1)).astype(np.int32),
        chars=(last + 1 - at).astype(np.int32),
        kind=kinds[at],
        starts=bounds.astype(np.int64),
    )


def _edges(inside: Bools, wide: Bools, starts: Ints, ends: Ints) -> tuple[Bools, Bools]:
    """Mark where words begin, and their last letters; `inside` marks all letters."""
    begins, last = inside.copy(), inside.copy()
    begins[1:] &= ~inside[:-1]
    last[:-1] &= ~inside[1:]
    filled = starts < ends
    first_of_line, last_of_line = starts[filled], ends[filled] - 1
    begins[first_of_line] = inside[first_of_line]
    last[last_of_line] = inside[last_of_line]
    if wide.any():  # each is a word of its own, and parts what stands beside it
        begins |= wide
        begins[1:] |= inside[1:] & wide[:-1]
        last |= wide
        last[:-1] |= inside[:-1] & wide[1:]
    return begins, last
