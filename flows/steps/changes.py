"""Changes: a partition as it will stand beside what is published of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import zip_longest

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.steps.edits import Edit, SiteCounts, largest, shared_ends
from flows.steps.staging import current_rows
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition
from schemas import ARTICLES, DOCUMENTS, REMOVED_LINES, Table

_TEXT = ("title", "body")
_OTHER = (
    "paragraphs", "language", "authors", "agencies", "tags", "published_at", "published_precision", "published_zone",
    "modified_at", "modified_precision", "modified_zone", "reading_minutes", "captions", "translations", "flags",
)  # fmt: skip
"""What cleaning says of an article beside its text; what follows from the text or from other documents is left out."""
_TEXTS = pa.list_(pa.string())
_LINE = ["document_id", "line_no", "start"]
_LINE_BY_TEXT = ["document_id", "text", "start"]
"""A line that a document has twice counts once."""
_LABEL = ["role", "reason"]


@dataclass(frozen=True)
class ChangesTask:
    """What one call of `count_changes` gets."""

    layout: Layout
    partition: Partition
    sample: int
    """Changed articles of each site that are named, the largest first."""
    reread: bool = False
    """Whether documents may have other lines than before, as their pages were read again."""


@dataclass
class PartitionChanges:
    """What one call of `count_changes` found."""

    partition: Partition
    sites: dict[str, SiteCounts] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Documents by the outcome they had and will have, where it or the article they stand for differs."""
    columns: Counter[str] = field(default_factory=Counter)
    """Articles of which something else than the text changes, by what does."""
    edits: list[Edit] = field(default_factory=list)
    """The largest edits of each site."""
    moved: list[Edit] = field(default_factory=list)
    """All that come or go: what goes here may come in another partition."""


def count_changes(task: ChangesTask) -> PartitionChanges:
    """Compare one partition's staged tables with its published ones."""
    found = PartitionChanges(task.partition)
    site_of = _count_outcomes(task, found)
    _count_articles(task, found)
    _count_lines(task, found, site_of)
    return found


def _both(task: ChangesTask, table: Table, columns: list[str]) -> tuple[pa.Table, pa.Table]:
    """The rows that are published, and those that will be."""
    path = task.layout.file(table.name, task.partition)
    before = read_rows(path, columns) if path.exists() else table.schema.empty_table().select(columns)
    after = current_rows(task.layout, table.name, task.partition, schema=table.schema, columns=columns)
    return before.combine_chunks(), after.combine_chunks()


def _of(found: PartitionChanges, site: str) -> SiteCounts:
    return found.sites.setdefault(site, SiteCounts())


def _count_outcomes(task: ChangesTask, found: PartitionChanges) -> pa.Table:
    """Count documents whose outcome changes; return every document's site."""
    before, after = _both(task, DOCUMENTS, ["document_id", "site", "outcome", "article_id"])
    was = before.take(pc.index_in(after["document_id"], value_set=before["document_id"].combine_chunks()))
    other = pc.or_(_differ(was["outcome"], after["outcome"]), _differ(was["article_id"], after["article_id"]))
    pairs = zip(was["outcome"].filter(other).to_pylist(), after["outcome"].filter(other).to_pylist(), strict=True)
    found.outcomes.update((old or "new", new) for old, new in pairs)
    for row in pc.value_counts(after["site"]).to_pylist():
        _of(found, row["values"]).pages = row["counts"]
    return pa.concat_tables([after, before]).select(["document_id", "site"])


