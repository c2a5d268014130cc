"""What a takedown would take: the documents that an id, an address or a site names, and their copies."""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import QueryError
from flows.readers.urls import canonical_url, site_of_name
from flows.tables.tombstones import Scope
from flows.warehouse.sites import check_site
from flows.warehouse.views import connect

_HEX = re.compile(r"^[0-9a-f]{8,32}$")
SHOWN_TITLES = 5


@dataclass(frozen=True)
class Forgettable:
    """What one takedown would take."""

    target: str
    scope: Scope
    key: str
    """The id, URL or site as the tables have it."""
    duplicates: bool
    """Whether copies under other URLs and sites go too."""
    documents: pa.Table
    """Columns document_id, article_id, site, url, month, source_path, outcome; sorted by id."""
    titles: tuple[str, ...]
    """The first headlines of its articles."""
    common_titles: frozenset[str]
    """Headlines that other articles of the same site have too."""

    @property
    def sites(self) -> dict[str, int]:
        """The documents of each site, most first."""
        counts = pc.value_counts(self.documents["site"].combine_chunks()).to_pylist()
        return {one["values"]: one["counts"] for one in sorted(counts, key=lambda c: (-c["counts"], c["values"]))}


def find_forgettable(processed: Path, target: str, *, duplicates: bool | None = None) -> Forgettable:
    """Return what a takedown of `target` would take: an id (8 characters do), a URL or a site.

    Without `duplicates`, a site's takedown leaves other sites their copies, any other takes all of them. Raises
    QueryError when nothing or more than one thing fits, and when a document has no URL to take alone.
    """
    if not any(processed.glob("documents/month=*")):
        raise QueryError(f"no tables in {processed} yet; there is nothing to forget")
    ask = partial(_ask, connect(processed))
    scope, key = _resolve(ask, processed, target.strip())
    wide = scope != "site" if duplicates is None else duplicates
    where, value = _seed(ask, scope, key, wide)
    documents = ask(_WIDE if wide else _NARROW, where=where, value=value)
    ids = documents["document_id"].to_pylist()
    return Forgettable(
        target=target,
        scope=scope,
        key=key,
        duplicates=wide,
        documents=documents,
        titles=tuple(ask(_TITLES, value=ids)["title"].to_pylist()),
        common_titles=frozenset(ask(_COMMON_TITLES, value=ids)["title"].to_pylist()),
    )


_COLUMNS = "document_id, article_id, site, url, month, source_path, outcome"
_NARROW = f"SELECT {_COLUMNS} FROM documents WHERE {{where}} ORDER BY document_id"
_WIDE = f"""
WITH asked AS (SELECT document_id, article_id, url FROM documents WHERE {{where}}),
     stories AS (SELECT DISTINCT article_id FROM asked WHERE article_id IS NOT NULL),
     pages AS (
         SELECT url FROM asked WHERE url IS NOT NULL
         UNION SELECT url FROM documents JOIN stories USING (article_id) WHERE url IS NOT NULL
     )
SELECT {_COLUMNS} FROM documents
WHERE document_id IN (SELECT document_id FROM asked) OR article_id IN (SELECT article_id FROM stories)
   OR url IN (SELECT url FROM pages)
ORDER BY document_id
"""
_TITLES = f"""
SELECT title FROM articles WHERE document_id IN (SELECT unnest($value)) AND title IS NOT NULL
ORDER BY published_at DESC NULLS LAST, document_id LIMIT {SHOWN_TITLES}
"""
_COMMON_TITLES = """
WITH asked AS (SELECT unnest($value) AS document_id),
     own AS (SELECT DISTINCT site, title FROM articles SEMI JOIN asked USING (document_id) WHERE title IS NOT NULL)
SELECT DISTINCT title FROM articles SEMI JOIN own USING (site, title) ANTI JOIN asked USING (document_id)
"""


def _ask(connection: duckdb.DuckDBPyConnection, query: str, *, where: str = "", **values: Any) -> pa.Table:
    return connection.sql(query.format(where=where), params=values).to_arrow_table()


def _resolve(ask: Any, processed: Path, target: str) -> tuple[Scope, str]:
    """Return what kind of thing is named, and its id, URL or name as the tables have it."""
    if _HEX.match(target) and (ids := _ids_like(ask, target)):
        if len(ids) > 1:
            told = ", ".join(f"{kind} {key}" for kind, key in ids)
            raise QueryError(f"{target!r} fits more than one thing: {told}; give more characters of it")
        return ids[0]
    if "://" in target:
        return "url", _url_like(ask, target, processed)
    if _HEX.match(target):
        raise QueryError(f"no document or article in {processed} has an id that begins with {target!r}")
    site = site_of_name(target)
    check_site(processed, site)
    return "site", site


def _ids_like(ask: Any, beginning: str) -> list[tuple[Scope, str]]:
    query = """
        SELECT DISTINCT 'document' AS kind, document_id AS key FROM documents WHERE starts_with(document_id, $value)
        UNION SELECT DISTINCT 'article', article_id FROM documents WHERE starts_with(article_id, $value)
        ORDER BY ALL LIMIT 6
    """
    return [(row["kind"], row["key"]) for row in ask(query, value=beginning).to_pylist()]


def _url_like(ask: Any, target: str, processed: Path) -> str:
    url = canonical_url(target)
    if url is None:
        raise QueryError(f"{target!r} is no web address; give one that begins with https:// or http://")
    query = "SELECT DISTINCT url FROM documents WHERE url = $value"
    loose = "SELECT DISTINCT url FROM documents WHERE rtrim(url, '/') = rtrim($value, '/') ORDER BY url LIMIT 6"
    found = ask(query, value=url)["url"].to_pylist() or ask(loose, value=url)["url"].to_pylist()
    if not found:
        raise QueryError(f"no document in {processed} is of {url}; `copydesk query` finds the URLs there are")
    if len(found) > 1:
        raise QueryError(f"{url} fits more than one address: {', '.join(found)}; give one of them")
    return str(found[0])


def _seed(ask: Any, scope: Scope, key: str, wide: bool) -> tuple[str, str]:
    """Return the condition that finds the documents that were asked for, and its value."""
    if scope in ("url", "site"):
        return f"{scope} = $value", key
    column = f"{scope}_id"
    if wide:
        return f"{column} = $value", key
    table = "articles" if scope == "article" else "documents"
    url = ask(f"SELECT url FROM {table} WHERE {column} = $value", value=key)["url"].to_pylist()[0]
    if url is None:
        raise QueryError(f"{scope} {key} has no URL of its own to take alone; leave --only-this-url out")
    return "url = $value", str(url)
