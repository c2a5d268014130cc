"""Merge: what is new of a partition with what it held, each document under its id."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.readers import READ_SCHEMA
from flows.steps.staging import partition_name, read_all, read_batch, work_file, write_batches
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition
from flows.tables.upgrade import upgraded
from schemas import DOCUMENTS

MERGED_SCHEMA = pa.schema([field for field in DOCUMENTS.full_schema if field.name not in ("outcome", "article_id")])
"""Documents before anything is decided of them."""


@dataclass(frozen=True)
class MergeTask:
    """What one call of `merge_step` gets."""

    layout: Layout
    partition: Partition
    batches: tuple[tuple[Path, int], ...]
    """The files and batches that hold new documents of this partition."""
    known: Path | None
    """An Arrow file of ids that changed raw files gave before; they are not new."""


@dataclass(frozen=True)
class MergeResult:
    """What one call of `merge_step` found."""

    partition: Partition
    new: int
    known: int
    documents: int
    sites: frozenset[str]
    """Sites that have new documents."""


def merge_step(task: MergeTask) -> MergeResult:
    """Write the partition's documents, old and new, sorted by site, time and id."""
    fresh = pa.concat_tables([read_batch(path, number) for path, number in task.batches] or [READ_SCHEMA.empty_table()])
    fresh = _identified(fresh)
    read = len(fresh)
    if task.known is not None and read:
        known = read_all(task.known)["document_id"]
        fresh = fresh.filter(pc.invert(pc.is_in(fresh["document_id"], value_set=known)))
    held = published_documents(task.layout, task.partition)
    merged = pa.concat_tables([held, fresh.select(MERGED_SCHEMA.names).cast(MERGED_SCHEMA)])
    merged = merged.sort_by([(name, "ascending") for name in DOCUMENTS.order])
    write_batches(merged_file(task.layout, task.partition), MERGED_SCHEMA, [merged])
    return MergeResult(
        task.partition,
        new=len(fresh),
        known=read - len(fresh),
        documents=len(merged),
        sites=frozenset(pc.unique(fresh["site"]).to_pylist()),
    )


def merged_file(layout: Layout, partition: Partition) -> Path:
    """Return where a partition's merged documents are."""
    return work_file(layout, "documents", partition_name(partition))


def merged_documents(layout: Layout, partition: Partition) -> pa.Table:
    """Return a partition's documents: merged ones, else the published."""
    path = merged_file(layout, partition)
    return read_all(path) if path.exists() else published_documents(layout, partition)


def published_documents(layout: Layout, partition: Partition) -> pa.Table:
    """Return a partition's published documents, without what was decided of them."""
    path = layout.file("documents", partition)
    if not path.exists():
        return MERGED_SCHEMA.empty_table()
    columns = [name for name in MERGED_SCHEMA.names if name != "month"]
    rows = read_rows(path, columns)
    rows = upgraded(rows, DOCUMENTS, columns)
    month = pa.array([partition.month], pa.string()).take(pa.array(np.zeros(len(rows), dtype=np.int64)))
    return rows.append_column("month", month).select(MERGED_SCHEMA.names).cast(MERGED_SCHEMA)


def _identified(fresh: pa.Table) -> pa.Table:
    """Add document_id: the hash of source path and record; a record that a file repeats is numbered.

    The record's number in its file has no part in it: a line put in at the top must not make
    strangers of all the others.
    """
    fresh = fresh.sort_by([("source_path", "ascending"), ("content_hash", "ascending"), ("record_no", "ascending")])
    ids = []
    before, times = None, 0
    for record in zip(fresh["source_path"].to_pylist(), fresh["content_hash"].to_pylist(), strict=True):
        times = times + 1 if record == before else 0
        before = record
        key = "\0".join((*record, str(times)) if times else record)
        ids.append(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())
    return fresh.append_column("document_id", pa.array(ids, pa.string()))
