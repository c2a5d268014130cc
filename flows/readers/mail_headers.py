"""What a newsletter's headers say of it."""

import re
from email.utils import parsedate_to_datetime
from typing import Any

from flows.readers.mime_parts import Headers, decoded, header
from flows.readers.urls import registered_domain

_MAX_DATE_CHARS = 100
_ADDRESS = re.compile(r"<\s{0,9}(https?://[^\s<>]{1,2000})\s{0,9}>", re.I)
_DOMAIN = re.compile(r"([\w-]{1,63}(?:\.[\w-]{1,63}){1,9})\.?\s{0,9}>?\s*$")
_KEPT = ("message-id", "list-id", "list-archive")
"""What is kept beside what has a field of its own; whom a newsletter was sent to isn't.

A list's archive is one address for all its mails, and so none of theirs.
"""


def mail_fields(headers: Headers, delivered: str) -> dict[str, Any]:
    """Return a record's fields; `delivered` is the line before a mail in an mbox, with the time it came."""
    author, domain = _sender(decoded(headers, "from"))
    published = read_date(header(headers, "date"))
    archived = _ADDRESS.search(header(headers, "archived-at"))
    fields = {
        "title": decoded(headers, "subject")[:4096],
        "authors": [author] if author else None,
        "site": domain or _domain(header(headers, "list-id")),
        "url": archived[1] if archived else None,
        "language": header(headers, "content-language").split(",")[0][:64],
        "published_at": published,
        "fetched_at": _came(headers, delivered) or published,
        **{name.replace("-", "_"): decoded(headers, name) for name in _KEPT},
    }
    return {name: value for name, value in fields.items() if value}


def read_date(told: str) -> str | None:
    """Return a mail's date in the form of ISO 8601, in its zone; None for what is none: it costs no mail."""
    try:
        return parsedate_to_datetime(told[:_MAX_DATE_CHARS]).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _came(headers: Headers, delivered: str) -> str | None:
    """Return when the last server on the way took the mail."""
    _, parted, received = header(headers, "received").rpartition(";")
    parts = delivered.split(None, 2)  # From ada@courier.example Sat Mar  1 21:00:00 2025
    return (read_date(received) if parted else None) or (read_date(parts[2]) if len(parts) > 2 else None)


def _sender(told: str) -> tuple[str, str | None]:
    """Return the name and the registered domain in `Ada Stern <ada@courier.example>`."""
    name, parted, address = told.rpartition("<")
    if not parted:
        address, _, name = told.partition("(")
    name = name.strip(" \"'()").replace('\\"', '"')
    return ("" if "@" in name else name[:200]), _domain(address.rpartition("@")[2]) if "@" in address else None


def _domain(told: str) -> str | None:
    found = _DOMAIN.search(told[-300:])
    return registered_domain(found[1]) if found else None
