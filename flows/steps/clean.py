"""Clean: a partition's documents, with the month before as evidence of what repeats."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from flows.cleaning.clean import LINK_SCHEMA, clean_documents
from flows.dedup.signatures import sign_bodies
from flows.settings import Settings
from flows.sites import load_profiles
from flows.sites.overrides import Overrides
from flows.steps.merge import merged_documents
from flows.steps.staging import next_file, partition_name, work_file, write_batches
from flows.tables.files import write_parquet, write_table
from flows.tables.layout import Layout, Partition
from schemas import ARTICLES, REJECTIONS, REMOVED_LINES, SITE_LINES

CLEAN_REJECTIONS = pa.schema(list(REJECTIONS.schema))


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
    removed_by_role: dict[str, int]


def clean_step(task: CleanTask) -> CleanResult:
    """Clean one partition and stage what depends on it alone."""
    layout, partition = task.layout, task.partition
    evidence = merged_documents(layout, partition.previous)
    own = merged_documents(layout, partition)
    documents = pa.concat_tables([evidence, own]).sort_by(
        [("site", "ascending"), ("fetched_at", "ascending"), ("document_id", "ascending")]
    )
    cleaned = clean_documents(
        documents,
        month=partition.month,
        profiles=load_profiles(task.settings.profiles),
        settings=task.settings,
        cleaning_version=task.cleaning_version,
        overrides=task.overrides,
    )
    body_hash, signature = sign_bodies(
        cleaned.articles["body"].combine_chunks(),
        words=task.settings.shingle_words,
        hashes=task.settings.signature_hashes,
    )
    articles = cleaned.articles.append_column("body_hash", body_hash).append_column("signature", signature)
    version = task.cleaning_version
    write_parquet(articles.cast(cleaned_schema(task.settings)), next_file(layout, "_cleaned", partition))
    write_parquet(cleaned.links.cast(LINK_SCHEMA), next_file(layout, "_links", partition))
    for table, rows in ((REMOVED_LINES, cleaned.removed_lines), (SITE_LINES, cleaned.site_lines)):
        write_table(table, rows, next_file(layout, table.name, partition), cleaning_version=version)
    write_batches(
        work_file(layout, "clean_rejections", partition_name(partition)),
        CLEAN_REJECTIONS,
        [cleaned.rejections.select(CLEAN_REJECTIONS.names)],
    )
    return CleanResult(
        partition,
        cleaned=len(articles),
        rejected=len(cleaned.rejections),
        removed_by_role=dict(Counter(cleaned.removed_lines["role"].to_pylist())),
    )
