"""Read: a group of raw files (or a slice of one) into documents, sorted by partition."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.readers import READ_SCHEMA, ReadUnit, read_unit
from flows.settings import Settings
from flows.sites import load_profiles
from flows.steps.staging import write_batches
from flows.tables.layout import Partition, bucket_of
from schemas import REJECTIONS

REJECTIONS_BUCKET = 0
"""Rejections of the reading stage have no site yet: they stand in the first bucket of their month."""


@dataclass(frozen=True)
class ReadTask:
    """What one call of `read_step` gets."""

    unit: ReadUnit
    raw: Path
    settings: Settings
    documents: Path
    """Where the documents go, one batch a partition."""
    rejections: Path


@dataclass(frozen=True)
class ReadResult:
    """What one call of `read_step` found."""

    records: int
    rejected: int
    documents: Path
    rejections: Path
    batches: dict[Partition, int]
    """The batch of each partition in the documents' file."""
    rejection_months: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
    """Raw files that couldn't be read: another run must try again."""


def read_step(task: ReadTask) -> ReadResult:
    """Read one unit and write its documents and rejections."""
    profiles = load_profiles(task.settings.profiles)
    tables = read_unit(task.unit, raw=task.raw, settings=task.settings, sites=profiles.recognise)
    by_partition = _by_partition(tables.documents, task.settings.buckets)
    write_batches(task.documents, READ_SCHEMA, by_partition.values())
    if len(tables.rejections):
        write_batches(task.rejections, REJECTIONS.full_schema, [tables.rejections])
    months = pc.unique(tables.rejections["month"]).to_pylist()
    return ReadResult(
        records=tables.records,
        rejected=len(tables.rejections),
        documents=task.documents,
        rejections=task.rejections,
        batches={partition: number for number, partition in enumerate(by_partition)},
        rejection_months=tuple(sorted(months)),
        unreadable=_unreadable(tables.rejections),
    )


def _unreadable(rejections: pa.Table) -> tuple[str, ...]:
    rows = rejections.filter(pc.equal(rejections["reason"], "unreadable_file"))
    return tuple(sorted(set(rows["source_path"].to_pylist())))


def _by_partition(documents: pa.Table, buckets: int) -> dict[Partition, pa.Table]:
    bucket = partial(bucket_of, buckets=buckets)
    sites = pc.dictionary_encode(documents["site"].combine_chunks())
    of_site = pa.array([bucket(site) for site in sites.dictionary.to_pylist()], pa.int32())
    documents = documents.append_column("bucket", of_site.take(sites.indices))
    groups = documents.select(["month", "bucket"]).group_by(["month", "bucket"]).aggregate([]).to_pylist()
    result = {}
    for partition in sorted(Partition(group["month"], group["bucket"]) for group in groups):
        mask = pc.and_(pc.equal(documents["month"], partition.month), pc.equal(documents["bucket"], partition.bucket))
        result[partition] = documents.filter(mask).drop_columns(["bucket"])
    return result
