"""What phrases and lines are compared by."""

import re
import unicodedata
from typing import Generic, TypeVar

Said = TypeVar("Said")
EDGE_CHARS = 8
"""Punctuation and symbols that a line may carry around a phrase."""
HEAD_CHARS = 4
"""What the starts of lines are looked up by: the shortest, in Chinese and Korean, have four characters."""
_NUMBERED_HEAD_CHARS = 3
"""The letters by which most lines differ from all phrases with a number in them."""
NUMBER = "#"
"""Any number, in a phrase: "# comments" knows "12 comments", and "comments #" knows "Comments (12)"."""
_HASHTAG = re.compile(r"#[^\W\d_]")
_DIGITS = re.compile(r"\d{1,9}")
_NUMBER = re.compile(r"[\s:：()\[\]（）|•·~-]*+\d++(?:[.,]\d++)*+(?:k\b|\+)?[\s:：()\[\]（）|•·-]*+")
_DROPPED = dict.fromkeys(
    [
        0x00AD,  # soft hyphen
        0x0307,  # the dot that "İ" leaves behind in lower case
        0x0640,  # Arabic letter stretching
        *range(0x064B, 0x0653),  # Arabic vowel signs
        *range(0x05B0, 0x05C8),  # Hebrew vowel signs
        *range(0x200B, 0x2010),  # zero-width space and joiners, direction marks
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
)
_SAME = str.maketrans("’‘ʼıёşţيىكάέήίόύώϊϋΐΰ", "'''iеșțییکαεηιουωιυιυ")
_FOLDED = _DROPPED | _SAME
"""Apostrophes, and letters that are written with and without their marks: dotless i in Turkish capitals, accents in
Greek capitals, ё, cedillas in Romanian, Arabic yeh and kaf on Persian keyboards."""
_FOLDS = re.compile(f"[{''.join(map(chr, _FOLDED))}]")
_ASCII_EDGES = "".join(char for char in map(chr, range(128)) if not char.isalnum())
_EMOJI_STYLE = "\ufe0f"


def folded(text: str) -> str:
    """Return text without case, and without differences in spelling that say nothing."""
    text = text.casefold()
    return text if text.isascii() or _FOLDS.search(text) is None else text.translate(_FOLDED)


def phrase_key(line: str) -> str:
    """Return what phrases are compared by: no case, no punctuation or symbols at the ends, single spaces."""
    if line.isascii():
        line = line.lower().strip(_ASCII_EDGES)
        return " ".join(line.split()) if "  " in line or not line.isprintable() else line
    start, end = 0, len(line)
    while start < end and not line[start].isalnum():
        start += 1
    while start < end and not line[end - 1].isalnum():
        end -= 1
    while end < len(line) and _is_mark(line[end]):  # a vowel sign after a letter is no punctuation
        end += 1
    return " ".join(folded(line[start:end]).split())


def numbered_key(key: str) -> str:
    """Return a phrase's key whose numbers, with the brackets and colons around them, are all the same."""
    return " ".join(_NUMBER.sub(" 0 ", key).split())


def first_number(key: str) -> int | None:
    """Return the first whole number in a phrase's key."""
    digits = _DIGITS.search(key)
    return int(digits[0]) if digits else None


def _is_mark(char: str) -> bool:
    return char > "\u02ff" and char != _EMOJI_STYLE and unicodedata.category(char).startswith("M")


class Phrases(Generic[Said]):
    """Whole lines and starts of lines, and what each says; what was added first counts."""

    def __init__(self) -> None:
        self._whole: dict[str, Said] = {}
        self._numbered: dict[str, Said] = {}
        self._numbered_heads: set[str] = set()
        self._starts: dict[str, dict[str, Said]] = {}
        self.longest = EDGE_CHARS
        """Longer lines can't be whole phrases; longer starts needn't be looked at."""

    def add(self, phrase: str, said: Said) -> None:
        """Know a whole line, with any number for each `NUMBER`."""
        key = phrase_key(phrase.replace(NUMBER, "0"))
        if NUMBER in phrase:
            self._numbered.setdefault(numbered_key(key), said)
            self._numbered_heads.add(numbered_key(key)[:_NUMBERED_HEAD_CHARS])
            if _HASHTAG.match(phrase):
                self._whole.setdefault(phrase_key(phrase), said)
        else:
            self._whole.setdefault(key, said)
        self.longest = max(self.longest, len(key) + EDGE_CHARS)

    def add_start(self, phrase: str, said: Said) -> None:
        """Know all lines that begin with a phrase."""
        key = phrase_key(phrase)
        self._starts.setdefault(key[:HEAD_CHARS], {}).setdefault(key, said)
        self.longest = max(self.longest, len(key) + EDGE_CHARS)

    def whole(self, key: str) -> tuple[Said | None, int | None]:
        """Return what a line's key says, and the number in it if it says so of any number."""
        said = self._whole.get(key)
        head = key[:_NUMBERED_HEAD_CHARS]
        if said is None and head.isalpha() and head not in self._numbered_heads:
            return None, None  # letters before a number stay as they are: no need to look for one
        if said is not None or (number := first_number(key)) is None:
            return said, None
        return self._numbered.get(numbered_key(key)), number

    def may_start(self, line: str) -> bool:
        """Tell most lines from those that begin with a known start, by their first letters."""
        return line[:HEAD_CHARS].casefold() in self._starts or not line[:1].isalnum()

    def started(self, key: str) -> Said | None:
        """Return what the start of a line says."""
        starts = self._starts.get(key[:HEAD_CHARS])
        if starts is None or not key.startswith(tuple(starts)):
            return None
        return next((said for start, said in starts.items() if key.startswith(start)), None)
