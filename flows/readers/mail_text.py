"""Plain texts of mails, and whether their pages say anything."""

import re

from flows.html.decode import decode_html
from flows.readers.mime_parts import Part, parameter
from flows.text import Repairs

_UNSEEN = ((b"<style", b"</style"), (b"<script", b"</script"), (b"<head", b"</head"), (b"<!--", b"-->"))
_TAG = re.compile(rb"<[^<>]{0,20000}>|&[#\w]{1,10};")
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]{2}")
MIN_LETTERS = 20
"""A page of fewer pairs of letters is a picture of a text, or says that one should look at the text beside it."""


def says_something(html: bytes) -> bool:
    """Tell whether a page shows more than pictures: not exactly, for where there is a plain text to turn to."""
    for opening, closing in _UNSEEN:
        html = _without(html, opening, closing)
    found = _LETTERS.findall(_TAG.sub(b" ", html))
    return len(found) >= MIN_LETTERS


def _without(html: bytes, opening: bytes, closing: bytes) -> bytes:
    low, kept, at = html.lower(), [], 0
    while (begin := low.find(opening, at)) >= 0:
        kept.append(html[at:begin])
        end = low.find(closing, begin)
        at = end + len(closing) if end >= 0 else len(html)
    return b"".join([*kept, html[at:]])


def plain_text(part: Part, limit: int, repairs: Repairs) -> str:
    """Return a part's text, its paragraphs unfolded where it says that they are folded."""
    text = decode_html(part.content(limit), repairs, encoding_hint=part.charset)
    if parameter(part.headers, "format").lower() != "flowed":
        return text
    return unfold(text, joined=parameter(part.headers, "delsp").lower() == "yes")


def unfold(text: str, *, joined: bool = False) -> str:
    """Join what `format=flowed` (RFC 3676) parted: lines that end with a space go on in the next one.

    `joined` says that this space is no part of the text, as in Japanese.
    """
    lines: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        line = line.removesuffix("\r")
        depth = len(line) - len(line.lstrip(">"))
        line = line[depth:].removeprefix(" ")
        if open_depth == depth and line != "-- ":
            lines[-1].append(line)
        else:
            lines.append([">" * depth, " " if depth else "", line] if depth else [line])
        flows = line.endswith(" ") and line != "-- "
        if flows and joined:
            lines[-1][-1] = line[:-1]
        open_depth = depth if flows else None
    return "\n".join("".join(parts) for parts in lines)
