"""Mail: newsletters, one in a file (EML) or many (mbox)."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from flows.errors import RecordError
from flows.readers.formats import Cut, Facts, Format
from flows.readers.html_records import PageBytes
from flows.readers.mail_headers import mail_fields
from flows.readers.mail_text import plain_text, says_something
from flows.readers.media_types import PAGES, TEXT, kind_of
from flows.readers.mime_parts import Part, begins_with_headers, parts, read_headers
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.whole_files import read_sidecar
from flows.text import Repairs

_SENT = ("mime-version", "message-id", "received", "return-path", "delivered-to")
"""Headers that mails have and texts that begin with lines such as `From: Ada Stern` haven't."""
_FROM_LINE = re.compile(rb"From [^\r\n]{1,300}[ \t]\d{4}[ \t]{0,9}(?:[+-]\d{4})?\r?\n")
_QUOTED = re.compile(rb"^>(>{0,99}From )", re.M)
"""How a line of a mail that begins with `From ` stands in an mbox."""
_LINE = 1 << 20


@dataclass
class _Mail:
    """What is read of a mail."""

    fields: dict[str, Any]
    page: PageBytes | None = None
    repairs: Repairs = field(default_factory=Repairs)
    passed_over: Counter[str] = field(default_factory=Counter)


def read_eml(source: Source, sink: Sink) -> None:
    """Read one mail into `sink`."""
    data = source.read_all(sink.settings.max_array_bytes, "max_array_bytes")
    if not data.strip():
        raise RecordError("empty_file", "the file holds nothing; export the mail again")
    known, raw = read_sidecar(source, data)
    mail = _read(data.lstrip(), sink.settings.max_record_bytes)
    _add(0, mail, raw, sink, known)


def read_mbox(source: Source, sink: Sink) -> None:
    """Read the mails of an mbox into `sink`; one that can't be read costs no other."""
    limit = sink.settings.max_array_bytes
    for number, (data, complete) in enumerate(_mails(source, limit)):
        try:
            if not complete:
                raise RecordError("too_large", f"longer than max_array_bytes ({limit}); raise it if it is an article")
            mail = _read(_QUOTED.sub(rb"\1", data), sink.settings.max_record_bytes)
        except RecordError as error:
            sink.reject(number, error.reason, str(error), data, truncated=not complete)
        else:
            _add(number, mail, data, sink, {})


def _mails(source: Source, limit: int) -> Iterator[tuple[bytes, bool]]:
    """Yield mails, each with the line that parts it from the one before, and whether it is whole."""
    kept, size = bytearray(), 0
    for line, begins in _lines(source.stream):
        if begins:
            if kept.strip():
                yield bytes(kept), size == len(kept)
            kept, size = bytearray(), 0
        size += len(line)
        kept += line[: max(0, limit - len(kept))]
    if kept.strip():
        yield bytes(kept), size == len(kept)


def _lines(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, long ones in pieces, and whether a mail other than the first begins with one."""
    any_before, after_blank, ended = False, False, True
    while line := stream.readline(_LINE):
        begins = any_before and after_blank and line.startswith(b"From ") and _FROM_LINE.match(line) is not None
        yield line, begins
        after_blank = ended and line in (b"\n", b"\r\n")
        any_before, ended = True, line.endswith(b"\n")


def cut_mails(file: BinaryIO, wanted: int) -> list[Cut]:
    """Return where slices of `wanted` bytes and more of an mbox begin, each at a mail; packed ones aren't cut."""
    cuts = [Cut(0, 0)]
    is_plain = file.read(5) == b"From "
    file.seek(0)
    if not is_plain:
        return cuts
    position = mails = 0
    for line, begins in _lines(file):
        mails += begins
        if begins and position - cuts[-1].start >= wanted:
            cuts.append(Cut(position, mails))
        position += len(line)
    return cuts


def _add(number: int, mail: _Mail, raw: bytes, sink: Sink, known: dict[str, Any]) -> None:
    for kind, count in mail.passed_over.items():
        sink.pass_over(kind, count)
    sink.add(number, {**mail.fields, **known}, raw, mail.repairs, mail.page)


def _read(data: bytes, limit: int) -> _Mail:
    delivered = b""
    if data.startswith(b"From "):
        delivered, _, data = data.partition(b"\n")
    headers, _ = read_headers(data)
    if not headers:
        raise RecordError("malformed_message", "it begins with no headers, as mails do; export the mail again")
    found = list(parts(data))
    shown = _shown(found, limit)
    if not shown:
        raise RecordError("missing_text", "the mail has no text, attached files alone; leave it out")
    mail = _Mail(mail_fields(headers, delivered.decode("utf-8", "replace")))
    mail.passed_over.update(kind_of(part.type) for part in found if part.type not in (*PAGES, TEXT))
    if shown[-1].cut:
        mail.fields["cut_short"] = True
    if shown[0].type in PAGES:
        mail.page = PageBytes(shown[0].content(limit), shown[0].charset)
    else:
        mail.fields["text"] = "\n\n".join(plain_text(part, limit, mail.repairs) for part in shown)
    return mail


def _shown(found: list[Part], limit: int) -> list[Part]:
    """Return what a mail shows: its page, the longest if it has several; else, or if that says nothing, its texts."""
    of_mail = [part for part in found if not part.is_attached]
    pages = sorted((part for part in of_mail if part.type in PAGES), key=lambda part: part.start - part.stop)
    texts = [part for part in of_mail if part.type == TEXT]
    if pages and (not texts or says_something(pages[0].content(limit))):
        return pages[:1]
    return texts


def _begins_mail(head: Head) -> bool:
    headers = begins_with_headers(head.data.lstrip()) or {}
    return "from" in headers and any(name in headers for name in _SENT)


def _begins_mbox(head: Head) -> bool:
    first, _, rest = head.data.partition(b"\n")
    return _FROM_LINE.fullmatch(first + b"\n") is not None and begins_with_headers(rest) is not None


EML = Format(
    "eml",
    "mails",
    (".eml",),
    _begins_mail,
    read_eml,
    Facts(
        told_by="headers that mails have",
        numbers="the file is record 0",
        page="the mail's HTML",
        limits=("max_array_bytes", "max_record_bytes"),
        held="always",
    ),
)
MBOX = Format(
    "mbox",
    "mailboxes",
    (".mbox", ".mbx"),
    _begins_mbox,
    read_mbox,
    Facts(
        told_by="`From `, a date, and headers below it",
        numbers="mails",
        page="the mail's HTML",
        limits=("max_array_bytes", "max_record_bytes"),
    ),
    cut_mails,
)
