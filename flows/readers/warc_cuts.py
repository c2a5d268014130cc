"""Where slices of a long WARC begin: at records, found by their lengths."""

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from flows.readers.formats import Cut
from flows.readers.gzip_members import GZIP, MAGIC
from flows.readers.warc_frames import BEGINNING, MAX_HEADER_BYTES, SEPARATOR, read_header

_HEAD = 1 << 12
_CHUNK = 1 << 16
_LONGEST = 1 << 30
"""A record that unpacks to more is no page, and may be a bomb."""


def cut_records(file: BinaryIO, wanted: int) -> list[Cut]:
    """Return where slices of `wanted` bytes and more begin, each at a record.

    Cuts plain files, and gzip with a member for each record, as crawlers write them. From where a record isn't as its
    header says, nothing is cut: how many records the reader finds there isn't known.
    """
    packed = file.read(len(MAGIC)) == MAGIC
    cuts = [Cut(0, 0)]
    for number, start in enumerate(_members(file) if packed else _plain(file)):
        if start - cuts[-1].start >= wanted:
            cuts.append(Cut(start, number))
    return cuts


def _plain(file: BinaryIO) -> Iterator[int]:
    start = 0
    while (size := _size(_at(file, start, _HEAD)) or _size(_at(file, start, MAX_HEADER_BYTES))) is not None:
        yield start
        start += size
        following = _at(file, start - len(SEPARATOR), len(SEPARATOR) + len(BEGINNING))
        if following != SEPARATOR + BEGINNING:
            return


def _at(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)


def _size(data: bytes) -> int | None:
    """Return how many bytes a record takes, with what parts it from the next; None where none begins."""
    header, length, _ = read_header(io.BytesIO(data).readline)
    return None if length is None else len(header) + length + len(SEPARATOR)


def _members(file: BinaryIO) -> Iterator[int]:
    """Yield where gzip members begin that hold one record each.

    They are unpacked, some 300 MB of pages a second: no sign of a member's end can be trusted that is quicker found.
    """
    start, left = 0, _at(file, 0, _CHUNK)
    while left:
        packed, unpacker, record = len(left), zlib.decompressobj(GZIP), _Measured()
        try:
            while not unpacker.eof and left:
                if not record.may_go_on(unpacker.decompress(left, _CHUNK)):
                    return
                left = unpacker.unconsumed_tail
                if not left and not unpacker.eof:
                    left = file.read(_CHUNK)
                    packed += len(left)
        except zlib.error:
            return
        if not unpacker.eof or not record.is_whole:
            return
        yield start
        start += packed - len(unpacker.unused_data)
        left = unpacker.unused_data or file.read(_CHUNK)


class _Measured:
    """A member's content, as far as it is needed to tell whether it is one record."""

    def __init__(self) -> None:
        self._size = 0
        self._head = b""
        self._wanted: int | None = None
        self._tail = b""

    def may_go_on(self, data: bytes) -> bool:
        """Take what comes next; say whether it may be one record still."""
        self._size += len(data)
        self._tail = (self._tail + data)[-len(SEPARATOR) :]
        if self._wanted is None:
            self._head += data
            self._wanted = _size(self._head)
            return self._wanted is not None or len(self._head) < MAX_HEADER_BYTES
        return self._size <= min(self._wanted, _LONGEST)

    @property
    def is_whole(self) -> bool:
        """Whether it was one record."""
        return self._size == self._wanted and self._tail == SEPARATOR
