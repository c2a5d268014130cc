"""Lines that are a date and nothing else, in any language whose months are known."""

import re

from flows.cleaning.phrases import folded
from flows.sites.profile import Dates

MAX_CHARS = 110
_SEPARATORS = r"\s\d:,.;|•·()\[\]（）：，、،؛।/+\-–—@'’"
_BETWEEN = re.compile(f"[{_SEPARATORS}]+")
_WORD = re.compile(f"[^{_SEPARATORS}]+")
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
        self._longest_label = max(map(len, labels), default=0)
        self._known = self._months | {word for words in labels for word in words}
        self._known |= {word for text in dates.words for word in _words(text)}

    def known(self, line: str) -> bool:
        """Tell whether a line is a date: a whole one, or a label and some time."""
        if len(line) > MAX_CHARS:
            return False
        if _DIGIT.search(line) is None:
            return line.endswith((":", "：")) and tuple(_words(line)) in self._labels
        first = _WORD.search(line)
        if first is not None and folded(first[0]) not in self._known:  # so most lines are done with
            return False
        words = _words(line)
        if not all(word in self._known for word in words):
            return False
        if _DATE.search(line) is not None:
            return True
        months = any(word in self._months for word in words)
        if months and _YEAR.search(line) is not None and _DAY.search(line) is not None:
            return True
        label = self._label(words)
        return label > 0 and (_TIME.search(line) is not None or (len(words) > label and _DAY.search(line) is not None))

    def _label(self, words: list[str]) -> int:
        """Return how many words at the start are a label; none in "Last 24 hours" and "Published 1984"."""
        lengths = range(min(len(words), self._longest_label), 0, -1)
        return next((length for length in lengths if tuple(words[:length]) in self._labels), 0)


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(folded(text)) if word]
