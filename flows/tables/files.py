"""Parquet files: the same rows always give the same bytes."""

import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import QueryError
from flows.tables.newer import check_metadata
from schemas import Table

ROW_GROUP_ROWS = 20_000
"""Rows in a row group. A reader that filters by site or time skips whole groups by their statistics; at
4 kB an article a group is some 80 MB of text, 20 MB on disk: the size Parquet's readers are made for."""


SYNCED_AT_ONCE = 16
"""Files that threads wait for a disk with."""
FIRST_ROW = 4
"""Where rows begin in a plain file: behind PAR1."""
LEVEL, STATE_LEVEL = 3, 1
"""zstd levels of tables, and of state that only copydesk reads: level 1 is a tenth faster and a sixth larger."""


def table_metadata(table: Table, cleaning_version: str) -> dict[str, str]:
    """Return what a file's key-value metadata says of the table."""
    return {
        "copydesk.table": table.name,
        "copydesk.schema_version": str(table.version),
        **({"copydesk.cleaning_version": cleaning_version} if table.cleaned else {}),
        "copydesk.description": " ".join(table.doc.split()),
    }


def write_table(table: Table, rows: pa.Table, path: Path, *, cleaning_version: str) -> int:
    """Write a partition of a published table, sorted, and return its rows.

    `rows` must hold the table's columns; they are brought into the table's order and types.
    """
    ordered = rows.select(table.schema.names).cast(table.schema)
    if ordered.num_rows:
        ordered = ordered.sort_by([(column, "ascending") for column in table.order if column != "month"])
    write_parquet(ordered, path, metadata=table_metadata(table, cleaning_version), sorting=table.order)
    return int(ordered.num_rows)


def write_parquet(
    rows: pa.Table,
    path: Path,
    *,
    metadata: dict[str, str] | None = None,
    sorting: Iterable[str] = (),
    base: int = FIRST_ROW,
) -> None:
    """Write `rows` as they are; field descriptions and `metadata` go into the file. They begin at byte `base`."""
    with opened_parquet(path, rows.schema, metadata=metadata, sorting=sorting, base=base) as write:
        if rows.num_rows:
            write(rows)


@contextmanager
def opened_parquet(
    path: Path,
    schema: pa.Schema,
    *,
    metadata: dict[str, str] | None = None,
    sorting: Iterable[str] = (),
    base: int = FIRST_ROW,
) -> Iterator[Callable[[pa.Table], None]]:
    """Yield what writes rows to a file, for tables that are larger than memory: each call begins a row group."""
    schema = schema.with_metadata({**(schema.metadata or {}), **(metadata or {})})
    path.parent.mkdir(parents=True, exist_ok=True)
    by = [pq.SortingColumn(schema.names.index(name)) for name in sorting if name in schema.names]
    with (
        pa.OSFile(str(path), "wb") as sink,
        pq.ParquetWriter(
            sink,
            schema,
            compression="zstd",
            compression_level=LEVEL if metadata else STATE_LEVEL,
            write_page_index=True,
            **_packing(schema),
            sorting_columns=by or None,
            use_dictionary=_repetitive(schema),
        ) as writer,
    ):
        sink.write(bytes(base - FIRST_ROW))
        yield lambda rows: writer.write_table(rows.cast(schema), row_group_size=ROW_GROUP_ROWS)


_UNIQUE_TEXTS = {
    "text", "body", "lead", "title", "url", "document_id", "metadata", "payload", "signature", "page", "given",
}  # fmt: skip


PACKED_ROWS = 8
"""Pages after which it is looked whether they fill a block of Parquet (1 MB), which is packed as one: pages of a site
packed together take 9% to 15% of what they were, each by itself 17% to 23%."""


def _packing(schema: pa.Schema) -> dict[str, Any]:
    """Nobody looks for a page by its bytes, so that the least and the greatest of many tell nothing."""
    if "page" not in schema.names:
        return {"write_statistics": True}
    return {"write_statistics": [name for name in schema.names if name != "page"], "write_batch_size": PACKED_ROWS}


def _repetitive(schema: pa.Schema) -> list[str]:
    """Columns worth a dictionary: a dictionary of texts that never repeat costs time and space."""
    return [field.name for field in schema if field.name not in _UNIQUE_TEXTS]


@contextmanager
def written(target: Path) -> Iterator[BinaryIO]:
    """Yield a file that takes its place at `target` once it is whole."""
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):  # a pipe or a device stays what it is
        with target.open("wb") as file:
            yield file
        return
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(target)
    except OSError as error:
        raise QueryError(f"{target} can't be written: {error.strerror or error}") from None
    finally:
        draft.unlink(missing_ok=True)


def read_rows(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read one file; no partition key is inferred from its path. Columns that it lacks are left out.

    Raises VersionError when a newer copydesk wrote it.
    """
    file = pq.ParquetFile(path)
    check_metadata(file.schema_arrow.metadata, where=path)
    return file.read(columns=columns)


def read_groups(path: Path, columns: list[str] | None = None) -> Iterator[pa.Table]:
    """Yield a file's row groups one after the other, for files that are larger than memory.

    Raises VersionError when a newer copydesk wrote it.
    """
    with pq.ParquetFile(path) as file:
        check_metadata(file.schema_arrow.metadata, where=path)
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, columns=columns)


def sync(path: Path) -> None:
    """Make a file's content, or the names in a folder, last over a loss of power."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():  # Windows opens no folder, nor does whoever may pass through it alone
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all(paths: Iterable[Path]) -> None:
    """Do as `sync` for many, at once: a disk makes hundreds last in the time that it takes for a few one by one."""
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
        for _ in pool.map(sync, paths):
            pass


def same_bytes(left: Path, right: Path) -> bool:
    """Tell whether two files hold the same bytes; a missing one is like no other."""
    try:
        if left.stat().st_size != right.stat().st_size:
            return False
        return _chunks_equal(left, right)
    except FileNotFoundError:
        return False


def _chunks_equal(left: Path, right: Path, size: int = 1 << 20) -> bool:
    with left.open("rb") as a, right.open("rb") as b:
        while True:
            chunk: Any = a.read(size)
            if chunk != b.read(size):
                return False
            if not chunk:
                return True
