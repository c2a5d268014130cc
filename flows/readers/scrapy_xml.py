"""Scrapy's XML feeds: a record an `item`, a field an element, lists as `value` elements in it."""

import re
from typing import Any

from flows.readers.formats import Facts, Format
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.xml_records import Dialect, Item, name_of, read_records
from flows.readers.xml_roots import root_of

_FEED, _ITEM, _VALUE = "items", "item", "value"
_OPENING = re.compile(r"\s{0,99}(?:/\s{0,99}>|>\s{0,999}(?:<item[\s/>]|</items))")
_NOTHING = ("", "None")
"""How the feed writes what holds nothing."""
_DIALECT = Dialect(
    wanted=lambda element: name_of(element)[1] == _ITEM and _is_feed(element.getparent()),
    item=lambda element: Item(_fields(element)),
)


def read_scrapy(source: Source, sink: Sink) -> None:
    """Read the items of a feed into `sink`."""
    read_records(source, sink, lambda: _DIALECT)


def _is_feed(element: Any) -> bool:
    return element is not None and element.getparent() is None


def _fields(element: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for child in element:
        value = _value(child)
        if value is not None:
            fields.setdefault(name_of(child)[1], value)
    return fields


def _value(element: Any) -> Any:
    if not len(element):
        told = element.text or ""
        return None if told.strip() in _NOTHING else told
    if all(name_of(child)[1] == _VALUE for child in element):
        return [value for child in element if (value := _value(child)) is not None]
    return _fields(element)


def _begins(head: Head) -> bool:
    name, rest = root_of(head)
    return name == _FEED and _OPENING.match(rest) is not None


SCRAPY = Format(
    "scrapy_xml",
    "Scrapy's XML feeds",
    (),
    _begins,
    read_scrapy,
    Facts(told_by="the root `items` and an `item` in it", numbers="items", limits=("max_record_bytes",)),
)
