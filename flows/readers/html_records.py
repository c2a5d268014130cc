"""Pages in records: where their HTML stands, and what they add to what the scraper gave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.errors import RecordError
from flows.html import Page, PageError, PageMetadata, read_page
from flows.readers.fields import html_fields
from flows.readers.urls import canonical_url
from flows.settings import Settings
from flows.text import Repairs
from schemas.documents import LineMarkup
from schemas.moments import parse_moment

_BEGINNINGS = ("<!doctype html", "<html")
_SNIFFED_CHARS = 4096
NO_TEXT = "the page shows no text; if its script writes it, fetch it with a browser, or give `text`"


def is_page(text: str) -> bool:
    """Tell whether a text is plainly a page: it begins with its doctype or <html>, after comments at most."""
    head = text[:_SNIFFED_CHARS].lstrip("\ufeff \t\r\n")
    if not head.startswith("<"):
        return False
    head = head.lower()
    for opening, closing in (("<?xml", "?>"), ("<!--", "-->")):
        if head.startswith(opening):
            head = head.partition(closing)[2].lstrip()
    return head.startswith(_BEGINNINGS)


@dataclass(frozen=True, slots=True)
class PageBytes:
    """A page as its server sent it."""

    html: bytes | str
    charset: str | None = None
    """What the server said of it."""


@dataclass(frozen=True, slots=True)
class PageRead:
    """What a page adds to its record."""

    markup: tuple[LineMarkup, ...]
    told: dict[str, Any]
    """What no field of a record takes, and which fields the page filled in."""


def page_in(named: Mapping[str, Any], rest: dict[str, Any]) -> PageBytes | None:
    """Return a record's page, if it has one and no text besides; it is taken out of `rest`."""
    mapped, text = named.get("html"), named.get("text")
    if isinstance(text, str) and text.strip():
        return PageBytes(text) if is_page(text) else None
    if page := _page(mapped):
        return page
    for name in html_fields(rest):
        if page := _page(rest[name]):
            del rest[name]
            return page
    return None


def _page(value: Any) -> PageBytes | None:
    if isinstance(value, dict):  # fundus
        value = value.get("content")
    if isinstance(value, list):  # parts of a page that the settings name
        value = "\n".join(part for part in value if isinstance(part, str))
    return PageBytes(value) if isinstance(value, str | bytes) and value.strip() else None


def read_record_page(page: PageBytes, named: dict[str, Any], repairs: Repairs, settings: Settings) -> PageRead:
    """Put a page's text into `named`, and its metadata where the scraper gave none.

    Raises RecordError for a page without text.
    """
    url = named.get("url")
    try:
        read = read_page(
            page.html,
            url=url if isinstance(url, str) else None,
            encoding_hint=page.charset,
            ask_extractor=settings.ask_extractor,
            max_depth=settings.max_html_depth,
            repairs=repairs,
        )
    except PageError as error:
        raise RecordError(
            "too_large", f"field `html`: {error} (max_html_depth); mend the page, or give its `text`"
        ) from None
    if not read.text.strip():
        raise RecordError("missing_text", f"field `html`: {NO_TEXT}")
    named["text"] = read.text
    return PageRead(read.markup, _told(read, _fill(named, read.metadata)))


def _fill(named: dict[str, Any], page: PageMetadata) -> list[str]:
    """Fill in what the scraper didn't give; return the names of what the page gave."""
    offered: dict[str, Any] = {
        "title": page.title,
        "authors": list(page.authors),
        "tags": list(page.tags),
        "language": page.language,
        "url": canonical_url(page.url) if page.url else None,
        "published_at": _date(page.published_at),
        "modified_at": _date(page.modified_at),
    }
    gave = [name for name, value in offered.items() if value and not named.get(name)]
    named.update({name: offered[name] for name in gave})
    return gave


def _date(told: str | None) -> str | None:
    """Return a date as the page has it; None for what is none: a page's mistake costs no record."""
    try:
        return told if parse_moment(told) is not None else None
    except ValueError:
        return None


def _told(page: Page, gave: list[str]) -> dict[str, Any]:
    known = page.metadata
    told = {
        "gave": gave,
        "section": known.section,
        "site_name": known.site_name,
        "description": known.descriptions[0] if known.descriptions else None,
    }
    return {name: value for name, value in told.items() if value}
