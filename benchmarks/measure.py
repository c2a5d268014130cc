"""How well a cleaned text fits the gold text: precision and recall over bags of 4-word shingles.

The measure of the public article-extraction-benchmark: each is averaged over the documents, and F1 is that of
the two means. A text without words counts for the one of the two that can be told of it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

WORD = re.compile(r"\w+")
SHINGLE_WORDS = 4

Bag = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class Score:
    """Precision and recall of one document; None where there is nothing to count."""

    precision: float | None
    """None: nothing was predicted."""
    recall: float | None
    """None: the gold text has no word."""

    @property
    def f1(self) -> float:
        """Their harmonic mean; 0 where one of them is 0 or missing."""
        return harmonic_mean(self.precision or 0.0, self.recall or 0.0)


@dataclass(frozen=True)
class Quality:
    """What a set of documents comes to."""

    n: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """F1 of the two means."""
        return harmonic_mean(self.precision, self.recall)


def shingles(text: str) -> Bag:
    """Return how often each run of four words stands in a text; a shorter text is one run."""
    words = WORD.findall(text)
    if len(words) <= SHINGLE_WORDS:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[place:] for place in range(SHINGLE_WORDS)), strict=False))


def score(gold: str, predicted: str) -> Score:
    """Compare a predicted text with the gold text."""
    wanted, got = shingles(gold), shingles(predicted)
    shared = (wanted & got).total()
    return Score(
        precision=shared / got.total() if got else None,
        recall=shared / wanted.total() if wanted else None,
    )


def quality(scores: Iterable[Score]) -> Quality:
    """Average the scores of documents, each over those that have it."""
    given = list(scores)
    return Quality(len(given), _mean(one.precision for one in given), _mean(one.recall for one in given))


def harmonic_mean(left: float, right: float) -> float:
    """Return the harmonic mean of two shares, 0 when both are."""
    return 2 * left * right / (left + right) if left + right else 0.0


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0
