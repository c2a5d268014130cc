"""The names that scrapers give their fields, and the one name copydesk gives each.

Tried against Scrapy feeds, news-please, fundus and trafilatura, see tests/flows/readers/test_scrapers.py.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flows.readers.mapping import FieldMapping
from flows.readers.urls import canonical_url, is_front_page, site_of_url
from schemas.moments import parse_moment

ALIASES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "maintext", "raw_text", "article_text", "full_text", "plain_text", "article_body", "articlebody",
        "cleaned_text", "body", "content",
    ),
    "url": (
        "canonical_url", "canonical_link", "canonical", "url", "link", "source_url", "page_url", "response_url",
        "original_url", "responded_url", "requested_url",
    ),
    "title": ("title", "headline", "og_title"),
    "published_at": (
        "published_at", "date_published", "published", "publish_date", "publishing_date", "date_publish",
        "publication_date", "pub_date", "date",
    ),
    "modified_at": ("modified_at", "date_modified", "modified", "date_modify", "updated_at", "updated",
                    "last_modified"),
    "fetched_at": (
        "fetched_at", "crawled_at", "scraped_at", "retrieved_at", "date_download", "download_date", "crawl_date",
        "fetch_time", "timestamp",
    ),
    "authors": ("authors", "author", "byline", "creator"),
    "language": ("language", "lang"),
    "tags": ("tags", "keywords", "topics", "categories"),
    "site": ("site", "source_domain", "domain", "hostname", "source_hostname", "source", "sitename", "site_name",
             "publisher"),
}  # fmt: skip
"""Names in order of preference, compared without case, `_`, `-` and space."""

HTML = ("html", "rawhtml", "pagehtml", "bodyhtml", "contenthtml", "responsebody")
"""Names of fields that hold the page itself, in order of preference."""
_WITH_HTML = ("responded_url", "requested_url", "crawl_date")
MAX_JOINED_AUTHORS = 4096
_PARTS = ("name", "text", "value", "title", "label")
_JOINED = re.compile(r"\s*(?:[,;|]|\band\b|\bund\b|\bet\b)\s*", re.I)
_PATH = re.compile(r"://[^/?#]+/[^/?#\s]")
_BY = re.compile(r"^\s*(?:by|von|par)\s+", re.I)


@lru_cache(maxsize=65536)
def _key(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


_PREFERENCE = {_key(alias): (field, rank) for field, aliases in ALIASES.items() for rank, alias in enumerate(aliases)}


@lru_cache(maxsize=65536)
def _preference(name: str) -> tuple[str | None, int]:
    """Return the field that a scraper's name means, if any, and its place among the names for it."""
    return _PREFERENCE.get(_key(name), (None, 0))


def is_known(name: str, field: str | None = None) -> bool:
    """Tell whether a scraper's name for a field is one that is read, or one of those for `field`."""
    of, _ = _preference(name)
    return of == field if field else of is not None or is_html(name)


def name_fields(
    record: Mapping[str, Any], mapping: FieldMapping | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a record's fields under copydesk's names, and the rest under the scraper's own.

    What `mapping` finds goes before the names that are known; a page that it finds is under `html`. Of several names
    for one field the preferred one that holds something counts; the others stay in the rest. The address of a site's
    front page isn't that of a page: it tells the site, and stays in the rest. Scrapers give it with all articles.
    """
    mapped, record = mapping.take(record) if mapping else ({}, record)
    settled = {*mapped, "text"} if "html" in mapped else mapped.keys()
    if isinstance(record.get("html"), dict):  # fundus: where and when a page was fetched stands with its HTML
        record = {**{name: record["html"].get(name) for name in _WITH_HTML}, **record}
    best: dict[str, tuple[int, str]] = {}
    for name, value in record.items():
        field, rank = _preference(name)
        if field is None or field in settled or value in (None, "", [], {}):
            continue
        if field == "url" and _is_front_page(value):
            rank += len(_PREFERENCE)  # whatever else there is
        if field not in best or rank < best[field][0]:
            best[field] = (rank, name)
    chosen = {name for _, name in best.values()}
    named = {**mapped, **{field: record[name] for field, (_, name) in best.items()}}
    rest = {name: value for name, value in record.items() if name not in chosen and value is not None}
    return _address_in_source(_shaped(named, rest), record), rest


def is_html(name: str) -> bool:
    """Tell whether a field of this name may hold the page itself."""
    return _key(name) in HTML


def html_fields(rest: Mapping[str, Any]) -> list[str]:
    """Return the fields that may hold the page itself, the preferred ones first."""
    return sorted(filter(is_html, rest), key=lambda name: HTML.index(_key(name)))


def _shaped(named: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    """Bring values into the shapes a record has: text in lines, lists of strings, one URL."""
    if "text" in named:
        named["text"] = _as_text(named["text"])
    for field in ("authors", "tags"):
        if field in named:
            named[field] = _as_names(named[field], split=field == "authors" or isinstance(named[field], str))
    for field in ("url", "title", "language", "site"):
        if isinstance(named.get(field), list | dict):
            named[field] = _plain(named[field])
    if isinstance(named.get("url"), str):
        url = canonical_url(named["url"])
        if url is not None and is_front_page(url):
            if named.get("site"):
                rest["site"] = named["site"]
            named["site"], url = site_of_url(url), None
        if url is None:
            rest["url"] = named["url"]
        named["url"] = url
    for field in ("published_at", "modified_at"):
        if isinstance(named.get(field), str) and _says_no_date(named[field]):
            rest[field] = named.pop(field)
    return named


def _is_front_page(value: Any) -> bool:
    if not isinstance(value, str) or _PATH.search(value):  # so most addresses are done with
        return False
    url = canonical_url(value)
    return url is not None and is_front_page(url)


def _says_no_date(value: str) -> bool:
    try:
        return parse_moment(value) is None
    except ValueError:
        return False  # a date that can't be: the record's model will say so


def _address_in_source(named: dict[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """trafilatura puts the address into `source`, where others put the site's name."""
    source = record.get("source")
    if isinstance(source, str) and not named.get("url") and "://" in source and not _is_front_page(source):
        named["url"] = canonical_url(source)
    return named


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return _plain(value[0]) if value else None
    if isinstance(value, dict):
        return next((value[part] for part in _PARTS if isinstance(value.get(part), str)), None)
    return value


def _as_text(value: Any) -> Any:
    """Join what comes in parts: lists of paragraphs, and fundus's summary and sections."""
    if isinstance(value, list):
        parts = [_as_text(part) for part in value]
        return "\n".join(part for part in parts if isinstance(part, str) and part)
    if isinstance(value, dict):
        sections = [value.get(part) for part in ("summary", "headline", "paragraphs", "sections", "text", "content")]
        return _as_text([section for section in sections if section])
    return value


def _as_names(value: Any, *, split: bool) -> Any:
    if isinstance(value, str):
        text = _BY.sub("", value[:MAX_JOINED_AUTHORS])
        parts = _JOINED.split(text) if split else [text]
        return [part.strip() for part in parts if part.strip()]
    if isinstance(value, dict):
        value = [value]
    if isinstance(value, list):
        names = [_plain(part) for part in value]
        return [
            _BY.sub("", name).strip() if split else name.strip()
            for name in names
            if isinstance(name, str) and name.strip()
        ]
    return value
