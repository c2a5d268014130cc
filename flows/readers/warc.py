"""WARC and WET: what crawlers write, and Common Crawl gives away.

A record is a page or text that a server sent (`response`, `resource`) or text that somebody took out of one
(`conversion`). Requests, pictures, scripts, pages that weren't found and the like are passed over, and counted by kind.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from babel.core import get_global
from fastwarc.warc import WarcRecord

from flows.errors import RecordError
from flows.html.decode import decode_html
from flows.readers.formats import Facts, Format
from flows.readers.html_records import PageBytes, is_page
from flows.readers.http_bodies import Body, parse_http, read_body
from flows.readers.media_types import PAGES, TEXT, kind_of, read_type
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.warc_cuts import cut_records
from flows.readers.warc_frames import Frame, begins_record, frames
from flows.readers.whole_files import is_binary
from flows.text import Repairs

_READ = ("response", "resource", "conversion")
_NOT_READ = ("request", "metadata", "revisit", "warcinfo", "continuation")
_OK = 200
_UNTOLD = ("", "application/xml", "text/xml", "application/octet-stream")
"""Types that a page may come under as well as anything else."""
_WEB = re.compile(r"(?:https?|ftp|file):", re.I)
"""Crawlers keep their logs under addresses such as `metadata:` and `urn:`."""
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""What a WARC begins with whose records are packed by zstd with a dictionary that stands before them."""
_SNIFFED_BYTES = 4096


def read_warc(source: Source, sink: Sink) -> None:
    """Read a WARC's pages and texts into `sink`; its other records are passed over."""
    if source.head.data.startswith(_DICTIONARY):
        raise RecordError("unsupported_format", "zstd with a dictionary of its own; unpack it, or pack it as gzip")
    limit = sink.settings.max_record_bytes
    for found in frames(source, limit):
        meter = _Meter()
        try:
            taken = _taken(found, limit, meter)
        except RecordError as error:
            source.allowance.spend(meter.unpacked)
            sink.reject(found.number, error.reason, str(error), found.raw, truncated=found.length > len(found.block))
            continue
        if isinstance(taken, str):
            sink.pass_over(taken)
            continue
        source.allowance.spend(meter.unpacked)
        sink.add(found.number, taken.fields, found.raw, taken.repairs, taken.page)


@dataclass(frozen=True)
class _Taken:
    """A record that is a page or a text."""

    fields: dict[str, Any]
    page: PageBytes | None
    repairs: Repairs


@dataclass
class _Meter:
    """What a record's body unpacked to, whatever became of it."""

    unpacked: int = 0


def _taken(found: Frame, limit: int, meter: _Meter) -> _Taken | str:
    """Return what a record holds, or what kind of thing it is that is passed over. Raises RecordError if it's bad."""
    if found.wrong is not None:
        raise found.wrong
    record = _parsed(found)
    address = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    kind, charset = _kind(record)
    passed = _passed_over(record, address, kind)
    if passed:
        return passed
    if found.length > limit:
        raise RecordError("too_large", f"longer than max_record_bytes ({limit}); raise it if this is an article")
    body = _body(record, limit, meter)
    if kind in _UNTOLD and not is_page(body.data[:_SNIFFED_BYTES].decode("utf-8", "replace")):
        return kind or "no content type"
    if is_binary(body.data):
        raise RecordError("binary_file", f"bytes that aren't text, under the type {kind}; leave it out")
    repairs = Repairs()
    fields = _fields(record, address, body)
    if kind == TEXT:
        fields["text"] = decode_html(body.data, repairs, encoding_hint=charset)
    page = PageBytes(body.data, charset) if kind != TEXT else None
    return _Taken(fields, page, repairs)


def _parsed(found: Frame) -> WarcRecord:
    try:
        record = WarcRecord.from_reader(BytesIO(found.raw), quirks_mode=True)
        if _type(record) == "response" and record.is_http:
            parse_http(record)
    except (OSError, ValueError) as error:
        raise RecordError("malformed_warc", f"it can't be read: {str(error)[:200]}; fetch it again") from None
    return record


def _type(record: WarcRecord) -> str:
    return (record.headers.get("WARC-Type") or "").strip().lower()


def _kind(record: WarcRecord) -> tuple[str, str | None]:
    """Return a record's type of content, in lower case, and its charset."""
    headers = record.http_headers if record.is_http_parsed else record.headers
    return read_type(headers.get("Content-Type") or record.headers.get("WARC-Identified-Payload-Type"))


def _passed_over(record: WarcRecord, address: str, kind: str) -> str | None:
    """Return the kind of a record that is no page and no text."""
    name = _type(record)
    if name not in _READ:
        return f"WARC {name}" if name in _NOT_READ else "WARC record of an unknown type"
    if address and not _WEB.match(address):
        return f"WARC {name} of no page"
    if record.is_http_parsed:
        status = record.http_headers.status_code
        if status is None:
            raise RecordError("malformed_warc", "its HTTP response has no status; fetch it again")
        if status != _OK:
            return f"HTTP {status}"
    if kind in PAGES or kind in _UNTOLD:
        return None
    if kind == TEXT:
        return "robots.txt" if address.endswith("/robots.txt") else None
    return kind_of(kind)


def _body(record: WarcRecord, limit: int, meter: _Meter) -> Body:
    body = read_body(record, limit) if record.is_http_parsed else Body(record.reader.read(limit + 1))
    meter.unpacked = len(body.data)
    if len(body.data) > limit:
        told = f"its body unpacks to more than max_record_bytes ({limit})"
        raise RecordError("decompression_bomb", f"{told}; raise the setting if it is no bomb")
    return body


def _fields(record: WarcRecord, address: str, body: Body) -> dict[str, Any]:
    headers = record.headers
    fields: dict[str, Any] = {
        "url": address,
        "fetched_at": headers.get("WARC-Date"),
        "language": _language(headers.get("WARC-Identified-Content-Language") or ""),
        "warc_record_id": headers.get("WARC-Record-ID"),
        "warc_truncated": headers.get("WARC-Truncated") or ("body" if body.cut else None),
    }
    return {name: value for name, value in fields.items() if value}


@lru_cache(maxsize=1024)
def _language(told: str) -> str | None:
    """Return the first of the languages that Common Crawl found, under its code of two letters if it has one."""
    code = told.split(",", 1)[0].strip().lower()[:35]
    known: str | None = get_global("language_aliases").get(code)
    return known or code or None


def _begins_warc(head: Head) -> bool:
    return begins_record(head.data[:64])


WARC = Format(
    "warc",
    "WARC and WET",
    (".warc", ".wet"),
    _begins_warc,
    read_warc,
    Facts(
        told_by="`WARC/` and a version",
        numbers="all records, those passed over too",
        page="the response's body",
        limits=("max_record_bytes",),
    ),
    cut_records,
    cuts_packed=("gzip",),
)
