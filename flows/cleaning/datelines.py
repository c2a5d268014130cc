"""Lines that are a date and nothing else, in any language whose months are known."""

import re

from flows.cleaning.phrases import folded
from flows.sites.profile import Dates

MAX_CHARS = 110
_SEPARATORS = r"\s\d:,.;|•·()\[\]（）：，、،؛।/+\-–—@'’"
_BETWEEN = re.compile(f"[{_SEPARATORS}]+")
_WORD = re.compile(f"[^{_SEPARATORS}]+")
_TOKEN = re.compile(f"([{_SEPARATORS}]*?)([0-9]+|[^{_SEPARATORS}]+)")
_LEADING = re.compile(r"^(?:[^24M]|M(?=[^24M]*M))+")
"""What stands before a date, and may look like a part of it: "Posted on", a name that is a month's too."""
_ORDINALS = frozenset(("st", "nd", "rd", "th", "er", "º", "ª"))
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

    def stamp(self, line: str) -> str | None:
        """Return how a line that holds a date writes it; None for one that holds none.

        "Anna, 3 March 2009 at 6:03 pm" and "Max, 12 May 2009 at 11:40 am" write it alike, "March 3, 2009" doesn't.
        """
        if _DIGIT.search(line) is None:
            return None
        kinds = [(separator.strip(), self._kind(word)) for separator, word in _TOKEN.findall(folded(line))]
        runs = "".join(separator + kind for separator, kind in kinds).split("?")
        run = next((run for run in reversed(runs) if self._is_date(run)), None)
        return None if run is None else _LEADING.sub("", run)

    def _kind(self, word: str) -> str:
        if word in _ORDINALS:
            return "w"
        if word.isdecimal():
            return "4" if len(word) == 4 else "2"
        if word in self._months:
            return "M"
        return "w" if word in self._known else "?"

    @staticmethod
    def _is_date(run: str) -> bool:
        numbers = run.count("2") + run.count("4")
        return numbers >= 2 and ("M" in run or "4" in run or (numbers >= 5 and ":" in run))

    def _label(self, words: list[str]) -> int:
        """Return how many words at the start are a label; none in "Last 24 hours" and "Published 1984"."""
        lengths = range(min(len(words), self._longest_label), 0, -1)
        return next((length for length in lengths if tuple(words[:length]) in self._labels), 0)


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(folded(text)) if word]
