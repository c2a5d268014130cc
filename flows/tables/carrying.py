"""Files that carry the version before them, so that whoever is in the middle of reading it can end.

DuckDB and polars open a file by its name more than once: for its metadata, and again for its rows. When it is
replaced in between, the query ends with an error, or rows of one version are counted by the metadata of the other. So a
file that replaces another holds the other's rows too, at the places where they were: whoever has read the old footer
finds what it points to, and whoever reads the new one sees the new rows alone. Parquet's readers go by the offsets in
the footer; bytes that no offset points to mean nothing.

    PAR1 | the rows of both versions, in either order, with gaps | mark | footer

No file gets shorter, for a reader may know its length already: the new footer ends where the old one did, or the
old one is kept. The mark says where the rows are that the footer points to, and what the plain file hashed to: a
version is known again by that, however it is laid out.
"""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow.parquet as pq

from flows.tables.files import FIRST_ROW, opened_parquet, read_groups, same_bytes

_MARK = struct.Struct("<8sQQ32s")
_NAME = b"copydesk"
_TAIL = 8
"""Bytes behind the footer: its length, and PAR1."""
_CHUNK = 1 << 20
ROOM = 4
"""A file that has to grow grows by a fourth of its rows more, so that later versions find a place: gaps are holes on
every usual file system and take no disk."""


@dataclass(frozen=True)
class Extent:
    """Where the parts of a file are, in bytes."""

    size: int
    start: int
    end: int
    """The rows that the footer points to are in [start, end)."""
    footer: int
    """How long the footer is, with all that stands behind it."""
    digest: bytes | None
    """What the plain file hashed to; None: this is the plain file."""


def extent_of(path: Path) -> Extent:
    """Return where the parts of a Parquet file are."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(size - _TAIL)
        footer = int.from_bytes(file.read(4), "little") + _TAIL
        file.seek(max(0, size - footer - _MARK.size))
        mark = file.read(_MARK.size)
    if mark.startswith(_NAME) and len(mark) == _MARK.size:
        _, start, end, digest = _MARK.unpack(mark)
        return Extent(size, start, end, footer, digest)
    return Extent(size, FIRST_ROW, size - footer, footer, None)


def same_content(left: Path, right: Path) -> bool:
    """Tell whether two files were the same bytes before they were laid out to carry another; a missing one isn't."""
    if not left.exists() or not right.exists():
        return False
    digests = extent_of(left).digest, extent_of(right).digest
    if digests == (None, None):
        return same_bytes(left, right)
    return (digests[0] or _hash(left)) == (digests[1] or _hash(right))


def carry(plain: Path, old: Path, target: Path) -> None:
    """Write at `target` the rows of `plain`, and those of `old` where they are in `old`."""
    was = extent_of(old)
    moved = target.with_name(f"{target.name}.moved")
    base = _place(was, plain.stat().st_size)
    _rewrite(plain, moved, base)
    rows = _rows_of(moved, base)
    if not _fits(was, rows):
        base = was.size
        _rewrite(plain, moved, base)
        rows = _rows_of(moved, base)
    with target.open("wb") as file:
        _lay(file, old=old, was=was, moved=moved, rows=rows, digest=_digest(plain))
    moved.unlink()


def shed(path: Path, target: Path) -> None:
    """Write at `target` the file at `path` without the rows that it carries; everything else stays where it is."""
    was = extent_of(path)
    with target.open("wb") as file, path.open("rb") as source:
        file.write(b"PAR1")
        _copy(source, file, was.start, was.end)
        _copy(source, file, was.size - was.footer - (_MARK.size if was.digest else 0), was.size)


def _place(was: Extent, size: int) -> int:
    """Return where new rows go: before the old ones, behind them in front of their footer, or behind it all."""
    wanted = size + size // 16 + 4096  # larger offsets are longer numbers
    if FIRST_ROW + wanted <= was.start:
        return FIRST_ROW
    return was.end if was.end + wanted <= was.size - was.footer else was.size


def _fits(was: Extent, rows: Extent) -> bool:
    if rows.start < was.start:
        return rows.end <= was.start
    return rows.start >= was.size or rows.end <= was.size - was.footer


def _rewrite(plain: Path, target: Path, base: int) -> None:
    """Write the rows of a file again, so that they begin at `base`."""
    known, schema = pq.read_metadata(plain), pq.read_schema(plain)
    by = known.row_group(0).sorting_columns if known.num_row_groups else ()
    with opened_parquet(
        target,
        schema,
        metadata={key.decode(): value.decode() for key, value in (schema.metadata or {}).items()},
        sorting=[schema.names[column.column_index] for column in by],
        base=base,
    ) as write:
        for rows in read_groups(plain):
            write(rows)


def _rows_of(moved: Path, base: int) -> Extent:
    found = extent_of(moved)
    return Extent(found.size, base, found.end, found.footer, None)


def _lay(file: BinaryIO, *, old: Path, was: Extent, moved: Path, rows: Extent, digest: bytes) -> None:
    file.write(b"PAR1")
    with old.open("rb") as source:
        _copy(source, file, was.start, was.end)
        ending = _MARK.size + rows.footer
        if max(was.end, rows.end) + ending <= was.size:
            size = was.size
        else:
            _copy(source, file, was.size - was.footer, was.size)
            size = max(was.size, rows.end + (rows.end - rows.start) // ROOM) + ending
    with moved.open("rb") as source:
        _copy(source, file, rows.start, rows.end)
        file.seek(size - ending)
        file.write(_MARK.pack(_NAME, rows.start, rows.end, digest))
        source.seek(rows.size - rows.footer)
        file.write(source.read())


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    """Copy bytes to the place they come from; what is left out is a hole."""
    source.seek(start)
    target.seek(start)
    while start < end:
        chunk = source.read(min(_CHUNK, end - start))
        if not chunk:
            raise OSError(f"{source.name} ends at byte {start} of {end}")
        target.write(chunk)
        start += len(chunk)


def _digest(path: Path) -> bytes:
    return extent_of(path).digest or _hash(path)


def _hash(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).digest()
