"""Feeds: RSS 0.9 to 2.0 and Atom, for the articles that stand in them in full.

An item is an article when the feed has its content (`content:encoded`, Atom's `content`), or a description long enough
to be one. A teaser isn't an article: it is rejected as `missing_text`, so that one sees that this feed must be followed
to its pages.
"""

from functools import partial
from typing import Any

from flows.readers.feed_items import ATOM, RSS, Channel, read_item
from flows.readers.formats import Facts, Format
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.xml_records import Dialect, name_of, read_records
from flows.readers.xml_roots import root_of

_ITEMS, _CHANNELS, _OF_CHANNEL = ("item", "entry"), ("channel", "feed"), ("language", "link")
_AROUND = (*_CHANNELS, "RDF", "rss")
_RSS_IN_RDF = ("purl.org/rss/1.0", "netscape.com/rdf")
_ROOT_CHARS = 4096


def read_feed(source: Source, sink: Sink) -> None:
    """Read a feed's items into `sink`."""
    read_records(source, sink, _dialect)


def _dialect() -> Dialect:
    channel = Channel()
    return Dialect(_wanted, partial(read_item, channel=channel), partial(_notes, channel=channel))


def _wanted(element: Any) -> bool:
    namespace, name = name_of(element)
    parent = element.getparent()
    around = name_of(parent)[1] if parent is not None else None
    if name in _ITEMS:
        return namespace in (*RSS, *ATOM) and (around is None or around in _AROUND)
    return name in _OF_CHANNEL and around in _CHANNELS


def _notes(element: Any, channel: Channel) -> bool:
    name = name_of(element)[1]
    if name not in _OF_CHANNEL:
        return False
    text = (element.text or "").strip()
    if name == "language":
        channel.language = text[:64] or None
    elif element.get("rel", "alternate") == "alternate" and not channel.link:
        channel.link = (element.get("href") or text)[:2000]
    return True


def _begins_feed(head: Head) -> bool:
    name, text = root_of(head)
    return name in ("rss", "feed") or (name == "RDF" and any(one in text[:_ROOT_CHARS] for one in _RSS_IN_RDF))


FEED = Format(
    "feed",
    "RSS and Atom feeds",
    (".rss", ".atom", ".rdf"),
    _begins_feed,
    read_feed,
    Facts(
        told_by="the root `rss`, `feed` or `RDF`",
        numbers="items or entries",
        page="what the item has as HTML",
        limits=("max_record_bytes",),
    ),
)
