"""Find a document by whatever a user knows of it, with everything that was decided about it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from flows.errors import QueryError
from flows.warehouse.views import connect

_HEX = re.compile(r"^[0-9a-f]{8,32}$")


@dataclass(frozen=True)
class Removal:
    """A removed line, or a span of a line."""

    start: int | None
    end: int | None
    role: str
    reason: str
    documents: int | None
    site_documents: int | None
    score: float | None = None
    """The line model's, where it decided."""


@dataclass(frozen=True)
class Line:
    """A line of the document, as it was scraped."""

    line_no: int
    text: str
    kept_as: str | None
    """Its role in the article, None when it was removed."""
    removals: tuple[Removal, ...]
    """Why it was removed; for a kept line, its spans that were."""


@dataclass(frozen=True)
class Explanation:
    """What became of a document, line by line."""

    document: dict[str, Any]
    article: dict[str, Any] | None
    """The article it stands for, if it isn't rejected."""
    method: str | None
    similarity: float | None
    lines: list[Line]
    others: list[dict[str, Any]] = field(default_factory=list)
    """Other documents that fit what was asked."""


@dataclass(frozen=True)
class RejectedRecord:
    """A record that has no document, or no article."""

    rows: list[dict[str, Any]]


def explain(processed: Path, what: str) -> Explanation | RejectedRecord:
    """Return what became of the document that `what` names: an id, an article's id, a raw file or a URL.

    Raises QueryError when nothing fits.
    """
    connection = connect(processed)
    found = _find(connection, what)
    if not found:
        rejected = _rejected(connection, what)
        if rejected:
            return RejectedRecord(rejected)
        raise QueryError(
            f"nothing in {processed} fits {what!r}; give a document_id or article_id (8 characters of it are "
            "enough), a raw file's path, path#record, or a URL"
        )
    first, *others = found
    return _explained(connection, first, others)


_DOCUMENTS = """
SELECT d.document_id, d.source_path, d.record_no, d.site, d.url, d.fetched_at, d.fetched_at_origin, d.outcome,
       d.article_id, d.month
FROM documents d WHERE {where}
ORDER BY d.outcome <> 'article', d.fetched_at DESC, d.document_id LIMIT 100
"""


def _find(connection: duckdb.DuckDBPyConnection, what: str) -> list[dict[str, Any]]:
    path, _, number = what.rpartition("#")
    tries: list[tuple[str, list[Any]]] = []
    if _HEX.match(what):
        tries.append(("starts_with(d.document_id, ?) OR starts_with(d.article_id, ?)", [what, what]))
    if "://" in what:
        tries.append(("d.url = ? OR d.url = ?", [what, what.split("#")[0].rstrip("?")]))
        tries.append(("rtrim(d.url, '/') = rtrim(?, '/')", [what]))
    if path and number.isdigit():
        tries.append(("ends_with('/' || ?, '/' || d.source_path) AND d.record_no = ?", [path, int(number)]))
    tries.append(("ends_with('/' || ?, '/' || d.source_path)", [what]))
    tries.append(("ends_with(d.source_path, '/' || ?)", [what]))
    for where, values in tries:
        rows = _rows(connection, _DOCUMENTS.format(where=where), values)
        if rows:
            return rows
    return []


def _rejected(connection: duckdb.DuckDBPyConnection, what: str) -> list[dict[str, Any]]:
    path, _, number = what.rpartition("#")
    path, wanted = (path, int(number)) if path and number.isdigit() else (what, None)
    query = """
        SELECT * FROM rejections
        WHERE (ends_with('/' || $path, '/' || source_path) OR ends_with(source_path, '/' || $path))
          AND ($number IS NULL OR record_no = $number)
        ORDER BY source_path, record_no LIMIT 100
    """
    return _rows(connection, query, {"path": path, "number": wanted})


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.sql(query, params=values).to_arrow_table().to_pylist()
    return rows


def _explained(
    connection: duckdb.DuckDBPyConnection, document: dict[str, Any], others: list[dict[str, Any]]
) -> Explanation:
    key = document["document_id"]
    text = _rows(connection, "SELECT text FROM documents WHERE document_id = ?", [key])[0]["text"]
    article = _rows(connection, "SELECT * FROM articles WHERE article_id = ?", [document["article_id"]])
    duplicate = _rows(connection, "SELECT method, similarity FROM duplicates WHERE document_id = ?", [key])
    removed: dict[int, list[Removal]] = {}
    query = """
        SELECT line_no, start, "end", role, reason, evidence.documents AS documents,
               evidence.site_documents AS site_documents, evidence.score AS score
        FROM removed_lines WHERE document_id = ? ORDER BY line_no, start
    """
    for row in _rows(connection, query, [key]):
        removed.setdefault(row.pop("line_no"), []).append(Removal(**row))
    own = article[0] if article and article[0]["document_id"] == key else None
    kept = {line["line_no"]: line["role"] for line in own["paragraphs"]} if own else {}
    return Explanation(
        document=document,
        article=article[0] if article else None,
        method=duplicate[0]["method"] if duplicate else None,
        similarity=duplicate[0]["similarity"] if duplicate else None,
        lines=[_line(number, line, kept, removed) for number, line in enumerate(text.split("\n"), 1)],
        others=others,
    )


def _line(number: int, text: str, kept: dict[int, str], removed: dict[int, list[Removal]]) -> Line:
    removals = tuple(removed.get(number, ()))
    whole = any(removal.start is None for removal in removals)
    role = None if whole or not text else kept.get(number, "kept")
    return Line(line_no=number, text=text, kept_as=role, removals=removals)
