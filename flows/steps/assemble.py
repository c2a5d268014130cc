"""Assemble: a partition's published tables, from what was merged, cleaned and decided."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.cleaning.clean import LINK_SCHEMA
from flows.settings import Settings
from flows.steps.clean import cleaned_schema
from flows.steps.facts import title_ids
from flows.steps.handover import DECIDED, decided_file
from flows.steps.merge import merged_documents
from flows.steps.redact import redact
from flows.steps.staging import current_file, current_rows, next_file, partition_name, read_all, work_file
from flows.steps.targets import TARGETS, targets_file
from flows.steps.withheld import load_tombs
from flows.tables.carrying import same_content
from flows.tables.counts import Counts
from flows.tables.files import read_rows, table_metadata, write_table
from flows.tables.layout import Layout, Partition
from flows.tables.tombstones import Trace
from flows.tables.upgrade import upgraded
from flows.tables.versions import versions_of
from schemas import ARTICLES, DOCUMENTS, DUPLICATES, REJECTIONS, RELATED, TABLES, Table

STATE_TABLES = ("_cleaned", "_links")
PARTITIONED = tuple(name for name in TABLES if name != "runs")


@dataclass(frozen=True)
class AssembleTask:
    """What one call of `assemble_step` gets."""

    layout: Layout
    partition: Partition
    settings: Settings
    cleaning_version: str
    read_rejections: tuple[Path, ...]
    """Arrow files with new rejections of the reading stage."""
    changed_sources: frozenset[str]
    """Raw files that were read again: what was rejected of them before is forgotten."""


@dataclass(frozen=True)
class AssembleResult:
    """What one call of `assemble_step` found."""

    partition: Partition
    changed: tuple[str, ...]
    """Tables whose staged file differs from the published one."""
    counts: Counts
    """What the partition will hold."""
    traces: frozenset[Trace]
    """What was found of what was taken down."""


def assemble_step(task: AssembleTask) -> AssembleResult:
    """Stage the partition's tables, those that differ from what is published alone."""
    cleaned = _cleaned(task)
    version = versions_of(cleaned, default=task.cleaning_version)
    rejections, traces = _rejections(task)
    for table, rows in [*_tables(task, cleaned), (REJECTIONS, rejections)]:
        if _may_differ(task, table.name, rows):
            path = next_file(task.layout, table.name, task.partition)
            write_table(table, rows, path, cleaning_version=version)
    return AssembleResult(task.partition, tuple(_changed(task, version)), _count(task), traces)


def _count(task: AssembleTask) -> Counts:
    """Count what the partition will hold."""
    paths = {name: current_file(task.layout, name, task.partition) for name in PARTITIONED}
    by = {"documents": "outcome", "removed_lines": "role", "rejections": "reason"}
    tally = {name: _tally(paths[name], column) for name, column in by.items()}
    rows = {name: int(pq.read_metadata(path).num_rows) if path else 0 for name, path in paths.items()}
    return Counts(rows, tally["documents"], tally["removed_lines"], tally["rejections"])


def _tally(path: Path | None, column: str) -> dict[str, int]:
    if path is None:
        return {}
    return {
        count["values"]: count["counts"] for count in pc.value_counts(read_rows(path, [column])[column]).to_pylist()
    }


def _cleaned(task: AssembleTask) -> pa.Table:
    schema = cleaned_schema(task.settings)
    return current_rows(task.layout, "_cleaned", task.partition, schema=schema, columns=ARTICLES.schema.names)


def _changed(task: AssembleTask, version: str) -> list[str]:
    """Name the staged files that differ from the published ones; throw the others away."""
    changed = []
    for name in (*PARTITIONED, *STATE_TABLES):
        staged = next_file(task.layout, name, task.partition)
        if not staged.exists():
            _stage_empty(task, name, staged, version)
        if not staged.exists():
            continue
        if same_content(staged, task.layout.file(name, task.partition)):
            staged.unlink()
        else:
            changed.append(name)
    return changed


def _stage_empty(task: AssembleTask, name: str, staged: Path, version: str) -> None:
    """Give a partition that has but rejections a file in every table, so that no glob is ever empty."""
    published = task.layout.file(name, task.partition)
    table = TABLES.get(name)
    if table and (not published.exists() or _is_empty_of_before(published, table, version)):
        write_table(table, table.schema.empty_table(), staged, cleaning_version=version)


def _is_empty_of_before(path: Path, table: Table, version: str) -> bool:
    """Tell whether an empty file names other rules or columns than one of today's would, as in a new folder."""
    file = pq.read_metadata(path)
    today = table_metadata(table, version)
    return bool(file.num_rows == 0 and any(file.metadata.get(key.encode()) != today[key].encode() for key in today))


def _tables(task: AssembleTask, cleaned: pa.Table) -> list[tuple[Table, pa.Table]]:
    layout, partition = task.layout, task.partition
    decisions = _work_rows(decided_file(layout, partition), DECIDED)
    return [
        (DOCUMENTS, _documents(merged_documents(layout, partition), decisions)),
        (ARTICLES, _articles(cleaned, decisions)),
        (RELATED, _related(layout, partition, cleaned, decisions)),
        (DUPLICATES, _duplicates(decisions)),
    ]


