"""Reread: documents of a partition anew from their kept pages, where another reader than today's read them last."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from flows.readers.again import READ_AGAIN, read_again
from flows.readers.kept_pages import pack_again, reading_version
from flows.settings import Settings
from flows.sites import load_profiles
from flows.steps.keep import published_pages
from flows.steps.merge import REREAD_SCHEMA, published_documents
from flows.steps.staging import write_batches
from flows.tables.layout import Layout, Partition, bucket_of
from schemas import PAGES

BATCH_ROWS = 500
"""Documents read again that are held at a time: their texts, and of some their pages."""


@dataclass(frozen=True)
class RereadTask:
    """What one call of `reread_step` gets."""

    layout: Layout
    partition: Partition
    sites: frozenset[str]
    """Sites whose pages are read again."""
    settings: Settings
    documents: Path
    """Where the documents go."""


@dataclass(frozen=True)
class RereadResult:
    """What one call of `reread_step` found."""

    documents: Path
    batches: tuple[tuple[Partition, int], ...]
    """The partition of each batch in the documents' file, and the batch."""
    read: int
    """Pages that were read again."""
    changed: int
    """Documents that are other than before."""
    unreadable: int
    """Pages in which today's reader finds no document; these stay as they were read before."""
    not_kept: int
    """Documents that were read from a page that wasn't kept."""
    moved: tuple[tuple[Partition, str], ...] = ()
    """Documents whose site is another now, by the partition they leave."""


@dataclass
class _Found:
    """What came of a partition's pages so far."""

    read: int = 0
    changed: int = 0
    unreadable: int = 0
    moved: list[str] = field(default_factory=list)
    waiting: dict[Partition, list[dict[str, Any]]] = field(default_factory=dict)


def reread_step(task: RereadTask) -> RereadResult:
    """Read pages again and write their documents."""
    own = published_documents(task.layout, task.partition)
    own = own.filter(pc.is_in(own["site"], value_set=pa.array(sorted(task.sites), pa.string())))
    version = own["reading_version"]
    stale = own.filter(pc.fill_null(pc.not_equal(version, reading_version(task.settings)), False))
    found = _Found()
    batches: list[tuple[Partition, int]] = []

    def tables() -> Iterator[pa.Table]:
        for partition, rows in _batches(task, stale, found):
            batches.append((partition, len(batches)))
            yield pa.Table.from_pylist(rows, schema=REREAD_SCHEMA)

    if len(stale):
        write_batches(task.documents, REREAD_SCHEMA, tables())
    not_kept = pc.and_(pc.is_valid(own["markup"]), pc.is_null(version))
    return RereadResult(
        documents=task.documents,
        batches=tuple(batches),
        read=found.read,
        changed=found.changed,
        unreadable=found.unreadable,
        not_kept=pc.sum(not_kept).as_py() or 0,
        moved=tuple((task.partition, key) for key in found.moved),
    )


def _batches(task: RereadTask, stale: pa.Table, found: _Found) -> Iterator[tuple[Partition, list[dict[str, Any]]]]:
    places = {key: place for place, key in enumerate(stale["document_id"].to_pylist())}
    for page in published_pages(task.layout.file(PAGES.name, task.partition)):
        if page["document_id"] in places:
            document = stale.slice(places[page["document_id"]], 1).to_pylist()[0]
            now = _anew(task, page, document, found)
            partition = Partition(now["month"], bucket_of(now["site"], task.settings.buckets))
            rows = found.waiting.setdefault(partition, [])
            rows.append(now)
            if len(rows) >= BATCH_ROWS:
                yield partition, found.waiting.pop(partition)
    yield from found.waiting.items()


def _anew(task: RereadTask, page: dict[str, Any], document: dict[str, Any], found: _Found) -> dict[str, Any]:
    """Return a document as today's reader reads it, or as it was when that finds none in its page."""
    sites = load_profiles(task.settings.profiles).recognise
    told = read_again(page, document, settings=task.settings, sites=sites)
    found.read += 1
    now = {**document, "reading_version": reading_version(task.settings), "page": None}
    if told is None:
        found.unreadable += 1
        return now
    found.changed += any(told[name] != document[name] for name in READ_AGAIN)
    if told["site"] != document["site"]:
        found.moved.append(document["document_id"])
        now["page"] = pack_again(page)
    return {**now, **told}
