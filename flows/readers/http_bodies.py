"""Bodies of HTTP responses as servers send them: chunked and compressed, unpacked within limits."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import pyarrow as pa
from fastwarc.warc import WarcRecord

from flows.errors import RecordError

_MAX_LAYERS = 3
"""Servers compress once, misconfigured ones twice."""
_MAX_HEADER_BYTES = 1 << 20
"""Policies and cookies fill some 20 KB; browsers take 256 KB."""
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]{0,1024})?\r?\n")
"""The line before each chunk; some servers fill it up with blanks."""


@dataclass(frozen=True)
class Body:
    """What a body holds."""

    data: bytes
    cut: bool = False
    """Whether it ends early: the connection broke, or the crawler keeps so much and no more."""


def parse_http(record: WarcRecord) -> None:
    """Read a response's status and headers. Raises RecordError for those that can't be."""
    try:
        record.parse_http(auto_decode="none", quirks_mode=True, max_header_len=_MAX_HEADER_BYTES)
    except (OSError, ValueError) as error:
        raise RecordError("malformed_warc", f"its HTTP headers can't be read: {str(error)[:200]}") from None


def read_body(record: WarcRecord, limit: int) -> Body:
    """Return a response's body, unpacked, of a record whose headers were read; `limit` bytes and one at most.

    Crawlers that keep bodies unpacked may keep the headers that say otherwise: what isn't packed is taken as it is.
    Raises RecordError for what is damaged.
    """
    data, cut = record.reader.read(), False
    headers = record.http_headers
    if "chunked" in (headers.get("transfer-encoding") or "").lower():
        data, cut = _joined(data)
    names = [name.strip() for name in (headers.get("content-encoding") or "").lower().split(",")]
    for name in [name for name in reversed(names) if name in _UNPACK][:_MAX_LAYERS]:
        try:
            data, early = _UNPACK[name](data, limit + 1)
        except (zlib.error, brotli.error, pa.ArrowException, OSError) as error:
            message = f"its body isn't {name}, as its header says, or damaged: {error}; fetch it again"
            raise RecordError("malformed_warc", message) from None
        cut = cut or early
    return Body(data[: limit + 1], cut)


def _joined(data: bytes) -> tuple[bytes, bool]:
    """Join chunks; say whether the last of them is missing."""
    parts: list[bytes] = []
    at = 0
    while found := _SIZE.match(data, at):
        size, start = int(found[1], 16), found.end()
        if not size:
            return b"".join(parts), False
        parts.append(data[start : start + size])
        at = start + size
        at += 2 if data.startswith(b"\r\n", at) else data.startswith(b"\n", at)
    return (b"".join(parts), True) if parts else (data, False)


def _unzip(data: bytes, limit: int) -> tuple[bytes, bool]:
    if not data.startswith(b"\x1f\x8b"):
        return data, False
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    unpacked = unpacker.decompress(data, limit)
    return unpacked, not unpacker.eof and len(unpacked) < limit


def _inflate(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Some servers leave out the two bytes before: browsers take both."""
    if data[:4096].lstrip().startswith(b"<"):
        return data, False
    with_head = data[:1] and data[0] & 0x0F == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0
    unpacker = zlib.decompressobj(zlib.MAX_WBITS if with_head else -zlib.MAX_WBITS)
    unpacked = unpacker.decompress(data, limit)
    return unpacked, not unpacker.eof and len(unpacked) < limit


def _unbrotli(data: bytes, limit: int) -> tuple[bytes, bool]:
    if data[:4096].lstrip().startswith(b"<"):  # its first bytes are no sign, a page's are
        return data, False
    unpacker = brotli.Decompressor()
    unpacked = bytes(unpacker.process(data, output_buffer_limit=limit))
    return unpacked[:limit], not unpacker.is_finished() and len(unpacked) < limit


def _unzstd(data: bytes, limit: int) -> tuple[bytes, bool]:
    if not data.startswith(b"\x28\xb5\x2f\xfd"):
        return data, False
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        return bytes(stream.read(limit)), False


_UNPACK: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _unzip,
    "x-gzip": _unzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