def _work_rows(path: Path, schema: pa.Schema) -> pa.Table:
    return read_all(path) if path.exists() else schema.empty_table()


def _looked_up(ids: pa.ChunkedArray, table: pa.Table) -> pa.Table:
    """Return the rows of `table` (by document_id) for `ids`; nulls where it has none."""
    places = pc.index_in(ids.combine_chunks(), value_set=table["document_id"].combine_chunks())
    return table.take(places)


def _documents(merged: pa.Table, decisions: pa.Table) -> pa.Table:
    found = _looked_up(merged["document_id"], decisions)
    outcome = pc.fill_null(found["outcome"], "rejected")
    return (
        merged.drop_columns(["month"])
        .append_column("outcome", outcome)
        .append_column("article_id", found["article_id"])
    )


def _articles(cleaned: pa.Table, decisions: pa.Table) -> pa.Table:
    keepers = decisions.filter(pc.equal(decisions["outcome"], "article"))
    rows = cleaned.filter(pc.is_in(cleaned["document_id"], value_set=keepers["document_id"]))
    found = _looked_up(rows["document_id"], keepers)
    for name in ("article_id", "duplicate_count", "revision_count"):
        rows = rows.set_column(rows.schema.get_field_index(name), name, found[name])
    return rows


def _related(layout: Layout, partition: Partition, cleaned: pa.Table, decisions: pa.Table) -> pa.Table:
    links = current_rows(layout, "_links", partition, schema=LINK_SCHEMA)
    keepers = decisions.filter(pc.equal(decisions["outcome"], "article"))
    links = links.filter(pc.is_in(links["document_id"], value_set=keepers["document_id"]))
    article = _looked_up(links["document_id"], keepers)["article_id"].combine_chunks()
    sites = _looked_up(links["document_id"], cleaned.select(["document_id", "site"]))["site"].to_pylist()
    targets = _work_rows(targets_file(layout, partition.bucket), TARGETS)
    titles = title_ids(sites, links["title"].to_pylist())
    found = pc.index_in(titles, value_set=targets["title"].combine_chunks(), skip_nulls=True)
    target = targets["article_id"].combine_chunks().take(found)
    other = pc.if_else(pc.equal(target, article), pa.scalar(None, pa.string()), target)
    return links.append_column("article_id", article).append_column("target_article_id", other)


def _duplicates(decisions: pa.Table) -> pa.Table:
    rows = decisions.filter(pc.is_valid(decisions["method"]))
    return rows.select(["document_id", "article_id", "method", "kind", "similarity"])


def _rejections(task: AssembleTask) -> tuple[pa.Table, frozenset[Trace]]:
    """What stays rejected, what reading rejected now, and what cleaning rejects; without what was taken down."""
    layout, partition = task.layout, task.partition
    held = upgraded(current_rows(layout, "rejections", partition, schema=REJECTIONS.schema), REJECTIONS)
    fresh_clean = work_file(layout, "clean_rejections", partition_name(partition))
    from_cleaning = pc.equal(held["stage"], "clean")
    if task.changed_sources:
        again = pc.is_in(held["source_path"], value_set=pa.array(sorted(task.changed_sources), pa.string()))
        held = held.filter(pc.or_(from_cleaning, pc.invert(again)))
        from_cleaning = pc.equal(held["stage"], "clean")
    parts = [held]
    if fresh_clean.exists():
        parts = [held.filter(pc.invert(from_cleaning)), read_all(fresh_clean)]
    if partition.bucket == 0:
        parts += [_of_month(read_all(path), partition.month) for path in task.read_rejections]
    rows = pa.concat_tables([part.select(REJECTIONS.schema.names).cast(REJECTIONS.schema) for part in parts])
    tombs = load_tombs(layout)
    return redact(rows, tombs) if tombs else (rows, frozenset())


def _of_month(rows: pa.Table, month: str) -> pa.Table:
    return rows.filter(pc.equal(rows["month"], month))


_DECIDED = {
    "documents": ["document_id", "outcome", "article_id"],
    "articles": ["article_id", "document_id", "duplicate_count", "revision_count"],
    "related": ["article_id", "position", "target_article_id"],
    "duplicates": ["document_id", "article_id", "method", "kind", "similarity"],
}
"""Columns in which a partition that wasn't cleaned can change, as other partitions change around it."""


def _may_differ(task: AssembleTask, name: str, rows: pa.Table) -> bool:
    """Tell whether a table must be written: cheaper than to write it and compare."""
    path = task.layout.file(name, task.partition)
    columns = _DECIDED.get(name)
    if columns is None or not path.exists() or next_file(task.layout, "_cleaned", task.partition).exists():
        return True
    table = TABLES[name]
    fresh = rows.select(columns).cast(pa.schema([table.schema.field(column) for column in columns]))
    keys = [(column, "ascending") for column in columns[:2]]
    return not _sorted(fresh, keys).equals(_sorted(read_rows(path, columns), keys))


def _sorted(rows: pa.Table, keys: list[tuple[str, str]]) -> pa.Table:
    plain = pa.schema([field.remove_metadata() for field in rows.schema])
    return rows.sort_by(keys).cast(plain).replace_schema_metadata(None).combine_chunks()
