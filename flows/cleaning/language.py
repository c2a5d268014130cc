"""The language an article is written in."""

import re

import py3langid

SAMPLE_CHARS = 200
"""Characters looked at: py3langid named all of twelve languages right on a fifth of it, and its time grows
with them."""
_CODE = re.compile(r"^([a-z]{2})(?:[-_].*)?$")


def given_language(value: str | None) -> str | None:
    """Return the ISO 639-1 code of a language as scrapers give it (`en`, `en-GB`, `de_CH`), else None."""
    match = _CODE.match(value.strip().lower()) if value else None
    return match[1] if match else None


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, None where there is nothing to tell it by."""
    sample = text[:SAMPLE_CHARS]
    if not any(letter.isalpha() for letter in sample):
        return None
    language: str = py3langid.classify(sample)[0]
    return language
