"""What the pages of a Parquet file unpack to, by their own headers: its footer may lie, and so may its size.

A page of a kilobyte can hold a text that a million rows repeat. Readers unpack pages one by one and believe their
headers, so walking through those first tells what the rows of a column may take.
"""

from dataclasses import dataclass, field
from typing import BinaryIO

from flows.errors import RecordError
from flows.readers.parquet_footer import Column
from flows.readers.streams import Allowance
from flows.readers.thrift import INT, STRUCT, Compact, Fields

DICTIONARIES = frozenset({2, 8})
DELTA_BYTES = 7
PLAIN = 0
"""Encodings: values by their place in a dictionary, and by what they share with the value before."""
MAX_PAGES = 1_000_000
"""Pages of one column in one row group; real ones have thousands at most."""
MAX_VALUES = 1 << 26
"""Values of one page, of whatever type; writers put some 20,000 into one, and a null takes no byte."""
_HEADER_BYTES = 1 << 20
_DICTIONARY_PAGE = 2
_TOLD = {0: (5, 2), 3: (8, 4)}
"""Types of pages of data: the field that tells of each, and the one in it that names the encoding."""


@dataclass
class Chunk:
    """One column of one row group, as its pages are."""

    values: int = 0
    dictionary: int = 0
    """Bytes of its dictionary."""
    unpacked: int = 0
    """Bytes of all its pages."""
    largest: int = 0
    """Bytes of its largest page of data."""
    densest: int = 1
    """Bytes a value, in the page where they are most."""
    fullest: int = 0
    """Values of the page that has most."""
    encodings: set[int] = field(default_factory=set)


def walk(file: BinaryIO, column: Column, allowance: Allowance, limit: int) -> Chunk:
    """Return what the pages of a column take. Raises RecordError for what no writer makes."""
    position = column.begin
    end = position + column.packed
    size = file.seek(0, 2)
    chunk = Chunk()
    for _ in range(MAX_PAGES):
        if chunk.values >= column.values or position >= end:
            return chunk
        header, length = _header(file, position)
        _count(chunk, header, allowance, limit)
        position += length + max(0, header[3, INT])
        if position > size:  # Arrow would set memory aside for all of it
            raise RecordError("truncated_archive", "a page goes on beyond the file's end; fetch it again")
    raise RecordError("too_large", f"column `{column.path[:100]}` has more than {MAX_PAGES} pages; write it again")


def _count(chunk: Chunk, header: Fields, allowance: Allowance, limit: int) -> None:
    size = max(header[2, INT], header[3, INT])
    if size > limit:
        raise RecordError(
            "too_large", f"a page of {size} bytes, more than max_array_bytes ({limit}); raise it if it is no bomb"
        )
    allowance.spend(max(0, size))
    chunk.unpacked += max(0, size)
    kind = header[1, INT]
    if kind == _DICTIONARY_PAGE:
        chunk.dictionary = max(chunk.dictionary, size)
        return
    if kind not in _TOLD:
        return  # an index page
    place, encoding = _TOLD[kind]
    told: Fields = header[place, STRUCT]
    values = told[1, INT]
    if not 0 <= values <= MAX_VALUES:
        raise RecordError("too_large", f"a page of {values} values; no writer makes such; write the file again")
    chunk.encodings.add(told[encoding, INT])
    chunk.values += values
    chunk.largest = max(chunk.largest, size)
    chunk.fullest = max(chunk.fullest, values)
    chunk.densest = max(chunk.densest, -(-size // max(1, values)))


def _header(file: BinaryIO, position: int) -> tuple[Fields, int]:
    for size in (256, _HEADER_BYTES):  # statistics may hold long values
        file.seek(position)
        compact = Compact(file.read(size))
        try:
            return compact.struct(), compact.position
        except (IndexError, ValueError):
            continue
    raise RecordError("truncated_archive", "a page's header is damaged; what came before is kept; fetch the file again")
