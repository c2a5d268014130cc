"""Where the columns of a Parquet file are, by its footer.

Arrow reads a footer too, but some that are damaged end its process when Python asks for a column: 26.0 throws for a
wrong number of levels in a column's statistics, where nothing catches it.
"""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from flows.errors import RecordError
from flows.readers.arrow_messages import MAX_COLUMNS, check_schema_message
from flows.readers.formats import Cut
from flows.readers.thrift import BYTES, INT, LIST, LONG, STRUCT, Compact, Fields

MAGIC = b"PAR1"
MAX_FOOTER = 32 << 20
"""Bytes; a thousand row groups of a hundred columns take some ten million."""
BYTE_ARRAY, FIXED_BYTES = 6, 7
"""Types of values that are bytes, with a length of their own or not."""
_SCHEMA, _GROUPS, _NOTES = (2, LIST), (4, LIST), (5, LIST)
_DAMAGED = "the file's footer is cut off or damaged; without it no row can be found; fetch it again"


@dataclass(frozen=True)
class Column:
    """One column of one row group."""

    path: str
    kind: int
    values: int
    packed: int
    """Bytes of its pages."""
    begin: int
    """The first byte of these."""


@dataclass(frozen=True)
class Group:
    """One row group."""

    rows: int
    columns: tuple[Column, ...]

    @property
    def begin(self) -> int:
        """Its first byte in the file."""
        return min((column.begin for column in self.columns), default=0)


def read_footer(file: BinaryIO) -> list[Group]:
    """Return the row groups of a file. Raises RecordError for a footer that is damaged, encrypted or too long."""
    compact = Compact(_footer(file))
    groups: list[Group] = []
    try:
        for field in compact.fields():
            if field == _SCHEMA:
                _check_schema(compact.items(LIST))
            elif field == _GROUPS:
                groups = [_group(fields) for fields in compact.items(LIST)]
            elif field == _NOTES:
                _check_notes(compact.items(LIST))
            else:
                compact.value(field[1])
    except (LookupError, ValueError, TypeError, AttributeError):
        raise RecordError("truncated_archive", _DAMAGED) from None
    return groups


def cut_groups(file: BinaryIO, wanted: int) -> list[Cut]:
    """Return where slices of `wanted` bytes and more begin, each at a row group."""
    cuts, rows, last = [Cut(0, 0)], 0, 0
    for group in read_footer(file):
        if group.begin <= last or group.rows < 0:
            return cuts[:1]  # no writer lays them so: which of them stand in a slice can't be told
        if group.begin - cuts[-1].start >= wanted:
            cuts.append(Cut(group.begin, rows))
        rows, last = rows + group.rows, group.begin
    return cuts


def _footer(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    tail = file.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] == b"PARE":
        raise RecordError("encrypted_member", "the file is encrypted; write it again in the clear")
    if tail[4:] != MAGIC or length > size - 12:
        raise RecordError("truncated_archive", _DAMAGED)
    if length > MAX_FOOTER:
        raise RecordError("too_large", f"a footer of {length} bytes, more than {MAX_FOOTER}; write fewer row groups")
    file.seek(size - 8 - length)
    return file.read(length)


def _check_schema(elements: Iterator[Any]) -> None:
    for count, _ in enumerate(elements):
        if count > MAX_COLUMNS:
            raise RecordError("too_large", f"more than {MAX_COLUMNS} columns; no scraper writes as many")


def _check_notes(notes: Iterator[Fields]) -> None:
    for note in notes:
        if note.get((1, BYTES)) == b"ARROW:schema":
            check_schema_message(b64decode(note.get((2, BYTES), b"")))


def _group(fields: Fields) -> Group:
    return Group(rows=fields[3, LONG], columns=tuple(_column(column) for column in fields[1, LIST]))


def _column(fields: Fields) -> Column:
    if (8, STRUCT) in fields:
        raise RecordError("encrypted_member", "a column is encrypted; write the file again in the clear")
    if fields.get((1, BYTES)):
        raise RecordError("unsupported_format", "its columns stand in other files, which are never opened")
    known: Fields = fields[3, STRUCT]
    pages = (known[9, LONG], known.get((11, LONG), 0) or known[9, LONG])
    return Column(
        path=b".".join(known[3, LIST]).decode("utf-8"),
        kind=known[1, INT],
        values=known[5, LONG],
        packed=known[7, LONG],
        begin=min(page for page in pages if page > 0),
    )
