"""Facts: what matching needs of a partition's documents, staged by the step that cleans them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.titles import title_key
from flows.dedup.bands import band_keys
from flows.dedup.decisions import article_id_of
from flows.settings import Settings
from flows.steps.staging import partition_name, work_file, write_batches
from flows.tables.ids import ID, hash_id, to_binary
from flows.tables.index import BANDS, FACTS, TEASERS, index_schema
from flows.tables.layout import Layout, Partition
from flows.tables.matrices import to_column, to_matrix


def facts_schema(settings: Settings) -> pa.Schema:
    """Return the schema of staged facts."""
    return pa.schema([*FACTS, index_schema(settings.bands).field(BANDS)])


def stage_facts(
    layout: Layout,
    partition: Partition,
    settings: Settings,
    *,
    documents: pa.Table,
    cleaned: pa.Table,
    cleaned_by: pa.Array,
) -> None:
    """Stage a row per document; `cleaned` has the rows of those that weren't rejected.

    `cleaned_by` is the version of the rules for documents that were cleaned now, rejected ones too.
    """
    found = pc.index_in(documents["document_id"].combine_chunks(), value_set=cleaned["document_id"].combine_chunks())
    own = cleaned.take(found)
    sites, urls = documents["site"].to_pylist(), documents["url"].to_pylist()
    ids = documents["document_id"]
    columns = {
        "document_id": to_binary(ids),
        "bucket": pa.array([partition.bucket] * len(ids), pa.int16()),
        "site": documents["site"],
        "source": pa.array([hash_id(path) for path in documents["source_path"].to_pylist()], ID),
        "url": pa.array([article_id_of(url, key) for url, key in zip(urls, ids.to_pylist(), strict=True)], ID),
        "body": own["body_hash"],
        "title": title_ids(sites, own["title"].to_pylist()),
        "published_at": own["published_at"],
        "fetched_at": documents["fetched_at"],
        "agency": pc.greater(pc.list_value_length(own["agencies"]), 0),
        "cleaning_version": pc.coalesce(cleaned_by, own["cleaning_version"]),
        "reading_version": documents["reading_version"],
        BANDS: _bands(cleaned["signature"], settings).take(found),
    }
    rows = pa.table(columns).cast(facts_schema(settings))
    write_batches(facts_file(layout, partition), rows.schema, [rows])


def stage_teasers(layout: Layout, partition: Partition, *, documents: pa.Table, links: pa.Table) -> None:
    """Stage the headlines that the partition's pages point to."""
    titled = links.select(["document_id", "title"]).filter(pc.is_valid(links["title"]))
    places = pc.index_in(titled["document_id"].combine_chunks(), value_set=documents["document_id"].combine_chunks())
    pairs = titled.append_column("site", documents["site"].take(places)).group_by(["site", "title"]).aggregate([])
    ids = pc.unique(title_ids(pairs["site"].to_pylist(), pairs["title"].to_pylist())).drop_null()
    rows = pa.table([pa.array([partition.bucket] * len(ids), pa.int16()), ids], schema=TEASERS)
    write_batches(teasers_file(layout, partition), TEASERS, [rows])


def facts_file(layout: Layout, partition: Partition) -> Path:
    """Return where a partition's facts are staged."""
    return work_file(layout, "facts", partition_name(partition))


def teasers_file(layout: Layout, partition: Partition) -> Path:
    """Return where the headlines that a partition's pages point to are staged."""
    return work_file(layout, "teasers", partition_name(partition))


def title_ids(sites: list[str], titles: list[str | None]) -> pa.Array:
    """Return what headlines of sites are found by."""
    return pa.array(
        [hash_id(site, title_key(title)) if title else None for site, title in zip(sites, titles, strict=True)], ID
    )


def _bands(signatures: pa.ChunkedArray, settings: Settings) -> pa.Array:
    keys = band_keys(to_matrix(signatures.combine_chunks(), "<u4"), settings.bands)
    return to_column(keys.astype("<u8"))