def _differ(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whether values differ; nulls are alike."""
    unlike = pc.fill_null(pc.not_equal(left, right), False)
    return pc.or_(unlike, pc.xor(pc.is_null(left), pc.is_null(right)))


def _count_articles(task: ChangesTask, found: PartitionChanges) -> None:
    before, after = _both(task, ARTICLES, ["article_id", "site", *_TEXT, *_OTHER])
    for row in pc.value_counts(before["site"]).to_pylist():
        _of(found, row["values"]).articles = row["counts"]
    places = pc.index_in(after["article_id"], value_set=before["article_id"].combine_chunks())
    stayed = pc.is_valid(places)
    was, now = before.take(places.filter(stayed)), after.filter(stayed)
    text = _any(_where_differ(was, now, _TEXT), len(now))
    others = _where_differ(was, now, _OTHER)
    for name, where in others.items():
        found.columns[name] += pc.sum(pc.and_not(where, text)).as_py() or 0
    for site in now["site"].filter(pc.and_not(_any(others, len(now)), text)).to_pylist():
        _of(found, site).facts += 1
    changed = _changed_edits(task.partition, was.filter(text), now.filter(text))
    gone = before.filter(pc.invert(pc.is_in(before["article_id"], value_set=after["article_id"].combine_chunks())))
    for edit in changed:
        _of(found, edit.site).changed += 1
    fresh = after.filter(pc.invert(stayed))
    came = [Edit("came", size, site, key, None, task.partition) for key, site, size in _sized(fresh)]
    went = [Edit("went", size, site, key, task.partition, None) for key, site, size in _sized(gone)]
    found.moved = came + went
    found.edits = largest(changed, task.sample)


def _where_differ(was: pa.Table, now: pa.Table, columns: Iterable[str]) -> dict[str, pa.Array]:
    """Return which rows differ, for each column in which any does."""
    result = {}
    for name in columns:
        left, right = (_comparable(rows[name]) for rows in (was, now))
        if not left.equals(right):
            result[name] = _differ(left, right)
    return result


def _any(masks: dict[str, pa.Array], rows: int) -> pa.Array:
    return reduce(pc.or_, masks.values(), pa.array(np.zeros(rows, dtype=bool)))


def _comparable(values: pa.ChunkedArray) -> pa.Array:
    """Return values that Arrow compares: lists as one text each, of kept lines their roles (their text is the body)."""
    column = values.combine_chunks()
    if not pa.types.is_list(column.type):
        return column
    if pa.types.is_string(column.type.value_type):
        return pc.binary_join(column.cast(_TEXTS), "\x1f")
    fields = [field.name for field in column.type.value_type]
    if "role" not in fields:
        return pa.array([repr(value) for value in column.to_pylist()], pa.string())
    roles = pa.ListArray.from_arrays(column.offsets, column.values.field("role"))
    return pc.binary_join(roles.cast(_TEXTS), "\x1f")


def _changed_edits(partition: Partition, old: pa.Table, new: pa.Table) -> list[Edit]:
    columns = (new["site"], new["article_id"], old["title"], new["title"], old["body"], new["body"])
    return [
        Edit("changed", _distance(_lines(*was), _lines(*now)), site, key, partition, partition)
        for site, key, *texts in zip(*(column.to_pylist() for column in columns), strict=True)
        for was, now in (((texts[0], texts[2]), (texts[1], texts[3])),)
    ]


def _lines(title: str | None, body: str) -> Counter[str]:
    return Counter([title or "", *body.split("\n\n")])


def _distance(left: Counter[str], right: Counter[str]) -> int:
    """Count the characters that go or come; of a line that changes inside, those that change."""
    pairs = zip_longest((left - right).elements(), (right - left).elements(), fillvalue="")
    return sum(len(was) + len(now) - 2 * _shared_chars(was, now) for was, now in pairs)


def _shared_chars(left: str, right: str) -> int:
    start, end = shared_ends(left, right)
    return start + end


def _sized(rows: pa.Table) -> Iterable[tuple[str, str, int]]:
    sizes = pc.utf8_length(rows["body"]).to_pylist()
    return zip(rows["article_id"].to_pylist(), rows["site"].to_pylist(), sizes, strict=True)


def _count_lines(task: ChangesTask, found: PartitionChanges, site_of: pa.Table) -> None:
    line = _LINE_BY_TEXT if task.reread else _LINE
    before, after = (_joinable(rows) for rows in _both(task, REMOVED_LINES, [*line, *_LABEL]))
    gone = after.join(before.select(line), keys=line, join_type="left anti")
    back = before.join(after.select(line), keys=line, join_type="left anti")
    both = after.join(before, keys=line, join_type="inner", right_suffix="_before")
    told = pc.or_(*(pc.not_equal(both[name], both[f"{name}_before"]) for name in _LABEL))
    for name, rows in (("removed", gone), ("restored", back), ("relabelled", both.filter(told))):
        _add_by_site(found, name, rows["document_id"], site_of)
    pages = pc.unique(pa.chunked_array([*gone["document_id"].chunks, *back["document_id"].chunks], pa.string()))
    _add_by_site(found, "pages_changed", pages, site_of)


def _joinable(rows: pa.Table) -> pa.Table:
    """Arrow joins no null to another: a whole line starts at -1."""
    return rows.set_column(2, "start", pc.fill_null(rows["start"], -1))


def _add_by_site(found: PartitionChanges, name: str, ids: pa.Array, site_of: pa.Table) -> None:
    sites = site_of["site"].take(pc.index_in(ids, value_set=site_of["document_id"].combine_chunks()))
    for row in pc.value_counts(sites).to_pylist():
        counts = _of(found, row["values"])
        setattr(counts, name, getattr(counts, name) + row["counts"])
