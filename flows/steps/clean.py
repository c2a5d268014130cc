"""Clean: documents of some sites of a partition, with the month before as evidence of what repeats.

All that decides about a site's lines lies in that site's documents: the rows of other sites stay as they are.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.clean import LINK_SCHEMA, Cleaned, clean_documents
from flows.dedup.signatures import sign_bodies
from flows.settings import Settings
from flows.sites import load_profiles
from flows.sites.overrides import Overrides
from flows.steps.facts import stage_facts, stage_teasers
from flows.steps.merge import merged_documents
from flows.steps.staging import next_file, partition_name, work_file, write_batches
from flows.tables.files import read_rows, write_parquet, write_table
from flows.tables.layout import Layout, Partition
from flows.tables.versions import versions_of
from schemas import ARTICLES, DOCUMENTS, REJECTIONS, REMOVED_LINES, SITE_LINES


def cleaned_schema(settings: Settings) -> pa.Schema:
    """Return the schema of `_cleaned`: articles, a row per document, with what deduplication needs."""
    return pa.schema(
        [
            *ARTICLES.schema,
            pa.field("body_hash", pa.binary(16), nullable=False),
            pa.field("signature", pa.binary(4 * settings.signature_hashes), nullable=False),
        ]
    )


@dataclass(frozen=True)
class CleanTask:
    """What one call of `clean_step` gets."""

    layout: Layout
    partition: Partition
    sites: frozenset[str]
    """Sites whose documents are cleaned."""
    settings: Settings
    cleaning_version: str
    overrides: Overrides
    """What the user said of lines."""


@dataclass(frozen=True)
class CleanResult:
    """What one call of `clean_step` found."""

    partition: Partition
    cleaned: int
    rejected: int


def clean_step(task: CleanTask) -> CleanResult:
    """Clean documents of one partition and stage what depends on the partition alone."""
    layout, partition = task.layout, task.partition
    own = merged_documents(layout, partition)
    wanted = pa.array(sorted(task.sites), pa.string())
    touched = pc.is_in(own["site"], value_set=wanted)
    cleaned = _clean(task, own.filter(touched), wanted)
    held = _Held(task, own.filter(pc.invert(touched))["document_id"], wanted)
    rows = _stage_cleaned(task, _signed(cleaned.articles, task.settings), held)
    links = _stage_links(task, cleaned, held)
    _stage_tables(task, cleaned, held, versions_of(rows, default=task.cleaning_version))
    cleaned_by = pc.if_else(touched, task.cleaning_version, pa.scalar(None, pa.string()))
    stage_facts(layout, partition, task.settings, documents=own, cleaned=rows, cleaned_by=cleaned_by)
    stage_teasers(layout, partition, documents=own, links=links)
    return CleanResult(partition, cleaned=len(cleaned.articles), rejected=len(cleaned.rejections))


def _clean(task: CleanTask, own: pa.Table, sites: pa.Array) -> Cleaned:
    before = merged_documents(task.layout, task.partition.previous)
    evidence = before.filter(pc.is_in(before["site"], value_set=sites))
    documents = pa.concat_tables([evidence, own]).sort_by([(name, "ascending") for name in DOCUMENTS.order])
    return clean_documents(
        documents,
        month=task.partition.month,
        profiles=load_profiles(task.settings.profiles),
        settings=task.settings,
        cleaning_version=task.cleaning_version,
        overrides=task.overrides,
    )


def _signed(articles: pa.Table, settings: Settings) -> pa.Table:
    """Add what deduplication compares."""
    body_hash, signature = sign_bodies(
        articles["body"].combine_chunks(), words=settings.shingle_words, hashes=settings.signature_hashes
    )
    signed = articles.append_column("body_hash", body_hash).append_column("signature", signature)
    return signed.cast(cleaned_schema(settings))


class _Held:
    """What is published of the partition's other sites."""

    def __init__(self, task: CleanTask, others: pa.ChunkedArray, sites: pa.Array) -> None:
        self._task, self._ids, self._sites = task, others.combine_chunks(), sites

    def of_documents(self, name: str, schema: pa.Schema) -> pa.Table:
        """Return the rows of a table that stand for documents of other sites."""
        rows = self._rows(name, schema)
        return rows.filter(pc.is_in(rows["document_id"], value_set=self._ids))

    def of_sites(self, name: str, schema: pa.Schema) -> pa.Table:
        """Return the rows of a table that stand for other sites themselves."""
        rows = self._rows(name, schema)
        return rows.filter(pc.invert(pc.is_in(rows["site"], value_set=self._sites)))

    def _rows(self, name: str, schema: pa.Schema) -> pa.Table:
        path = self._task.layout.file(name, self._task.partition)
        if not len(self._ids) or not path.exists():
            return schema.empty_table()
        return read_rows(path, schema.names).cast(schema)


def _stage_cleaned(task: CleanTask, articles: pa.Table, held: _Held) -> pa.Table:
    schema = cleaned_schema(task.settings)
    rows = pa.concat_tables([held.of_documents("_cleaned", schema), articles])
    ordered = rows.sort_by([(name, "ascending") for name in DOCUMENTS.order])
    write_parquet(ordered, next_file(task.layout, "_cleaned", task.partition))
    return ordered


def _stage_links(task: CleanTask, cleaned: Cleaned, held: _Held) -> pa.Table:
    links = pa.concat_tables([held.of_documents("_links", LINK_SCHEMA), cleaned.links.cast(LINK_SCHEMA)])
    ordered = links.sort_by([("document_id", "ascending"), ("position", "ascending")])
    write_parquet(ordered, next_file(task.layout, "_links", task.partition))
    return ordered


def _stage_tables(task: CleanTask, cleaned: Cleaned, held: _Held, version: str) -> None:
    layout, partition = task.layout, task.partition
    removed = held.of_documents("removed_lines", REMOVED_LINES.schema)
    learned = held.of_sites("site_lines", SITE_LINES.schema)
    for table, kept, rows in (
        (REMOVED_LINES, removed, cleaned.removed_lines),
        (SITE_LINES, learned, cleaned.site_lines),
    ):
        both = pa.concat_tables([kept, rows.select(table.schema.names).cast(table.schema)])
        write_table(table, both, next_file(layout, table.name, partition), cleaning_version=version)
    rejected = held.of_documents("rejections", REJECTIONS.schema)
    write_batches(
        work_file(layout, "clean_rejections", partition_name(partition)),
        REJECTIONS.schema,
        [pa.concat_tables([rejected, cleaned.rejections.select(REJECTIONS.schema.names).cast(REJECTIONS.schema)])],
    )
