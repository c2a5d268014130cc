"""Audit: the staged files of a partition against the laws, read back from disk."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.errors import AuditError
from flows.settings import Settings
from flows.steps.clean import cleaned_schema
from flows.steps.staging import current_rows, next_file
from flows.tables.files import read_groups, read_rows
from flows.tables.layout import Layout, Partition
from flows.tables.reconstruct import rebuild_texts
from schemas import DOCUMENTS, PAGES, REJECTIONS, REMOVED_LINES, TABLES
from schemas.checks import find_violation


@dataclass(frozen=True)
class AuditTask:
    """What one call of `audit_step` gets."""

    layout: Layout
    partition: Partition
    settings: Settings


@dataclass(frozen=True)
class AuditResult:
    """What one call of `audit_step` counted in the partition as it will stand."""

    outcomes: dict[str, int]
    checked: int
    """Documents whose text was put together again."""


def audit_step(task: AuditTask) -> AuditResult:
    """Check a partition's tables as they will stand. Raises AuditError with the first thing that is wrong."""
    for name in TABLES:
        if name != "runs":
            _check_file(task, name)
    documents = current_rows(
        task.layout,
        "documents",
        task.partition,
        schema=DOCUMENTS.schema,
        columns=["document_id", "outcome", "reading_version", *(["text"] if _was_cleaned(task) else [])],
    )
    _check_pages(task, documents)
    counts = pc.value_counts(documents["outcome"].combine_chunks()).to_pylist()
    return AuditResult(
        outcomes={str(count["values"]): int(count["counts"]) for count in counts},
        checked=_check_reconstruction(task, documents),
    )


def _check_file(task: AuditTask, name: str) -> None:
    """Check a staged file's schema, constraints and keys; a published one was checked when it was staged."""
    path = next_file(task.layout, name, task.partition)
    if not path.exists():
        return
    table = TABLES[name]
    schema = pq.read_schema(path)
    if not schema.equals(table.schema):
        raise AuditError(f"{name}, {task.partition.path}: its schema isn't the table's")
    first = 0
    for rows in read_groups(path):
        violation = find_violation(table.model, rows)
        if violation:
            raise AuditError(f"{name}, {task.partition.path}: {replace(violation, row=first + violation.row)}")
        first += len(rows)
    key = [column for column in table.key if column in schema.names]
    keys = read_rows(path, key)
    if len(keys.group_by(key).aggregate([])) != len(keys):
        raise AuditError(f"{name}, {task.partition.path}: two rows have the same {', '.join(key)}")


def _check_pages(task: AuditTask, documents: pa.Table) -> None:
    """Every document that says so has its page, and no other."""
    told = documents.filter(pc.is_valid(documents["reading_version"]))["document_id"]
    kept = current_rows(task.layout, "pages", task.partition, schema=PAGES.schema, columns=["document_id"])
    if sorted(told.to_pylist()) != sorted(kept["document_id"].to_pylist()):
        raise AuditError(
            f"pages, {task.partition.path}: {len(kept)} pages are kept of {len(told)}; nothing is published"
        )


def _check_reconstruction(task: AuditTask, documents: pa.Table) -> int:
    """Law 2 for every document of a partition that was cleaned."""
    layout, partition = task.layout, task.partition
    if not _was_cleaned(task):
        return 0
    cleaned = current_rows(
        layout,
        "_cleaned",
        partition,
        schema=cleaned_schema(task.settings),
        columns=["document_id", "paragraphs"],
    )
    removed = current_rows(layout, "removed_lines", partition, schema=REMOVED_LINES.schema)
    known = (
        pa.concat_arrays([cleaned["document_id"].combine_chunks(), _without_text(task)])
        if len(documents)
        else pa.array([], pa.string())
    )
    expected = documents.filter(pc.is_in(documents["document_id"], value_set=known))
    rebuilt = rebuild_texts(expected["document_id"].combine_chunks(), _paragraphs(cleaned), removed)
    same = pc.equal(rebuilt, expected["text"].combine_chunks().cast(pa.large_string()))
    if not pc.all(same, min_count=0).as_py():
        wrong = expected["document_id"][pc.index(same, False).as_py()].as_py()
        raise AuditError(
            f"document {wrong}: its paragraphs and removed lines don't give its text again; nothing is "
            "published; please report this with the document"
        )
    return len(expected)


def _was_cleaned(task: AuditTask) -> bool:
    return any(next_file(task.layout, name, task.partition).exists() for name in ("_cleaned", "removed_lines"))


def _without_text(task: AuditTask) -> pa.Array:
    """Documents of which nothing was kept: their removed lines alone must give their text."""
    rejected = current_rows(
        task.layout, "rejections", task.partition, schema=REJECTIONS.schema, columns=["document_id", "reason"]
    )
    return rejected.filter(pc.equal(rejected["reason"], "no_article_text"))["document_id"].combine_chunks()


def _paragraphs(cleaned: pa.Table) -> pa.Table:
    lists = cleaned["paragraphs"].combine_chunks()
    flat = lists.flatten()
    owner = np.asarray(pc.list_parent_indices(lists))
    return pa.table(
        {
            "document_id": cleaned["document_id"].take(pa.array(owner)),
            "line_no": flat.field("line_no"),
            "text": flat.field("text"),
        }
    )
