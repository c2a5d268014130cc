"""MHTML: pages as browsers save them, with all they show in one file."""

import re
from typing import Any

from flows.errors import RecordError
from flows.readers.formats import Facts, Format
from flows.readers.html_records import PageBytes
from flows.readers.mail_headers import read_date
from flows.readers.media_types import PAGES, kind_of
from flows.readers.mime_parts import Headers, Part, begins_with_headers, header, parameter, parts, read_headers
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.whole_files import read_sidecar

_WEB = re.compile(r"https?://", re.I)
_OF_MAILS = ("received", "message-id", "to", "delivered-to")
"""Headers that a mail has, however its parts are packed, and a saved page hasn't."""


def read_mhtml(source: Source, sink: Sink) -> None:
    """Read one saved page into `sink`; its pictures, styles and frames are passed over."""
    data = source.read_all(sink.settings.max_array_bytes, "max_array_bytes")
    if not data.strip():
        raise RecordError("empty_file", "the file holds nothing; save the page again")
    known, raw = read_sidecar(source, data)
    data = data.lstrip()
    headers, _ = read_headers(data)
    found = list(parts(data))
    root = _root(headers, found)
    for part in found:
        if part is not root:
            sink.pass_over("frames" if part.type in PAGES else kind_of(part.type))
    page = PageBytes(root.content(sink.settings.max_record_bytes), root.charset)
    sink.add(0, {**_fields(headers, root), **known}, raw, page=page)


def _root(headers: Headers, found: list[Part]) -> Part:
    """Return the page: the part named as the first to show, the one of the page's address, or the first page."""
    start = parameter(headers, "start").strip("<>")
    address = header(headers, "snapshot-content-location")
    pages = [part for part in found if part.type in PAGES]
    named = (part for part in pages if start and header(part.headers, "content-id").strip("<>") == start)
    placed = (part for part in pages if address and header(part.headers, "content-location") == address)
    root = next(named, None) or next(placed, None) or next(iter(pages), None)
    if root is None:
        raise RecordError("missing_text", "it holds no page; save the page again, as one file")
    return root


def _fields(headers: Headers, root: Part) -> dict[str, Any]:
    addresses = (
        header(headers, "snapshot-content-location"),
        header(root.headers, "content-location"),
        header(headers, "content-location"),
    )
    fields = {
        "url": next((address for address in addresses if _WEB.match(address)), None),
        "fetched_at": read_date(header(headers, "date")),
        "cut_short": root.cut,
    }
    return {name: value for name, value in fields.items() if value}


def _begins_mhtml(head: Head) -> bool:
    headers = begins_with_headers(head.data.lstrip()) or {}
    kind = header(headers, "content-type").lower()
    is_saved = "snapshot-content-location" in headers or not any(name in headers for name in _OF_MAILS)
    return "mime-version" in headers and kind.startswith("multipart/related") and is_saved


MHTML = Format(
    "mhtml",
    "MHTML pages",
    (".mhtml", ".mht"),
    _begins_mhtml,
    read_mhtml,
    Facts(
        told_by="headers of a saved page",
        numbers="the file is record 0",
        page="the page in it",
        limits=("max_array_bytes", "max_record_bytes"),
        held="always",
    ),
)
