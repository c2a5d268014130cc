"""Texts compared by their words: whether one holds another, whatever its spaces and punctuation."""

import re

_WORD = re.compile(r"\w+")
MAX_CHARS = 300_000
"""Of a text that lines are looked for in: what more there is would cost more than it tells."""


def words_of(text: str) -> str:
    """Return a text's words, one space between, before and after them."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


NO_WORDS = words_of("")


class Passage:
    """A text that lines are looked for in."""

    def __init__(self, text: str) -> None:
        self._words = words_of(text[:MAX_CHARS])

    def holds(self, words: str) -> bool:
        """Whether the words stand in it, in their order and without a gap."""
        return words != NO_WORDS and words in self._words
