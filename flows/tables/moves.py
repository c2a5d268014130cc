"""The order of a publication: an article that moves leaves its old file before it arrives in the new one."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.tables.files import read_rows, write_parquet
from flows.tables.journal import Move
from flows.tables.layout import Layout, Partition


def order_moves(
    layout: Layout, staged: Sequence[tuple[str, Partition]], source: dict[tuple[str, Partition], Path]
) -> list[Move]:
    """Return the moves of staged table files.

    Articles come first: where an article moves between files, a version of its old file without it is
    published before any file that it moves to.
    """
    articles = [entry for entry in staged if entry[0] == "articles"]
    others = [entry for entry in staged if entry[0] != "articles"]
    leaving = _leaving(layout, articles, source)
    first = [_without(layout, entry, leaving, source) for entry in articles if leaving.get(entry)]
    return first + [_move(layout, entry, source) for entry in [*articles, *others]]


def _move(layout: Layout, entry: tuple[str, Partition], source: dict[tuple[str, Partition], Path]) -> Move:
    target = layout.file(*entry)
    return Move(source[entry].relative_to(layout.root).as_posix(), target.relative_to(layout.root).as_posix())


def _leaving(
    layout: Layout, articles: Sequence[tuple[str, Partition]], source: dict[tuple[str, Partition], Path]
) -> dict[tuple[str, Partition], set[str]]:
    """Ids that a published file holds and another staged file will hold."""
    held = {entry: _ids(layout.file(*entry)) for entry in articles}
    coming = {entry: _ids(source[entry]) - held[entry] for entry in articles}
    arriving = set().union(*coming.values()) if coming else set()
    return {entry: (held[entry] & arriving) - _ids(source[entry]) for entry in articles}


def _ids(path: Path) -> set[str]:
    return set(read_rows(path, ["article_id"])["article_id"].to_pylist()) if path.exists() else set()


def _without(
    layout: Layout,
    entry: tuple[str, Partition],
    leaving: dict[tuple[str, Partition], set[str]],
    source: dict[tuple[str, Partition], Path],
) -> Move:
    """Stage the published file without the articles that leave it."""
    rows = read_rows(layout.file(*entry))
    gone = pc.is_in(rows["article_id"], value_set=pa.array(sorted(leaving[entry]), pa.string()))
    path = source[entry].with_suffix(".leaving.parquet")
    write_parquet(rows.filter(pc.invert(gone)), path)
    return Move(path.relative_to(layout.root).as_posix(), layout.file(*entry).relative_to(layout.root).as_posix())
