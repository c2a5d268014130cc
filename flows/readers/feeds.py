"""Feeds: RSS 0.9 to 2.0 and Atom, for the articles that stand in them in full.

An item is an article when the feed has its content (`content:encoded`, Atom's `content`), or a description long enough
to be one. A teaser isn't an article: it is rejected as `missing_text`, so that one sees that this feed must be followed
to its pages.
"""

import re
from typing import Any, BinaryIO, cast

from lxml import etree

from flows.errors import RecordError
from flows.readers.feed_items import ATOM, RSS, Channel, name_of, read_item
from flows.readers.formats import Format
from flows.readers.hardened_xml import iterate
from flows.readers.html_records import PageBytes
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.whole_files import read_sidecar

_ITEMS, _CHANNELS, _OF_CHANNEL = ("item", "entry"), ("channel", "feed"), ("language", "link")
_AROUND = (*_CHANNELS, "RDF", "rss")
_PROLOG = re.compile(r"\s*(?:<\?[^>]{0,1000}>|<!--(?:(?!-->).){0,4000}-->|<!DOCTYPE[^<>\[]{0,1000}>)", re.S)
_ROOT = re.compile(r"\s*<(?:[\w-]{1,20}:)?(rss|RDF|feed)\b")
_RSS_IN_RDF = ("purl.org/rss/1.0", "netscape.com/rdf")
_ROOT_CHARS = 4096
_MAX_PROLOG = 20


def read_feed(source: Source, sink: Sink) -> None:
    """Read a feed's items into `sink`.

    What isn't well-formed is read a second time, from the damage on as well as can be, and the records say so. A
    sidecar may say of all items what they don't say of themselves, such as when the feed was fetched.
    """
    known, _ = read_sidecar(source, b"")
    done = _Counted(sink, known)
    try:
        done.read(source.stream, recover=False)
    except RecordError as error:
        if error.reason != "malformed_xml" or source.again is None or source.failure is not None or sink.gave_up:
            raise
        with source.again() as again:
            done.read(again.stream, recover=True, damage=str(error))


class _Counted:
    """Items on their way into a sink: those that came through before are left out of a second reading."""

    def __init__(self, sink: Sink, known: dict[str, Any]) -> None:
        self._sink = sink
        self._known = known
        self._done = 0

    def read(self, stream: Any, *, recover: bool, damage: str | None = None) -> None:
        """Read a stream from its beginning."""
        channel, number = Channel(), -1
        found = iterate(cast(BinaryIO, stream), _wanted, limit=self._sink.settings.max_record_bytes, recover=recover)
        for element, complete in found:
            if name_of(element)[1] in _OF_CHANNEL:
                _note(element, channel)
                continue
            number += 1
            if number >= self._done:
                self._done = number + 1
                self._take(number, element, channel, complete=complete, damage=damage)

    def _take(self, number: int, element: Any, channel: Channel, *, complete: bool, damage: str | None) -> None:
        raw = etree.tostring(element, encoding="utf-8", with_tail=False)
        limit = self._sink.settings.max_record_bytes
        try:
            if not complete:
                raise RecordError("too_large", f"longer than max_record_bytes ({limit}); raise it if it is an article")
            item = read_item(element, channel)
        except RecordError as error:
            self._sink.reject(number, error.reason, str(error), raw, truncated=not complete)
            return
        fields = self._known | item.fields | ({"feed_damage": damage[:300]} if damage else {})
        self._sink.add(number, fields, raw, page=PageBytes(item.html) if item.html is not None else None)


def _wanted(element: Any) -> bool:
    namespace, name = name_of(element)
    parent = element.getparent()
    around = name_of(parent)[1] if parent is not None else None
    if name in _ITEMS:
        return namespace in (*RSS, *ATOM) and (around is None or around in _AROUND)
    return name in _OF_CHANNEL and around in _CHANNELS


def _note(element: Any, channel: Channel) -> None:
    text = (element.text or "").strip()
    if name_of(element)[1] == "language":
        channel.language = text[:64] or None
    elif element.get("rel", "alternate") == "alternate" and not channel.link:
        channel.link = (element.get("href") or text)[:2000]


def _begins_feed(head: Head) -> bool:
    text, at = head.text, 0
    for _ in range(_MAX_PROLOG):
        prolog = _PROLOG.match(text, at)
        if prolog is None:
            break
        at = prolog.end()
    root = _ROOT.match(text, at)
    if root is None:
        return False
    return root[1] != "RDF" or any(one in text[at : at + _ROOT_CHARS] for one in _RSS_IN_RDF)


FEED = Format("feed", "RSS and Atom feeds", (".rss", ".atom", ".rdf"), _begins_feed, read_feed)
