"""Arrow's messages, looked at before Arrow reads them: how long they are, and what their buffers unpack to.

A message names the size of each compressed buffer, and Arrow sets that much memory aside: a kilobyte may ask for all
there is.
"""

import io
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from flows.errors import RecordError
from flows.readers.streams import Allowance

MAGIC = b"ARROW1\0\0"
CONTINUATION = b"\xff\xff\xff\xff"
MAX_NESTING = 32
MAX_HEADER = 16 << 20
"""Bytes of what tells a message's buffers: some dozen for each column."""
MAX_COLUMNS = 10_000
"""With the parts of nested ones."""
_CHILDREN = 5
"""The field of a column that lists its parts."""
_SCHEMA, _DICTIONARY, _BATCH = 1, 2, 3
_MAX_VALUES = (1 << 31) - 1
_CUT = "the file ends early or is damaged; what came before is kept; fetch it again"


class Messages(io.RawIOBase):
    """A stream of Arrow's messages, each within limits; why it ended early is its `failure`."""

    def __init__(self, stream: BinaryIO, allowance: Allowance, limit: int) -> None:
        self._stream, self._allowance, self._limit = stream, allowance, limit
        self._ready = memoryview(b"")
        self._ended = False
        self.failure: RecordError | None = None
        self.whole = False
        """Whether it ended as its writer says."""
        self._dictionaries: dict[int, int] = {}
        """Bytes of each dictionary that is held."""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next."""
        while not self._ready and not self._ended:
            try:
                self._ready = memoryview(self._next())
            except RecordError as error:
                self.failure, self._ended = error, True
            except (struct.error, IndexError):
                self.failure, self._ended = RecordError("truncated_archive", f"a message's header: {_CUT}"), True
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _next(self) -> bytes:
        head = self._stream.read(8)
        if not head:
            self._ended = True
            return b""
        if len(head) < 8 or not head.startswith(CONTINUATION):
            raise RecordError("truncated_archive", _CUT)
        length = int.from_bytes(head[4:], "little", signed=True)
        if length == 0:
            self._ended = self.whole = True
            return head
        header = self._bytes(length, MAX_HEADER)
        message = Table(header, _offset(header, 0))
        body = self._bytes(message.number(3, "<q"), self._limit)
        self._check(message, body)
        return head + header + body

    def _bytes(self, length: int, limit: int) -> bytes:
        if not 0 <= length <= limit:
            raise RecordError("too_large", f"a message of {length} bytes, more than {limit}; write smaller batches")
        data = self._stream.read(length)
        if len(data) < length:
            raise RecordError("truncated_archive", _CUT)
        return data

    def _check(self, message: "Table", body: bytes) -> None:
        kind, table = message.number(1, "<B"), message.table(2)
        if table is None:
            return
        if kind == _SCHEMA:
            check_columns(table)
        elif kind == _BATCH:
            self._within(_unpacked(table, body, self._allowance), "a batch")
        elif kind == _DICTIONARY and (batch := table.table(1)) is not None:
            name, added = table.number(0, "<q"), table.number(2, "<B")
            before = self._dictionaries.get(name, 0) if added else 0
            self._dictionaries[name] = before + _unpacked(batch, body, self._allowance)
            self._within(sum(self._dictionaries.values()), "dictionaries")

    def _within(self, size: int, what: str) -> None:
        if size > self._limit:
            told = f"{what} of {size} bytes unpacked, more than max_array_bytes ({self._limit})"
            raise RecordError("too_large", f"{told}; write smaller batches, or raise the setting")


def check_schema_message(data: bytes) -> None:
    """Raise RecordError for a message of a schema that tells of too many columns, or is damaged."""
    try:
        header = data[8:] if data.startswith(CONTINUATION) else data[4:]
        table = Table(header, _offset(header, 0)).table(2)
        if table is not None:
            check_columns(table)
    except (struct.error, IndexError):
        raise RecordError("truncated_archive", f"the schema: {_CUT}") from None


def check_columns(schema: "Table") -> None:
    """Raise RecordError for a schema of too many columns: the same bytes may tell of any number of them."""
    held, count = [(schema, 1, 0)], 0
    while held:
        table, number, depth = held.pop()
        for field in table.tables(number):
            count += 1
            if count > MAX_COLUMNS:
                raise RecordError("too_large", f"more than {MAX_COLUMNS} columns; no scraper writes as many")
            if depth > MAX_NESTING:
                raise RecordError("nested_too_deep", f"a column nested more than {MAX_NESTING} deep; write it as text")
            held.append((field, _CHILDREN, depth + 1))


def _unpacked(batch: "Table", body: bytes, allowance: Allowance) -> int:
    """Return how many bytes a batch takes. Raises RecordError for more values in one column than any writer puts there.

    Nulls take no byte, however many there are.
    """
    longest = max((length for length, _ in batch.pairs(1)), default=0)
    if longest > _MAX_VALUES:
        raise RecordError("too_large", f"a batch of {longest} values, more than {_MAX_VALUES}; write smaller batches")
    if batch.table(3) is None:
        return len(body)
    sizes = (struct.unpack_from("<q", body, offset)[0] for offset, length in batch.pairs(2) if length >= 8)
    unpacked = sum(max(0, int(size)) for size in sizes)
    allowance.spend(unpacked)
    return unpacked


def _offset(data: bytes, place: int) -> int:
    return place + int(struct.unpack_from("<I", data, place)[0])


class Table:
    """A table of FlatBuffers."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place
        self._fields = place - struct.unpack_from("<i", data, place)[0]
        if not 0 <= self._fields < len(data):
            raise IndexError("no fields")

    def _at(self, number: int) -> int | None:
        slot = 4 + 2 * number
        if slot >= struct.unpack_from("<H", self._data, self._fields)[0]:
            return None
        offset = struct.unpack_from("<H", self._data, self._fields + slot)[0]
        return self._place + offset if offset else None

    def number(self, number: int, kind: str) -> int:
        """Return a field that is a number, 0 where there is none."""
        at = self._at(number)
        return 0 if at is None else int(struct.unpack_from(kind, self._data, at)[0])

    def table(self, number: int) -> "Table | None":
        """Return a field that is a table."""
        at = self._at(number)
        return None if at is None else Table(self._data, _offset(self._data, at))

    def tables(self, number: int) -> "Iterator[Table]":
        """Yield a field that is a list of tables."""
        at = self._at(number)
        if at is None:
            return
        start = _offset(self._data, at)
        for place in range(int(struct.unpack_from("<I", self._data, start)[0])):
            yield Table(self._data, _offset(self._data, start + 4 + 4 * place))

    def pairs(self, number: int) -> list[tuple[int, int]]:
        """Return a field that is a list of two numbers each."""
        at = self._at(number)
        if at is None:
            return []
        start = _offset(self._data, at)
        count = int(struct.unpack_from("<I", self._data, start)[0])
        if count > len(self._data):
            raise IndexError("a list longer than its bytes")
        return [struct.unpack_from("<qq", self._data, start + 4 + 16 * place) for place in range(count)]
