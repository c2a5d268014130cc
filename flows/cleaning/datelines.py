"""Lines that are a date and nothing else, in any language whose months are known."""

import re

from flows.cleaning.phrases import folded
from flows.sites.profile import Dates

MAX_CHARS = 110
_BETWEEN = re.compile(r"[\s\d:,.;|•·()\[\]（）：，、/+\-–—@'’]+")
_DIGIT = re.compile(r"\d")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.h時点시]\s?\d{2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_DATE = re.compile(
    r"(?<![\d.,/-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{4}\.\s?\d{1,2}\.\s?\d{1,2}"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}-\d{1,2}-\d{4}"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])(?!\d)"
)


class DateLines:
    """Tells lines that are a date from the rest, by the words of dates."""

    def __init__(self, dates: Dates) -> None:
        self._months = {word for text in dates.months for word in _words(text)}
        labels = [_words(text) for text in dates.labels]
        self._labels = {tuple(words) for words in labels}
        self._first = {words[0] for words in labels}
        self._known = self._months | {word for words in labels for word in words}
        self._known |= {word for text in dates.words for word in _words(text)}

    def known(self, line: str) -> bool:
        """Tell whether a line is a date: a whole one, or a label and some time."""
        if len(line) > MAX_CHARS:
            return False
        if _DIGIT.search(line) is None:
            return line.endswith((":", "：")) and tuple(_words(line)) in self._labels
        words = _words(line)
        if not all(word in self._known for word in words):
            return False
        if _DATE.search(line) is not None:
            return True
        months = any(word in self._months for word in words)
        if months and _YEAR.search(line) is not None and _DAY.search(line) is not None:
            return True
        return bool(words) and words[0] in self._first and self._some_time(line, words)

    def _some_time(self, line: str, words: list[str]) -> bool:
        """Tell "Updated 3 hours ago" and "Stand: 14:02" from "Published 1984"."""
        return _TIME.search(line) is not None or (
            _DAY.search(line) is not None and any(word not in self._first for word in words)
        )


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(folded(text)) if word]
