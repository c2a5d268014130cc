"""Sentences: of a text, and of whatever bytes a rejected record was."""

import hashlib
import html
import re
import zlib
from collections.abc import Iterator

from flows.dedup.sketches import words_of
from flows.readers.urls import canonical_url
from flows.text import Repairs, decode, normalise

MIN_SENTENCE_BYTES = 24
"""Five short words, eight Chinese characters: what is shorter (`He declined to comment.`) stands in any story."""
OPENING_CHARS, OPENING_WORDS = 100, 3
"""Three words are the same wherever the text behind them is cut."""
MAX_UNPACKED_BYTES = 1 << 20
"""Of a packed payload: sixteen times as much as is kept of it."""

_BREAKS = re.compile(r"""["\t\n\r<>{}\[\]|]+|(?<=[.!?…])["'”’»)]{0,3}\s+|(?<=[。！？])""")
_BLOCK_TAGS = re.compile(r"</?(?:p|h[1-6]|li|div|td|th|br|title|figcaption|blockquote|section)\b[^<>]{0,2000}>", re.I)
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_URLS = re.compile(r"""https?://[^\s"'<>\\{}|^`\[\]]{3,2000}""", re.IGNORECASE)
_ESCAPES = re.compile(r'\\(?:u([0-9a-fA-F]{4})|([nrt"/\\]))')
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t"}


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text that aren't everybody's: their words, case and punctuation left out."""
    for part in _BREAKS.split(text):
        bare = " ".join(words_of(part))
        if len(bare.encode("utf-8", "surrogatepass")) >= MIN_SENTENCE_BYTES:
            yield bare


def urls_in(text: str) -> Iterator[str]:
    """Yield the addresses that a text names, as documents have them."""
    yield from filter(None, map(canonical_url, _URLS.findall(text)))


def opening(text: str) -> bytes:
    """Return two bytes of a hash of a text's first words: quicker than its sentences, and enough to pass most by."""
    start = " ".join(words_of(text[:OPENING_CHARS])[:OPENING_WORDS])
    return hashlib.blake2b(start.encode("utf-8", "surrogatepass"), digest_size=2).digest()


def readable(payload: bytes) -> str:
    """Return what a person would read in a payload: unpacked, decoded, with its tags and, below, without them."""
    if payload.startswith(b"\x1f\x8b"):
        payload = _unpacked(payload)
    return readable_text(decode(payload, Repairs()))


def readable_text(text: str) -> str:
    """Return what a person would read in JSON or HTML: with its tags and, below, without them."""
    if "\\" in text:
        text = _ESCAPES.sub(_unescape, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = html.unescape(text)
    if "<" in text:
        text = f"{text}\n{_TAGS.sub('', _BLOCK_TAGS.sub(chr(10), text))}"
    return normalise(text, Repairs())


def _unpacked(payload: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(payload, MAX_UNPACKED_BYTES)
    except zlib.error:
        return payload


def _unescape(match: re.Match[str]) -> str:
    code, char = match[1], match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(char, char)
