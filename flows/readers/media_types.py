"""Types of content: which are pages and texts, and under what kind the others are counted."""

import re

PAGES = ("text/html", "application/xhtml+xml")
TEXT = "text/plain"
_MEDIA = ("image", "video", "audio", "font")
_KINDS = {
    "text/css": "style sheets",
    "text/javascript": "scripts",
    "application/javascript": "scripts",
    "application/x-javascript": "scripts",
    "application/json": "JSON",
    "application/ld+json": "JSON",
    "application/pdf": "PDF",
    "application/rss+xml": "feeds",
    "application/atom+xml": "feeds",
}
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.I)
_MAX_CHARS = 1000


def read_type(told: str | None) -> tuple[str, str | None]:
    """Return the type that a Content-Type header tells, in lower case, and the charset."""
    told = (told or "")[:_MAX_CHARS]
    charset = _CHARSET.search(told)
    return told.split(";", 1)[0].strip().lower(), charset[1] if charset else None


def kind_of(name: str) -> str:
    """Return the kind that a type other than of pages and texts is counted under: there are few of them."""
    group = name.partition("/")[0]
    return f"{group}/*" if group in _MEDIA else _KINDS.get(name, "other types")
