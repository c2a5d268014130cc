"""What cleaning a site again changes: the staged files beside those that are published."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from flows.sites.overrides import Status
from flows.steps.staging import current_rows
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition
from schemas import ARTICLES, DOCUMENTS, REMOVED_LINES

_LINE = ["document_id", "line_no", "start"]
_ARTICLE = ["article_id", "document_id", "title", "body"]


@dataclass(frozen=True)
class Changes:
    """What became different of one site."""

    partitions: int = 0
    """Cleaned again."""
    pages: int = 0
    """Pages that lost or got back a line."""
    articles: int = 0
    """Articles whose headline or text changed, that came or went."""
    removed: int = 0
    """Lines and spans that are removed now and weren't before."""
    restored: int = 0
    """Lines and spans that were removed before and aren't now."""


@dataclass(frozen=True)
class Recleaned:
    """What came of cleaning a site again."""

    site: str
    changes: Changes
    seconds: float
    notices: tuple[str, ...]
    losses: tuple[str, ...]
    """Where the site now loses far more than usual."""
    line: str | None = None
    """The line that the user decided about."""
    status: Status | None = None
    """What it is now; None: what is learned of it."""
    before: Status | None = None
    pages_with_line: int = 0


def compare(layout: Layout, partitions: Iterable[Partition], site: str) -> Changes:
    """Compare a site's lines and articles as they will stand with those that are published."""
    each = [_compare(layout, partition, site) for partition in partitions]
    names = ("pages", "articles", "removed", "restored")
    return Changes(partitions=len(each), **{name: sum(getattr(one, name) for one in each) for name in names})


def _compare(layout: Layout, partition: Partition, site: str) -> Changes:
    documents = current_rows(
        layout, "documents", partition, schema=DOCUMENTS.schema, columns=["document_id", "site"]
    ).filter(pc.field("site") == site)
    before, after = _removed(layout, partition, documents["document_id"])
    gone, back = _without(after, before), _without(before, after)
    touched = pa.concat_arrays([gone["document_id"].combine_chunks(), back["document_id"].combine_chunks()])
    return Changes(
        pages=len(pc.unique(touched)),
        articles=_changed_articles(layout, partition, site),
        removed=len(gone),
        restored=len(back),
    )


def _removed(layout: Layout, partition: Partition, ids: pa.ChunkedArray) -> tuple[pa.Table, pa.Table]:
    """The removed lines of documents, published and as they will stand."""
    schema = REMOVED_LINES.schema
    after = current_rows(layout, "removed_lines", partition, schema=schema, columns=_LINE)
    before = _published(layout, "removed_lines", partition, schema, _LINE)
    wanted = pc.is_in(pc.field("document_id"), value_set=ids.combine_chunks())
    before, after = before.filter(wanted), after.filter(wanted)
    return _joinable(before), _joinable(after)


def _joinable(rows: pa.Table) -> pa.Table:
    """Arrow joins no null to another: a whole line starts at -1."""
    return rows.set_column(2, "start", pc.fill_null(rows["start"], -1))


def _published(layout: Layout, name: str, partition: Partition, schema: pa.Schema, columns: list[str]) -> pa.Table:
    path = layout.file(name, partition)
    return read_rows(path, columns) if path.exists() else schema.empty_table().select(columns)


def _without(left: pa.Table, right: pa.Table) -> pa.Table:
    return left.join(right, keys=_LINE, join_type="left anti")


def _changed_articles(layout: Layout, partition: Partition, site: str) -> int:
    columns = [*_ARTICLE, "site"]
    before = _published(layout, "articles", partition, ARTICLES.schema, columns)
    after = current_rows(layout, "articles", partition, schema=ARTICLES.schema, columns=columns)
    old, new = (
        {tuple(row.values()) for row in rows.filter(pc.field("site") == site).select(_ARTICLE).to_pylist()}
        for rows in (before, after)
    )
    return len({row[0] for row in old ^ new})
