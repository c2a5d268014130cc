"""MIME: what mails and saved pages are packed in, taken apart within limits.

The standard library parses headers. Its parser of whole messages keeps every line as an object and calls itself for
each part in a part; here parts are places in the message's bytes, and only those that are read are decoded.
"""

import binascii
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from flows.errors import RecordError
from flows.html.decode import decode_html
from flows.readers.media_types import read_type
from flows.text import Repairs

MAX_HEADER_BYTES = 1 << 18
"""Servers take 64 to 128 KB; those that mails pass through add some more."""
MAX_DEPTH = 20
"""Parts in parts: mails have four."""
MAX_PARTS = 10_000
"""A saved page has one for each picture."""
MAX_VALUE_CHARS = 8192
"""What is looked at of a header."""
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_LINE_FEED = 0x0A
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_PARSER = BytesHeaderParser(policy=compat32)
Headers = Mapping[str, str]
"""The first of each name, in lower case, with what it says as it stands."""


@dataclass(frozen=True)
class Part:
    """A part that holds no others: its headers, and where its content is."""

    headers: Headers
    whole: bytes
    start: int
    stop: int
    cut: bool = False
    """Whether the message ends before it does."""

    @property
    def type(self) -> str:
        """Its type of content; parts that don't say it are text."""
        return read_type(header(self.headers, "content-type"))[0] or "text/plain"

    @property
    def charset(self) -> str | None:
        """The charset that it says it has."""
        return read_type(header(self.headers, "content-type"))[1]

    @property
    def is_attached(self) -> bool:
        """Whether it is a file beside the message rather than the message itself."""
        told = header(self.headers, "content-disposition").lower()
        return told.startswith("attachment") or "filename" in told

    def content(self, limit: int) -> bytes:
        """Return its content, decoded. Raises RecordError when there is more of it than `limit`."""
        if self.stop - self.start > 3 * limit:  # three characters stand for one at most
            raise RecordError("too_large", _TOO_LARGE.format(limit))
        data = self.whole[self.start : self.stop]
        encoding = header(self.headers, "content-transfer-encoding").strip().lower()
        if encoding == "base64":
            data = _from_base64(data)
        elif encoding == "quoted-printable":
            data = quopri.decodestring(data)
        if len(data) > limit:
            raise RecordError("too_large", _TOO_LARGE.format(limit))
        return data


_TOO_LARGE = "a part longer than max_record_bytes ({}); no article is; raise it if this one is"


def read_headers(data: bytes, start: int = 0, stop: int | None = None) -> tuple[Headers, int]:
    """Return the headers that stand at `start`, and where what follows them begins.

    Raises RecordError for those that don't end.
    """
    stop = len(data) if stop is None else stop
    for none in (b"\r\n", b"\n"):
        if data.startswith(none, start):
            return {}, min(stop, start + len(none))
    found = _BLANK.search(data, start, min(stop, start + MAX_HEADER_BYTES))
    if found is None and stop - start > MAX_HEADER_BYTES:
        raise RecordError("malformed_message", f"headers of more than {MAX_HEADER_BYTES} bytes; no mail has them")
    head, end = (data[start : found.start()], found.end()) if found else (data[start:stop], stop)
    headers: dict[str, str] = {}
    for name, value in _PARSER.parsebytes(head).raw_items():
        headers.setdefault(name.lower(), str(value)[:MAX_VALUE_CHARS])
    return headers, end


def header(headers: Headers, name: str) -> str:
    """Return a header as it stands, in one line; "" where there is none."""
    return " ".join(headers.get(name, "").encode("utf-8", "replace").decode().split())


def decoded(headers: Headers, name: str) -> str:
    """Return a header's text, with what is encoded in it decoded."""
    raw = headers.get(name, "")
    try:
        words = decode_header(raw)
    except (MessageError, ValueError):
        words = [(raw, None)]
    return " ".join("".join(_word(word, charset) for word, charset in words).split())


def _word(word: bytes | str, charset: str | None) -> str:
    data = word.encode("utf-8", "surrogateescape") if isinstance(word, str) else word
    return decode_html(data, Repairs(), encoding_hint=charset)


def parts(data: bytes) -> Iterator[Part]:
    """Yield the parts of a message that hold no others, in their order; a message that isn't parted is one.

    Raises RecordError for more parts, or parts deeper in parts, than any mail has.
    """
    waiting = [(0, len(data), 0, False)]
    count = 0
    while waiting:
        start, stop, depth, cut = waiting.pop()
        headers, body = read_headers(data, start, stop)
        kind, boundary = read_type(header(headers, "content-type"))[0], _boundary(headers)
        count += 1
        if depth > MAX_DEPTH or count > MAX_PARTS:
            reason = "nested_too_deep" if depth > MAX_DEPTH else "too_many_members"
            raise RecordError(reason, f"more than {MAX_PARTS} parts, or than {MAX_DEPTH} in each other; no mail has")
        if kind.startswith("multipart/") and boundary:
            inner = [
                (begin, end, depth + 1, cut or missing) for begin, end, missing in _pieces(data, body, stop, boundary)
            ]
            if len(inner) + len(waiting) > MAX_PARTS:
                raise RecordError("too_many_members", f"more than {MAX_PARTS} parts; no mail has as many")
            waiting += reversed(inner)
        else:
            yield Part(headers, data, body, stop, cut)


def parameter(headers: Headers, name: str) -> str:
    """Return a parameter of the Content-Type header, "" where there is none."""
    short = Message()
    short["Content-Type"] = header(headers, "content-type")
    value = short.get_param(name, "")
    return str(value[2] if isinstance(value, tuple) else value).strip()


def _boundary(headers: Headers) -> bytes:
    return parameter(headers, "boundary").rstrip()[:200].encode("utf-8", "surrogateescape")


def _pieces(data: bytes, start: int, stop: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield where the pieces between a boundary's lines are, and whether the line after one is missing."""
    begin: int | None = None
    line = re.compile(rb"--" + re.escape(boundary) + rb"(--)?[ \t]{0,99}(?:\r?\n|\Z)")
    at = start
    while (at := data.find(b"--" + boundary, at, stop)) >= 0:
        found = line.match(data, at, stop)
        if found is None or not (at == start or data[at - 1] == _LINE_FEED):
            at += 2
            continue
        if begin is not None:
            yield begin, max(begin, at - (2 if data[at - 2 : at] == b"\r\n" else 1)), False
        if found[1]:
            return
        begin = at = found.end()
    if begin is not None:
        yield begin, stop, True


def _from_base64(data: bytes) -> bytes:
    """Decode what can be: lines may be cut, and filled with what isn't of the alphabet."""
    digits = _NO_BASE64.sub(b"", data)
    digits = digits[: len(digits) - 1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def begins_with_headers(head: bytes) -> Headers | None:
    """Return the headers that bytes begin with, None where they begin with anything else."""
    if not _HEADER_LINE.match(head):
        return None
    try:
        return read_headers(head)[0]
    except RecordError:
        return None
