"""WARC records as they stand in a file: where each begins and ends, and what is damaged.

fastwarc reads on where a record's length is wrong or the file ends, and says nothing of it; here the bytes of a record
are cut out and checked, before fastwarc reads what they say.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flows.errors import RecordError
from flows.readers.lookahead import Lookahead
from flows.readers.source import Source

MAX_HEADER_BYTES = 1 << 15
"""As much as fastwarc reads; those of crawlers have some 500."""
SEPARATOR = b"\r\n\r\n"
"""What stands after a record's block."""
BEGINNING = b"WARC/"
_VERSION = re.compile(rb"WARC/\d\.\d[ \t]*\r?\n")
_NEXT = re.compile(rb"\nWARC/\d\.\d[ \t]*\r?\n")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.I)
_CHUNK = 1 << 16
_MAX_AGAIN = 256 << 20
"""What is read a second time in a source: headers that all claim megabytes would have it read for ever."""
_TAIL = 64
"""More than `_NEXT` takes up, short of blank space that no writer puts there."""

_NO_RECORD = (
    "no record as a WARC has them: no version at its beginning, no end of its header, or no Content-Length in it; "
    "fetch the file again"
)
_WRONG_LENGTH = "its block isn't as long as its Content-Length says ({}); fetch the file again"


@dataclass(frozen=True)
class Frame:
    """One record, or what stands where one should."""

    number: int
    header: bytes
    block: bytes
    """What follows the header, or its beginning, if it is longer than asked for."""
    length: int = 0
    """What the header says of the block."""
    wrong: RecordError | None = None
    """Why it is no record."""

    @property
    def raw(self) -> bytes:
        """Its bytes."""
        return self.header + self.block


def begins_record(line: bytes) -> bool:
    """Tell whether a line is a record's first."""
    return _VERSION.match(line) is not None


def read_header(line: Callable[[int], bytes]) -> tuple[bytes, int | None, bytes]:
    """Read a record's header by lines; return it, how long it says its block is, and a line that isn't part of it.

    The length is None where no record begins, or its header doesn't end or doesn't say it.
    """
    header = b""
    while len(header) < MAX_HEADER_BYTES:
        more = line(MAX_HEADER_BYTES)
        if begins_record(more) == bool(header):  # no version where it must be, or that of another record
            return header, None, more
        header += more
        if more in (b"\r\n", b"\n"):
            found = _LENGTH.search(header)
            return header, int(found[1]) if found else None, b""
        if not more.endswith(b"\n"):
            break
    return header, None, b""


def frames(source: Source, limit: int) -> Iterator[Frame]:
    """Yield a source's records, of each block `limit` bytes at most; damaged ones say what is wrong.

    Raises RecordError where the source ends early, or is damaged and no further record is found.
    """
    reader = _Frames(source, limit)
    while (found := reader.next()) is not None:
        yield found


class _Frames:
    """Reads record by record; after damage it looks for the next one."""

    def __init__(self, source: Source, limit: int) -> None:
        self._layers = source.layers
        self._bytes = Lookahead(source.stream)
        self._limit = limit
        self._number = 0
        self._read_again = 0
        self._header = self._block = b""
        self._failed: RecordError | None = None
        """The damage of what comes next."""

    def next(self) -> Frame | None:
        """Return the next record, None after the last."""
        self._header = self._block = b""
        try:
            if self._failed is not None:
                raise self._failed
            self._skip_blank()
            if not self._bytes.peek(1):
                return None
            length, wrong = self._record()
        except RecordError as error:
            self._go_on_after(error)
            length, wrong = 0, RecordError(error.reason, f"{error}; what follows is read")
        self._number += 1
        return Frame(self._number - 1, self._header, self._block, length, wrong)

    def _go_on_after(self, error: RecordError) -> None:
        """Go on at the next gzip member. Raises the error when there is none."""
        self._block += self._bytes.drop()[: self._limit]
        self._failed = None
        if len(self._layers) != 1 or not self._layers[0].skip_damage(BEGINNING):
            raise error

    def _record(self) -> tuple[int, RecordError | None]:
        """Read one record; return the length of its block, and what is wrong with it."""
        header, length, unread = read_header(self._bytes.line)
        self._bytes.back(unread)
        if length is None:
            self._bytes.back(header)
            self._block = self._until_next()
            return 0, RecordError("malformed_warc", _NO_RECORD)
        self._header = header
        taken = self._read_block(length)
        if taken == length and self._at_its_end():
            return length, None
        if taken == len(self._block) and self._read_again < _MAX_AGAIN:  # another record may begin in it
            self._read_again += taken
            self._bytes.back(self._block)
            self._block = b""
        self._block += self._until_next()[: self._limit - len(self._block)]
        return length, RecordError("malformed_warc", _WRONG_LENGTH.format(length))

    def _read_block(self, length: int) -> int:
        """Read a block, keep of it what is asked for, and return how much there is of it."""
        kept, taken = bytearray(), 0
        try:
            while taken < length and (data := self._bytes.take(min(length - taken, _CHUNK))):
                taken += len(data)
                kept += data[: max(0, self._limit - len(kept))]
        finally:
            self._block = bytes(kept)
        return taken

    def _at_its_end(self) -> bool:
        """Tell whether a block is followed by what parts records, a record or nothing.

        Damage of what follows is another's.
        """
        separated = False
        try:
            separated = self._bytes.peek(len(SEPARATOR)) == SEPARATOR
            self._skip_blank()
            following = self._bytes.peek(len(BEGINNING))
        except RecordError as error:
            following = self._bytes.there.lstrip(b"\r\n")[: len(BEGINNING)]
            if not following and not any(layer.failed_between_members for layer in self._layers):
                raise
            self._failed = error
        return separated or BEGINNING.startswith(following)

    def _until_next(self) -> bytes:
        """Return what stands before the next record, or its beginning, and go there."""
        kept = bytearray()
        while data := self._bytes.peek(_CHUNK):
            found = _NEXT.search(data)
            last = len(data) < _CHUNK
            size = found.start() + 1 if found else len(data) if last else len(data) - _TAIL
            kept += self._bytes.take(size)[: max(0, self._limit - len(kept))]
            if found or last:
                break
        return bytes(kept)

    def _skip_blank(self) -> None:
        while blank := self._bytes.peek(len(SEPARATOR)):
            rest = blank.lstrip(b"\r\n")
            self._bytes.take(len(blank) - len(rest))
            if rest:
                return
