"""Read: a group of raw files (or a slice of one) into documents, sorted by partition."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.readers import READ_SCHEMA, ReadUnit, stream_unit
from flows.settings import Settings
from flows.sites import load_profiles
from flows.steps.kept import ReadResult, keep, load_kept
from flows.steps.meters import Meter
from flows.steps.staging import batch_writer
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
    """Where the documents go, batches of one partition each."""
    rejections: Path
    meter: Path
    """Where the number of bytes read so far is told."""
    kept: Path | None = None
    """The folder that keeps what was read, for the case that the run is stopped before it publishes."""


@dataclass
class _Written:
    """What was written so far."""

    batches: dict[Partition, list[int]] = field(default_factory=dict)
    count: int = 0
    rejected: int = 0
    months: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)


def read_step(task: ReadTask) -> ReadResult:
    """Read one unit and write its documents and rejections, unless a run before this one had got so far."""
    if task.kept is None:
        return _read(task)
    if (held := load_kept(task.kept)) is not None:
        return held
    result = _read(task)
    return result if result.unreadable else keep(result, task.kept)


def _read(task: ReadTask) -> ReadResult:
    profiles, written = load_profiles(task.settings.profiles), _Written()
    with (
        Meter(task.meter) as meter,
        batch_writer(task.documents, READ_SCHEMA) as write_documents,
        batch_writer(task.rejections, REJECTIONS.full_schema) as write_rejections,
    ):

        def take(documents: pa.Table, rejections: pa.Table) -> None:
            for partition, rows in by_partition(documents, task.settings.buckets).items():
                write_documents(rows)
                written.batches.setdefault(partition, []).append(written.count)
                written.count += 1
            if len(rejections):
                write_rejections(rejections)
                written.rejected += len(rejections)
                written.months.update(pc.unique(rejections["month"]).to_pylist())
                written.unreadable.update(_unreadable(rejections))

        counts = stream_unit(
            task.unit, take, raw=task.raw, settings=task.settings, sites=profiles.recognise, meter=meter.count
        )
    return ReadResult(
        records=counts.records,
        rejected=written.rejected,
        documents=task.documents,
        rejections=task.rejections,
        batches={partition: tuple(numbers) for partition, numbers in written.batches.items()},
        rejection_months=tuple(sorted(written.months)),
        unreadable=tuple(sorted(written.unreadable)),
        passed_over=dict(counts.passed_over),
    )


def _unreadable(rejections: pa.Table) -> list[str]:
    rows = rejections.filter(pc.equal(rejections["reason"], "unreadable_file"))
    return pc.unique(rows["source_path"]).to_pylist()  # type: ignore[no-any-return]


def by_partition(documents: pa.Table, buckets: int) -> dict[Partition, pa.Table]:
    """Return documents as readers give them by the partition that they belong to."""
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
