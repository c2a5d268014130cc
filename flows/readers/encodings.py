"""Streams of text in other encodings, as UTF-8: lines there end with the byte \\n."""

import codecs
import io
from typing import Any, BinaryIO, cast

from flows.readers.source import Source
from flows.readers.streams import buffered
from flows.text import wide_encoding

_CHUNK = 1 << 20


def as_utf8(source: Source) -> BinaryIO:
    """Return a source's stream, recoded where its characters are of two or four bytes; others are left as they are."""
    encoding = None if source.is_slice else wide_encoding(source.head.data)
    if encoding is None:
        return cast(BinaryIO, source.stream)
    return cast(BinaryIO, buffered(_Recoded(source.stream, encoding)))


class _Recoded(io.RawIOBase):
    """A stream in another encoding, as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._stream.read(_CHUNK)
            text = self._decoder.decode(data, final=not data)
            self._ready = text.replace("\ufeff", "").encode("utf-8", "replace")
            if not data:
                break
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


def with_newlines(stream: BinaryIO) -> BinaryIO:
    """Return a stream whose lines end with \\r alone, as old Macs wrote them, with \\n in its place."""
    return cast(BinaryIO, buffered(_Newlines(stream)))


class _Newlines(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(data)] = data
        return len(data)
