"""Rows of delimited text, as bytes and fields; a row that can't be told costs its first line and no other."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from flows.errors import RecordError
from flows.settings import Settings
from flows.text import DETECTION_BYTES, Repairs, decode

MAX_RESCANNED = 16
"""Times `max_record_bytes` that may be read again in a file for quotes that don't end: a scraper's defect leaves a few,
and a file made of them would be read a thousand times over."""
_SKIPPED = 1 << 20


@dataclass
class Row:
    """One row: its fields, or why they can't be told."""

    raw: bytes
    fields: list[str] = field(default_factory=list)
    repairs: Repairs = field(default_factory=Repairs)
    wrong: tuple[str, str] | None = None
    """Reason and message."""
    truncated: bool = False


@dataclass
class _Line:
    raw: bytes
    whole: bool


class Rows:
    """The rows of a stream of text.

    Quoted fields may hold line ends. A quote that isn't closed, or that stands undoubled in a quoted field, ends no
    more than its own line: what was read after it is read again, as rows of their own.
    """

    def __init__(self, stream: BinaryIO, head: bytes, *, delimiter: str, settings: Settings) -> None:
        self._stream, self._delimiter, self._settings = stream, delimiter, settings
        self._fallback = _encoding(head)
        self._ahead: deque[_Line] = deque()
        self._taken: list[_Line] = []
        self._size = 0
        self._repairs = Repairs()
        self._again = settings.max_record_bytes * MAX_RESCANNED
        csv.field_size_limit(max(csv.field_size_limit(), settings.max_record_bytes))

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, without blank ones. Raises RecordError where the rest can't be read."""
        reader = self._reader()
        while True:
            self._taken, self._size, self._repairs = [], 0, Repairs()
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLongError) as error:
                yield self._refused(error)
                reader = self._reader()
                continue
            if any(map(str.strip, fields)):
                yield Row(b"".join(line.raw for line in self._taken), fields, self._repairs)

    def _reader(self) -> "Iterator[list[str]]":
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True)

    def _refused(self, error: Exception) -> Row:
        """Give up the first line of what was taken, and put back the others."""
        first, *others = self._taken
        self._again -= sum(len(line.raw) for line in others)
        if self._again < 0:
            raise RecordError(
                "malformed_row", "quotes that don't end, over and over; the rest isn't read; mend its writer"
            )
        self._ahead.extendleft(reversed(others))
        if not first.whole:
            return Row(first.raw, wrong=("too_large", _too_long(self._settings.max_record_bytes)), truncated=True)
        told = f"quotes that don't pair, from this line on ({error}); double those within a field"
        return Row(first.raw, wrong=("malformed_row", told))

    def _lines(self) -> Iterator[str]:
        while True:
            line = self._ahead.popleft() if self._ahead else self._next()
            if line is None:
                return
            self._taken.append(line)
            self._size += len(line.raw)
            if not line.whole or self._size > self._settings.max_record_bytes:
                raise _TooLongError(f"{self._size} bytes and no end")
            if len(self._taken) > self._settings.max_record_lines:
                raise _TooLongError(f"{len(self._taken)} lines and no end")
            yield self._decoded(line.raw)

    def _next(self) -> _Line | None:
        limit = self._settings.max_record_bytes
        raw = self._stream.readline(limit + 1)
        whole = len(raw) <= limit or raw.endswith(b"\n")
        complete = whole
        while not complete and (rest := self._stream.readline(_SKIPPED)):
            complete = rest.endswith(b"\n")
        return _Line(raw, whole) if raw else None

    def _decoded(self, raw: bytes) -> str:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = self._in_other_encoding(raw)
        if "\r" in text:  # csv takes a lone one for the row's end; in a text it parts lines
            text = text.replace("\r\n", "\n").replace("\r", "\u2028")
        return text.removeprefix("\ufeff")

    def _in_other_encoding(self, raw: bytes) -> str:
        if self._fallback is None:
            return decode(raw, self._repairs)
        self._repairs.encoding = self._fallback
        text = raw.decode(self._fallback, "replace")
        self._repairs.undecodable += text.count("\ufffd")
        return text


class _TooLongError(Exception):
    """A row has no end."""


def _too_long(limit: int) -> str:
    return f"line longer than max_record_bytes ({limit}); no article is; raise the setting if this one is"


def _encoding(head: bytes) -> str | None:
    """Return the encoding of the lines of a file's beginning that aren't UTF-8: one alone is little to tell it by."""
    others = b"\n".join(line for line in head.split(b"\n")[:-1] if not _is_utf8(line))
    repairs = Repairs()
    decode(others[:DETECTION_BYTES], repairs)
    return repairs.encoding


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
