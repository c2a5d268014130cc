"""What phrases and lines are compared by."""

import re
import unicodedata

NUMBER = "#"
"""Any number, in a phrase: "# comments" knows "12 comments", and "comments #" knows "Comments (12)"."""
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
_EMOJI_STYLE = "\ufe0f"


def folded(text: str) -> str:
    """Return text without case, and without differences in spelling that say nothing."""
    text = text.casefold()
    return text if text.isascii() else text.translate(_FOLDED)


def phrase_key(line: str) -> str:
    """Return what phrases are compared by: no case, no punctuation or symbols at the ends, single spaces."""
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
