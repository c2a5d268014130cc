"""What a page says of its article: JSON-LD goes before OpenGraph, that before other metas and the page itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flows.html.lines import Head, Line
from flows.html.structured import article_of, body_of, names_of_people, text_of

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time", "parsely-pub-date",
    "sailthru.date", "date.published", "dcterms.created", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "article.published",
    "cxenseparse:recs:publishtime",
    "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "last-modified", "lastmod", "article.updated",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl")
_TAGS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags")
_SECTION = ("article:section", "og:article:section", "parsely-section", "section")
_DESCRIPTION = ("og:description", "description", "twitter:description", "dc.description")
_LANGUAGE = ("content-language", "og:locale", "language", "dc.language", "inlanguage")
_SITE_PARTS = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|_]\s*|\s+::\s+")
_PARTING = " |_–—·•»:-"
MAX_CHARS = 4_000
MAX_NAMES = 200
MIN_TITLE_SHARE = 0.4
"""A part of a title that stands alone as heading is the title only when it is this much of it."""


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page says of its article; times as they stand there."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    modified_at: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    section: str | None = None
    url: str | None = None
    """The canonical address, made whole with the one the page was fetched from."""
    site_name: str | None = None
    descriptions: tuple[str, ...] = ()
    article_body: str | None = None
    """The article's text in JSON-LD, without tags."""


def page_metadata(head: Head, lines: list[Line], *, url: str | None) -> PageMetadata:
    """Return what the page says of its article."""
    article = article_of(head.scripts)
    metas = _by_name(head.metas)
    site_name = _first(metas, ("og:site_name",)) or text_of(article.get("publisher"))
    return PageMetadata(
        title=_title(head, lines, article, metas, site_name),
        authors=_authors(article, metas, site_name),
        published_at=_cut(text_of(article.get("datePublished"))) or _first(metas, _PUBLISHED) or _only(head.times),
        modified_at=_cut(text_of(article.get("dateModified"))) or _first(metas, _MODIFIED),
        language=_language(head, article, metas),
        tags=_tags(article, metas),
        section=_cut(text_of(article.get("articleSection"))) or _first(metas, _SECTION),
        url=_address(head, metas, url),
        site_name=site_name,
        descriptions=_descriptions(article, metas),
        article_body=body_of(article.get("articleBody")),
    )


def _by_name(metas: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, content in metas:
        text = _cut(" ".join(content.split()))
        if text:
            found.setdefault(name, []).append(text)
    return found


def _first(metas: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _only(times: list[str]) -> str | None:
    return _cut(times[0].strip()) if times else None


def _cut(text: str | None) -> str | None:
    return text[:MAX_CHARS] if text else None


def _title(
    head: Head, lines: list[Line], article: dict[str, Any], metas: dict[str, list[str]], site_name: str | None
) -> str | None:
    first, second = ([line.text for line in lines if line.element.block == block] for block in ("h1", "h2"))
    headings = first or second
    told = text_of(article.get("headline"))
    if told:
        return _cut(_without_site(told, headings, site_name))
    shared = _first(metas, ("og:title", "twitter:title"))
    if shared:
        return _without_site(_past_quote(shared, headings), headings, site_name)
    if first:
        return _cut(first[0])
    return _cut(_without_site(head.title, headings, site_name)) if head.title else None


def _past_quote(title: str, headings: list[str]) -> str:
    """Return the heading of which a title has what stands before a quote: unescaped, it ends the attribute."""
    for heading in headings:
        if heading.startswith(title) and heading[len(title) :].lstrip().startswith(('"', "'")):
            return heading[:MAX_CHARS]
    return title


def _without_site(title: str, headings: list[str], site_name: str | None) -> str:
    """Return a title without the site's name that follows (or leads) it.

    A part is the title alone when it stands as a heading on the page; an end is the site when it is its name.
    """
    parts = _SITE_PARTS.split(title)
    if len(parts) == 1:
        return title
    known = {_letters(heading) for heading in headings}
    for part in sorted(parts, key=len, reverse=True):
        if _letters(part) in known and len(part) >= MIN_TITLE_SHARE * len(title):
            return part
    name = _letters(site_name or "")
    if name and _letters(parts[-1]) == name:
        return title[: title.rfind(parts[-1])].rstrip(_PARTING)
    if name and _letters(parts[0]) == name:
        return title[len(parts[0]) :].lstrip(_PARTING)
    return title


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _authors(article: dict[str, Any], metas: dict[str, list[str]], site_name: str | None) -> tuple[str, ...]:
    told = names_of_people(article.get("author")) or names_of_people(article.get("creator"))
    if not told:
        told = next((metas[name] for name in _AUTHORS if name in metas and "://" not in metas[name][0]), [])
    publishers = {_letters(name or "") for name in (site_name, text_of(article.get("publisher")))}
    names = [name for name in told if _letters(name) not in (publishers | {""}) and "@" not in name]
    return tuple(dict.fromkeys(name[:200] for name in names[:MAX_NAMES]))


def _tags(article: dict[str, Any], metas: dict[str, list[str]]) -> tuple[str, ...]:
    told = article.get("keywords")
    values = names_of_people(told) if told else next((metas[name] for name in _TAGS if name in metas), [])
    if len(values) == 1:
        values = values[0].split(";" if ";" in values[0] else ",")
    tags = dict.fromkeys(" ".join(value.split())[:200] for value in values)
    return tuple(tag for tag in tags if tag)[:MAX_NAMES]


def _language(head: Head, article: dict[str, Any], metas: dict[str, list[str]]) -> str | None:
    told = head.language or text_of(article.get("inLanguage")) or _first(metas, _LANGUAGE)
    return told.strip()[:35] or None if told else None


def _address(head: Head, metas: dict[str, list[str]], url: str | None) -> str | None:
    """Return the canonical address; one that names the site's front page says nothing of the page."""
    for told in (head.canonical, _first(metas, ("og:url",))):
        if not told or len(told) > MAX_CHARS:
            continue
        try:
            whole = urljoin(url or "", told.strip())
            parts = urlsplit(whole)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc and (parts.path.strip("/") or parts.query):
            return whole
    return None


def _descriptions(article: dict[str, Any], metas: dict[str, list[str]]) -> tuple[str, ...]:
    told = [text_of(article.get("description")), *(_first(metas, (name,)) for name in _DESCRIPTION)]
    return tuple(dict.fromkeys(text[:MAX_CHARS] for text in told if text))
