"""HTML files: one page each, what is known of it in a sidecar."""

from collections.abc import Mapping
from typing import Any

from flows.readers.formats import Facts, Format
from flows.readers.html_records import PageBytes, is_page
from flows.readers.records import Sink
from flows.readers.source import Source
from flows.readers.whole_files import read_sidecar, read_whole

_CHARSET_FIELDS = ("charset", "encoding")
_TYPE_FIELDS = ("content_type", "content-type", "Content-Type")


def read_html(source: Source, sink: Sink) -> None:
    """Read one page into `sink`."""
    data = read_whole(source, sink)
    known, raw = read_sidecar(source, data)
    sink.add(0, known, raw, page=PageBytes(data, _charset(known)))


def _charset(known: Mapping[str, Any]) -> str | None:
    """Return what the server said of the page's charset, where the scraper kept it."""
    for name in _CHARSET_FIELDS:
        if isinstance(known.get(name), str):
            return str(known[name])
    for name in _TYPE_FIELDS:
        if isinstance(known.get(name), str) and "charset=" in known[name].lower():
            return str(known[name].lower().split("charset=", 1)[1].split(";", 1)[0])
    return None


HTML = Format(
    "html",
    "HTML and XHTML pages",
    (".html", ".htm", ".xhtml", ".xht"),
    lambda head: is_page(head.text),
    read_html,
    Facts(
        told_by="`<!doctype html` or `<html`, after comments at most",
        numbers="the file is record 0",
        page="the file",
        limits=("max_record_bytes",),
        held="always",
    ),
)
