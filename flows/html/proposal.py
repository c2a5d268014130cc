"""What trafilatura takes for the article: a proposal, as one more thing to know of each line."""

import logging

from flows.html.lines import PageLines
from flows.html.words import NO_WORDS, Passage, words_of

MAX_CHARS = 3_000_000
MAX_ELEMENTS = 8_000
MAX_DEPTH = 100
MAX_ATTRIBUTES = 200
"""Of 1,091 real pages the largest have 2.2 million characters, 6,041 elements, 37 levels, 151 attributes. The
extractor's time grows with the square of a page: one of 25,000 comments takes it a minute, the worst that was found
within these bounds 8 seconds."""
MIN_WORDS = 4
"""A shorter line must be a line of the proposal: a word or two stand somewhere in most texts."""


def propose(html: str, page: PageLines) -> "Proposal | None":
    """Return what the extractor keeps of a page; None when it fails, or the page isn't one for it."""
    fits = page.elements <= MAX_ELEMENTS and page.depth <= MAX_DEPTH and page.most_attributes <= MAX_ATTRIBUTES
    if not fits or len(html) > MAX_CHARS:
        return None
    text = _extract(html)
    return Proposal(text) if text else None


def _extract(html: str) -> str | None:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        text: str | None = trafilatura.extract(html, include_comments=False)
    except Exception:  # it is asked for its opinion; a page may break it in any way
        return None
    return text


class Proposal:
    """The text an extractor keeps."""

    def __init__(self, text: str) -> None:
        self._lines = {words_of(line.lstrip("- ")) for line in text.splitlines()} - {NO_WORDS}
        self._passage = Passage(text)

    def keeps(self, words: str) -> bool:
        """Whether it keeps a line of these words."""
        return words in self._lines or (words.count(" ") > MIN_WORDS and self._passage.holds(words))
