"""Merge: what is new of a partition with what it held, each document under its id."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.readers import READ_SCHEMA
from flows.readers.kept_pages import KEPT
from flows.steps.keep import Arrived, stage_pages
from flows.steps.staging import partition_name, read_all, work_file, write_batches
from flows.steps.touched import find_touched, touched_pages
from flows.steps.withheld import Tombs, Withheld, load_tombs, withhold
from flows.tables.files import read_rows
from flows.tables.ids import ID, to_hex
from flows.tables.layout import Layout, Partition
from flows.tables.tombstones import Trace
from flows.tables.upgrade import upgraded
from schemas import DOCUMENTS
from schemas.rejections import source_of

MERGED_SCHEMA = pa.schema([field for field in DOCUMENTS.full_schema if field.name not in ("outcome", "article_id")])
"""Documents before anything is decided of them."""
REREAD_SCHEMA = MERGED_SCHEMA.append(pa.field("page", KEPT))
"""Documents read again; the page goes along where the site is another now, and with it maybe the partition."""


@dataclass(frozen=True)
class MergeTask:
    """What one call of `merge_step` gets."""

    layout: Layout
    partition: Partition
    batches: tuple[tuple[Path, int], ...]
    """The files and batches that hold new documents of this partition."""
    known: Path | None
    """An Arrow file of ids that changed raw files gave before; they are not new."""
    reread: tuple[tuple[Path, int], ...] = ()
    """The files and batches that hold documents of this partition whose pages were read again."""
    moved: tuple[str, ...] = ()
    """Documents of this partition whose site, and maybe partition, is another since they were read again."""
    again: bool = False
    """Whether what the partition holds is held against the tombstones too, as something was taken down."""


@dataclass(frozen=True)
class MergeResult:
    """What one call of `merge_step` found."""

    partition: Partition
    new: int
    known: int
    documents: int
    sites: frozenset[str]
    """Sites that have new documents, or lose some of what they had."""
    sources: dict[str, int] = field(default_factory=dict)
    """Records that became new documents, or are withheld, by the source that they are of."""
    withheld: int = 0
    """Documents that were read and stay out, as they were taken down."""
    forgotten: Withheld = field(default_factory=Withheld)
    """What the partition held and must go."""
    traces: frozenset[Trace] = frozenset()


def merge_step(task: MergeTask) -> MergeResult:
    """Write the partition's documents, old and new, sorted by site, time and id, and its pages where they change."""
    pages = Arrived()
    fresh = _identified(pages.rows(task.batches, READ_SCHEMA))
    reread = pages.rows(task.reread, REREAD_SCHEMA)
    held, tombs = published_documents(task.layout, task.partition), load_tombs(task.layout)
    read, restored = len(fresh), _restored(fresh, held, tombs)
    if task.known is not None and read:
        known = read_all(task.known)["document_id"]
        fresh = _without(fresh, known.filter(pc.invert(pc.is_in(known, value_set=restored))))
    held, known_count = _without(held, restored), read - len(fresh)
    sources = _sources(fresh)
    moved = _moved(task, held, reread)
    held = _without(_without(held, reread["document_id"]), pa.array(task.moved, pa.string()))
    withheld = forgotten = Withheld()
    if tombs:
        fresh, withheld = withhold(fresh, tombs, find_touched(pages.of(fresh), tombs))
        reread, forgotten = withhold(reread, tombs)
        if task.again:
            held, forgotten = withhold(held, tombs, touched_pages(task.layout, task.partition, tombs))
    merged = pa.concat_tables([rows.select(MERGED_SCHEMA.names).cast(MERGED_SCHEMA) for rows in (held, fresh, reread)])
    merged = merged.sort_by([(name, "ascending") for name in DOCUMENTS.order])
    write_batches(merged_file(task.layout, task.partition), MERGED_SCHEMA, [merged])
    stage_pages(task.layout, task.partition, merged, pages, [fresh, reread])
    return MergeResult(
        task.partition,
        new=len(fresh),
        known=known_count,
        documents=len(merged),
        sources=sources,
        sites=forgotten.sites.union(moved, pc.unique(fresh["site"]).to_pylist()),
        withheld=len(withheld.documents),
        forgotten=forgotten,
        traces=withheld.traces | forgotten.traces,
    )


def _moved(task: MergeTask, held: pa.Table, reread: pa.Table) -> set[str]:
    """Return the sites that documents leave and come to, as their pages were read again."""
    if not task.moved and not len(reread):
        return set()
    before = held.select(["document_id", "site"])
    leave = pc.is_in(before["document_id"], value_set=pa.array(task.moved, pa.string()))
    return {*before["site"].filter(leave).to_pylist(), *reread["site"].filter(pc.is_valid(reread["place"])).to_pylist()}


def _restored(fresh: pa.Table, held: pa.Table, tombs: Tombs | None) -> pa.Array:
    """Return ids of documents that lost lines to a takedown that was lifted, and are read again whole."""
    if tombs is None or not len(tombs.restored):
        return pa.array([], pa.string())
    lost = pc.is_in(held["document_id"], value_set=to_hex(tombs.restored.cast(ID)))
    return held["document_id"].filter(pc.and_(lost, pc.is_in(held["document_id"], value_set=fresh["document_id"])))


def _sources(fresh: pa.Table) -> dict[str, int]:
    found: Counter[str] = Counter()
    for entry in pc.value_counts(fresh["source_path"]).to_pylist():
        found[source_of(entry["values"])] += entry["counts"]
    return dict(found)


def _without(rows: pa.Table, ids: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["document_id"], value_set=ids)))


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
