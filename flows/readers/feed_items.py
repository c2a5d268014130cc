"""What an item of a feed says, whatever dialect of RSS or Atom it is in."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from flows.errors import RecordError
from flows.readers.xml_records import LANG, Item, inherited, name_of, plain

_DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_XHTML = "http://www.w3.org/1999/xhtml"
_MEDIA = ("http://search.yahoo.com/mrss/",)
_YANDEX = ("http://news.yandex.ru", "http://news.yandex.com")
_FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
RSS = (
    "",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
)
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
MIN_FULL_CHARS = 600
"""A summary of fewer characters is a teaser: WordPress cuts after 55 words, most others after 200 to 300 characters."""
_CUT = re.compile(r"(?:\[?(?:…|\.\.\.)\]?|&hellip;|&#8230;)\s*\]?\s*(?:</[a-z]{1,9}>\s*){0,9}$", re.I)
_TAGS = re.compile(r"<[^<>]{1,2000}>")
_AUTHOR = re.compile(r"^[^\s@()]{1,200}@[^\s@()]{1,200}\s{0,9}\(([^()]{1,200})\)$")
"""`ada@courier.example (Ada Stern)`, as RSS 2.0 has it."""
_MAX_TAGS = 200


@dataclass
class Channel:
    """What a feed says of all its items, as far as it was read."""

    language: str | None = None
    link: str = ""


def read_item(element: Any, channel: Channel) -> Item:
    """Return what an item says. Raises RecordError for one that has a teaser alone."""
    found = _Children(element)
    link = _link(found, element, channel)
    fields = {
        "url": link,
        "site": channel.link if not link else None,
        "title": _title(found),
        "authors": list(_authors(found)),
        "published_at": found.first("pubDate", "published", "issued", "created", "date"),
        "modified_at": found.first("updated", "modified"),
        "language": inherited(element, LANG) or found.first("language") or channel.language,
        "tags": list(dict.fromkeys(_tags(found)))[:_MAX_TAGS],
        "feed_id": found.first("guid", "id") or None,
    }
    text, is_page = _text(found)
    if not is_page:
        fields["text"] = text
    return Item({name: value for name, value in fields.items() if value}, text if is_page else None)


class _Children:
    """An item's elements by name."""

    def __init__(self, element: Any) -> None:
        self._found: dict[str, list[Any]] = {}
        for child in element:
            namespace, name = name_of(child)
            self._found.setdefault(_PREFIXES.get(namespace, "?") + name, []).append(child)

    def all(self, *names: str) -> Iterator[Any]:
        """Yield the elements of these names."""
        for name in names:
            yield from self._found.get(name, ())

    def first(self, *names: str) -> str:
        """Return the text of the first of these names, of feeds or of Dublin Core, that has some."""
        texts = (plain(one) for name in names for one in self.all(name, f"dc:{name}"))
        return next(filter(None, texts), "")


_PREFIXES = (
    dict.fromkeys((*RSS, *ATOM), "")
    | dict.fromkeys(_DUBLIN_CORE, "dc:")
    | dict.fromkeys(_MEDIA, "media:")
    | dict.fromkeys(_YANDEX, "yandex:")
    | {_CONTENT: "content:", _XHTML: "xhtml:", _FEEDBURNER: "feedburner:"}
)


_HTML_NAME = re.compile("[A-Za-z][A-Za-z0-9-]*")


def _inner(element: Any) -> str:
    """Return what an element holds as HTML: text that is HTML itself, or elements."""
    if not len(element):
        return element.text or ""
    for one in element.iter(etree.Element):
        name = name_of(one)[1].rpartition(":")[2]
        one.tag = name if _HTML_NAME.fullmatch(name) else "span"  # what is left of a damaged name may be none
    return html.escape(element.text or "", quote=False) + "".join(
        etree.tostring(child, encoding="unicode", method="html") for child in element
    )


def _title(found: _Children) -> str:
    for one in found.all("title", "dc:title", "media:title"):
        told = html.unescape(plain(one))
        if one.get("type") in ("html", "text/html"):
            told = html.unescape(_TAGS.sub("", told))
        if told.strip():
            return " ".join(told.split())
    return ""


def _link(found: _Children, element: Any, channel: Channel) -> str:
    told = found.first("feedburner:origLink")
    for one in found.all("link"):
        href = one.get("href")
        if one.get("rel", "alternate") == "alternate" and one.get("type", "text/html").endswith("html"):
            told = told or href or plain(one)
    guid = next(found.all("guid"), None)
    if not told and guid is not None and guid.get("isPermaLink", "true").lower() != "false":
        told = plain(guid)
    base = inherited(element, _BASE) or channel.link
    try:
        return urljoin(base, told) if told and base else told
    except ValueError:
        return told


def _authors(found: _Children) -> Iterator[str]:
    for one in found.all("dc:creator", "author"):
        names = [child for child in one if name_of(child)[1] == "name"]
        told = plain(names[0] if names else one)
        match = _AUTHOR.match(told)
        name = match[1] if match else told
        if name and "@" not in name:
            yield name


def _tags(found: _Children) -> Iterator[str]:
    for one in found.all("category", "dc:subject"):
        yield one.get("label") or one.get("term") or plain(one)
    for one in found.all("media:keywords"):
        yield from (tag.strip() for tag in plain(one).split(","))


def _text(found: _Children) -> tuple[str, bool]:
    """Return an item's text, and whether it is HTML."""
    for one in found.all("content:encoded", "content", "xhtml:body", "xhtml:div", "yandex:full-text"):
        told = _inner(one)
        if told.strip():
            return _as_written(told, one)
    for one in found.all("description", "summary", "dc:description", "media:description"):
        told = _inner(one)
        shown = " ".join(_TAGS.sub(" ", html.unescape(told)).split())
        if len(shown) >= MIN_FULL_CHARS and not _CUT.search(told[-200:]):
            return _as_written(told, one)
        if shown:
            message = f"the feed has a teaser of {len(shown)} characters alone; fetch the page that it links to"
            raise RecordError("missing_text", message)
    raise RecordError("missing_text", "the item has neither content nor description; fetch the page that it links to")


def _as_written(told: str, element: Any) -> tuple[str, bool]:
    if element.get("type", "html") in ("text", "text/plain") and not len(element):
        return told, False
    return (told, True) if "<" in told else (html.unescape(told), False)
