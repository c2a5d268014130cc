"""The order of a publication: what moves between files leaves its old file before it arrives in the new one.

A reader lists the files of a table and opens them one after the other. Where an article moves (a later revision, an
earlier copy that is found), a reader in mid-scan could read the old file before the publication and the new file
after it, and see the article twice. So the old file is published without it first, and the new file only
when a reader that had read the old one has ended: a grace time later.
"""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.tables.carrying import extent_of
from flows.tables.files import read_rows, write_parquet
from flows.tables.journal import Move, Publication
from flows.tables.layout import Layout, Partition

Entry = tuple[str, Partition]
"""A file of a table."""

MOVING = ("articles", "related")
"""Tables whose rows stand where their article's keeper does; the others' rows stay with their document."""
_ORDER = ("documents", "pages", "removed_lines", "rejections", "duplicates", *MOVING)
"""Documents come first: at any moment every article's document is there to join."""

SCAN_BYTES_PER_SECOND = 100 * 1024 * 1024
"""Bytes of Parquet of `articles`, every column, that a reader gets through in a second. On two cores with five times
the work they can do, DuckDB and pyarrow read 40 to 70 MB a second (`benchmarks/readers.py --scan`), by themselves
several times as much."""


def plan_publication(
    layout: Layout, staged: Sequence[Entry], source: dict[Entry, Path], *, grace_seconds: float
) -> Publication:
    """Return the moves of staged table files, so that no reader ever sees an article twice.

    The grace is `grace_seconds`, or as long as it takes to read the tables that articles move in when that is
    longer; 0 is no grace.
    """
    rank = {name: number for number, name in enumerate(_ORDER)}
    ordered = sorted(staged, key=lambda entry: rank.get(entry[0], len(rank)))
    leaving = [
        _without(layout, entry, gone, source)
        for name in MOVING
        for entry, gone in _leaving(layout, [entry for entry in staged if entry[0] == name], source).items()
        if gone
    ]
    longest = max((_bytes(layout, name) for name in MOVING), default=0) / SCAN_BYTES_PER_SECOND
    return Publication(
        moves=tuple(_move(layout, entry, source) for entry in ordered),
        leaving=tuple(leaving),
        grace_seconds=max(grace_seconds, longest) if leaving and grace_seconds else 0.0,
    )


def _bytes(layout: Layout, name: str) -> int:
    extents = [extent_of(layout.file(name, partition)) for partition in layout.partitions(name)]
    return sum(extent.end - extent.start for extent in extents)


def _move(layout: Layout, entry: Entry, source: dict[Entry, Path]) -> Move:
    target = layout.file(*entry)
    return Move(source[entry].relative_to(layout.root).as_posix(), target.relative_to(layout.root).as_posix())


def _leaving(layout: Layout, entries: Sequence[Entry], source: dict[Entry, Path]) -> dict[Entry, set[str]]:
    """Ids that a published file holds and another staged file will hold."""
    held = {entry: _ids(layout.file(*entry)) for entry in entries}
    coming = {entry: _ids(source[entry]) - held[entry] for entry in entries}
    arriving = set().union(*coming.values()) if coming else set()
    return {entry: (held[entry] & arriving) - _ids(source[entry]) for entry in entries}


def _ids(path: Path) -> set[str]:
    return set(read_rows(path, ["article_id"])["article_id"].to_pylist()) if path.exists() else set()


def _without(layout: Layout, entry: Entry, gone: set[str], source: dict[Entry, Path]) -> Move:
    """Stage the published file without the articles that leave it."""
    rows = read_rows(layout.file(*entry))
    leaves = pc.is_in(rows["article_id"], value_set=pa.array(sorted(gone), pa.string()))
    path = source[entry].with_suffix(".leaving.parquet")
    write_parquet(rows.filter(pc.invert(leaves)), path)
    return Move(path.relative_to(layout.root).as_posix(), layout.file(*entry).relative_to(layout.root).as_posix())
