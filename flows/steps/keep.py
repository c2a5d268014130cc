"""Keep: the pages of a partition's documents, written again only when some come, go or move.

A partition's pages may be larger than memory. What is published is read a row group at a time, what is new one page at
a time, and both are in the order of the table.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import StorageError
from flows.readers.kept_pages import unpack
from flows.steps.staging import next_file, read_batch
from flows.tables.files import opened_parquet, read_groups, read_rows, table_metadata
from flows.tables.layout import Layout, Partition
from schemas import PAGES

GROUP_BYTES = 32 << 20
"""Of pages in a row group, before they are packed: what a run holds of them at a time."""
_BATCH_ROWS = 64


class Arrived:
    """The pages of documents that come to a partition: where they are in the files that steps hand on."""

    def __init__(self) -> None:
        self._pages: list[pa.Array] = []
        self._starts = [0]

    def rows(self, batches: Iterable[tuple[Path, int]], schema: pa.Schema) -> pa.Table:
        """Return the documents of batches, each with the `place` of its page, which stays where it is."""
        columns = [field for field in schema if field.name != "page"]
        tables = [pa.schema([*columns, pa.field("place", pa.int64())]).empty_table()]
        for path, number in batches:
            table = read_batch(path, number)
            pages, start = table["page"].chunk(0), self._starts[-1]
            self._pages.append(pages)
            self._starts.append(start + len(table))
            places = pc.if_else(pages.is_valid(), pa.array(range(start, self._starts[-1]), pa.int64()), None)
            tables.append(table.drop_columns(["page"]).append_column("place", places))
        return pa.concat_tables(tables)

    def page(self, place: int) -> dict[str, Any]:
        """Return what a row of `pages` has of a page."""
        number = bisect_right(self._starts, place) - 1
        return unpack(self._pages[number][place - self._starts[number]].as_py())

    def of(self, documents: pa.Table) -> Iterator[dict[str, Any]]:
        """Yield the pages of documents."""
        for key, place in zip(documents["document_id"].to_pylist(), documents["place"].to_pylist(), strict=True):
            if place is not None:
                yield {"document_id": key, **self.page(place)}


def stage_pages(
    layout: Layout, partition: Partition, documents: pa.Table, arrived: Arrived, fresh: Iterable[pa.Table]
) -> None:
    """Stage the pages of the documents that have one; `fresh` are those of them whose page is among the `arrived`."""
    wanted = documents.filter(pc.is_valid(documents["reading_version"])).select(["document_id", "site"])
    places = {
        key: place
        for rows in fresh
        for key, place in zip(rows["document_id"].to_pylist(), rows["place"].to_pylist(), strict=True)
        if place is not None
    }
    path = layout.file(PAGES.name, partition)
    held = read_rows(path, ["document_id"])["document_id"].to_pylist() if path.exists() else []
    if not places and set(held) == set(wanted["document_id"].to_pylist()):
        return
    ordered = wanted.sort_by([(name, "ascending") for name in PAGES.order])
    _write(next_file(layout, PAGES.name, partition), _rows(ordered, arrived, places, path))


def _rows(wanted: pa.Table, arrived: Arrived, places: Mapping[str, int], path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of the file as it will be: what is held is in the same order, with some that go between."""
    held = published_pages(path)
    for key, site in zip(wanted["document_id"].to_pylist(), wanted["site"].to_pylist(), strict=True):
        if key in places:
            yield {"document_id": key, "site": site, **arrived.page(places[key])}
            continue
        row = next((row for row in held if row["document_id"] == key), None)
        if row is None:
            raise StorageError(f"{path} has no page of document {key}; put it back from a backup")
        yield row


def published_pages(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of pages, which may be missing."""
    for group in read_groups(path) if path.exists() else ():
        for batch in group.to_batches(max_chunksize=_BATCH_ROWS):
            yield from batch.to_pylist()


def _write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    metadata = table_metadata(PAGES, "")
    with opened_parquet(path, PAGES.schema, metadata=metadata, sorting=PAGES.order) as write:
        group: list[dict[str, Any]] = []
        size = 0
        for row in rows:
            group.append(row)
            size += len(row["page"])
            if size >= GROUP_BYTES:
                write(pa.Table.from_pylist(group, schema=PAGES.schema))
                group, size = [], 0
        if group:
            write(pa.Table.from_pylist(group, schema=PAGES.schema))
