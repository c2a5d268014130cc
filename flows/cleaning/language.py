"""The language an article is written in."""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from flows.cleaning.decide import Decisions
from flows.cleaning.language_model import classify_all
from flows.cleaning.lines import Bools

SAMPLE_CHARS = 100
"""Characters looked at: of 233 news pages in 19 languages none was named wrong by so many, one by 80; the time that
naming a language takes grows with them."""
SAMPLE_LINES = 3
"""The longest of so many kept lines is the sample: the first may be a dateline, a name, a quote in another language."""
_CODE = re.compile(r"^([a-z]{2})(?:[-_].*)?$")
_SHORTER = {"wuu": "zh", "yue": "zh", "ckb": "ku", "arz": "ar", "azb": "az", "pnb": "pa"}
"""Languages without a code of two letters, under the one they are written like."""


def given_language(value: str | None) -> str | None:
    """Return the ISO 639-1 code of a language as scrapers give it (`en`, `en-GB`, `de_CH`), else None."""
    match = _CODE.match(value.strip().lower()) if value else None
    return match[1] if match else None


def detect_languages(texts: Sequence[str]) -> list[str | None]:
    """Return the ISO 639-1 code of the language of each text, None where there is nothing to tell it by."""
    samples = [text[:SAMPLE_CHARS] for text in texts]
    telling = [place for place, sample in enumerate(samples) if any(letter.isalpha() for letter in sample)]
    languages: list[str | None] = [None] * len(samples)
    for place, language in zip(telling, classify_all([samples[place] for place in telling]), strict=True):
        languages[place] = given_language(_SHORTER.get(language, language))
    return languages


def language_samples(decisions: Decisions, *, of: Bools) -> dict[int, str]:
    """Return what to tell the language of each document marked in `of` by; no entry where nothing is kept."""
    lines = decisions.lines
    entries = np.flatnonzero(decisions.kept & of[lines.document])
    entries = entries[entries != decisions.title[lines.document[entries]]]
    document = lines.document[entries]
    rank = np.arange(len(entries)) - np.searchsorted(document, document)
    early = entries[rank < SAMPLE_LINES]
    width = decisions.shapes.width[lines.code[early]]
    order = np.lexsort((early, -width, lines.document[early]))
    owners, places = np.unique(lines.document[early][order], return_index=True)
    texts = lines.distinct.take(pa.array(lines.code[early[order[places]]])).to_pylist()
    return dict(zip(owners.tolist(), texts, strict=True))
