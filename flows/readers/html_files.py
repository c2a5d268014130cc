"""HTML files, plain or gzip: one page each, what is known of it in a sidecar."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.readers.html_records import PageBytes
from flows.readers.records import Sink
from flows.readers.whole_files import read_sidecar, read_whole

FORMAT = "html"
SUFFIXES = (".html", ".htm", ".xhtml")
_CHARSET_FIELDS = ("charset", "encoding")
_TYPE_FIELDS = ("content_type", "content-type", "Content-Type")


def read_html(path: Path, sink: Sink) -> None:
    """Read one HTML file into `sink`."""
    sink.format = FORMAT
    data = read_whole(path, sink, compressed=path.name.lower().endswith(".gz"))
    if data is not None:
        add_page(path, data, sink)


def add_page(path: Path, data: bytes, sink: Sink) -> None:
    """Take a page's bytes, with what its sidecar tells, as a record of `sink`."""
    sink.format = FORMAT
    told = read_sidecar(path, sink, data)
    if told is not None:
        known, raw = told
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
