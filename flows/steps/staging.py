"""The staging folder of a run: what steps hand to each other."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition


def next_file(layout: Layout, name: str, partition: Partition) -> Path:
    """Return where a table's (or, `_name`, a state table's) next file is staged."""
    return layout.staging / "next" / name / partition.path


def current_file(layout: Layout, name: str, partition: Partition) -> Path | None:
    """Return the staged file of a partition, else the published one, else None."""
    for path in (next_file(layout, name, partition), layout.file(name, partition)):
        if path.exists():
            return path
    return None


def current_rows(
    layout: Layout, name: str, partition: Partition, *, schema: pa.Schema, columns: list[str] | None = None
) -> pa.Table:
    """Return the staged, else the published rows of a partition, else none of them."""
    path = current_file(layout, name, partition)
    if path is None:
        empty = schema.empty_table()
        return empty.select(columns) if columns else empty
    return read_rows(path, columns)


def work_file(layout: Layout, kind: str, name: str) -> Path:
    """Return where a file that steps hand on is staged; it is never published."""
    return layout.staging / "work" / kind / f"{name}.arrow"


def partition_name(partition: Partition) -> str:
    """Return a file name for a partition's work files."""
    return f"{partition.month}-{partition.bucket:04d}"


def write_batches(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write tables to an Arrow file, one batch each."""
    with batch_writer(path, schema) as write:
        for table in tables:
            write(table)


@contextmanager
def batch_writer(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    """Yield what writes a table to an Arrow file, as one batch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:

        def write(table: pa.Table) -> None:
            batches = table.cast(schema).combine_chunks().to_batches()
            writer.write_batch(batches[0] if batches else pa.RecordBatch.from_pylist([], schema))

        yield write


def read_batch(path: Path, number: int) -> pa.Table:
    """Read one batch of an Arrow file."""
    with pa.memory_map(str(path)) as source:
        return pa.Table.from_batches([pa.ipc.open_file(source).get_batch(number)])


def read_all(path: Path) -> pa.Table:
    """Read all batches of an Arrow file."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
