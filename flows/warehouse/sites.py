"""What the tables know of sites, and of the lines that were learned on them."""

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.errors import QueryError
from flows.sites import Profiles
from flows.sites.overrides import Overrides
from flows.warehouse.views import connect

SUGGESTED_FROM = 5_000
"""So many of a site's most frequent lines are compared with one that isn't known: a second's work."""
LIKENESS = 0.6
"""difflib's own measure of a close match."""

SITES = pa.schema(
    [
        ("site", pa.string()),
        ("pages", pa.int64()),
        ("articles", pa.int64()),
        ("removed_share", pa.float64()),
        ("profile", pa.string()),
        ("profile_from", pa.string()),
        ("learned_lines", pa.int64()),
        ("pinned_lines", pa.int64()),
        ("vetoed_lines", pa.int64()),
    ]
)
LINES = pa.schema(
    [
        ("month", pa.string()),
        ("share", pa.float64()),
        ("documents", pa.int64()),
        ("site_documents", pa.int64()),
        ("status", pa.string()),
        ("role", pa.string()),
        ("line", pa.string()),
    ]
)

_SITES = """
WITH pages AS (SELECT site, count(*) AS pages FROM documents GROUP BY site),
     kept AS (SELECT site, count(*) AS articles, avg(removed_share) AS removed_share FROM articles GROUP BY site),
     learned AS (SELECT site, count(DISTINCT line) AS learned FROM site_lines WHERE status = 'learned' GROUP BY site)
SELECT site, pages, coalesce(articles, 0) AS articles, round(removed_share, 4) AS removed_share,
       coalesce(learned, 0) AS learned_lines
FROM pages LEFT JOIN kept USING (site) LEFT JOIN learned USING (site)
WHERE $site IS NULL OR site = $site
ORDER BY pages DESC, site
"""
_LINES = """
WITH roles AS (
    SELECT r.text AS line, d.month, mode(r.role) AS role FROM removed_lines r JOIN documents d USING (document_id)
    WHERE d.site = $site AND r.start IS NULL GROUP BY ALL
)
SELECT month, round(share, 4) AS share, documents, site_documents, status, role, line
FROM site_lines LEFT JOIN roles USING (line, month)
WHERE site = $site AND ($month IS NULL OR month = $month)
ORDER BY documents DESC, line, month
"""


def _rows(connection: duckdb.DuckDBPyConnection, query: str, **values: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = connection.sql(query, params=values).to_arrow_table().to_pylist()
    return rows


def list_sites(processed: Path, profiles: Profiles, overrides: Overrides, *, site: str | None = None) -> pa.Table:
    """Return a row per site that has pages (or for one of them), most pages first."""
    rows = _rows(connect(processed), _SITES, site=site)
    for row in rows:
        own = profiles.by_site.get(row["site"], ())
        row["profile"] = own[0].name if own else None
        row["profile_from"] = own[0].whose if own else None
        for status in ("pinned", "vetoed"):
            row[f"{status}_lines"] = len(overrides.lines(row["site"], status))
    return pa.Table.from_pylist(rows, SITES)


def list_lines(processed: Path, site: str, overrides: Overrides, *, month: str | None = None) -> pa.Table:
    """Return what is known of a site's lines by month, most frequent first.

    Lines that the user decided about and no page has come last, without a month.
    """
    rows = _rows(connect(processed), _LINES, site=site, month=month)
    there = {row["line"] for row in rows}
    absent = [
        {"documents": 0, "status": status, "line": line}
        for line, status in sorted(overrides.by_site.get(site, {}).items())
        if line not in there and month is None
    ]
    return pa.Table.from_pylist(rows + absent, LINES)


def check_site(processed: Path, site: str) -> None:
    """Raise QueryError for a site that has no pages, with those that have names like it."""
    if not any(processed.glob("documents/month=*")):
        raise QueryError(f"no tables in {processed} yet; run `copydesk ingest` first")
    known = [row["site"] for row in _rows(connect(processed), "SELECT DISTINCT site FROM documents ORDER BY site")]
    if site in known:
        return
    close = difflib.get_close_matches(site, known, cutoff=LIKENESS)
    hint = f"did you mean {' or '.join(close)}?" if close else "`copydesk sites` lists the sites there are"
    raise QueryError(f"there are no pages of {site!r}; {hint}")


_HAVING = """
SELECT count(*) AS n FROM documents
WHERE site = $site AND list_contains(string_split(text, chr(10)), $line)
  AND ($ids IS NULL OR document_id IN (SELECT unnest($ids)))
"""


def count_pages_with(processed: Path, site: str, line: str, ids: Sequence[str] | None = None) -> int:
    """Return how many of a site's pages, or of some documents, have a line, whole and alone."""
    return int(_rows(connect(processed), _HAVING, site=site, line=line, ids=ids)[0]["n"])


_FREQUENT = """
SELECT line FROM site_lines WHERE site = $site GROUP BY line ORDER BY max(documents) DESC, line LIMIT $most
"""


def close_lines(processed: Path, site: str, line: str) -> list[str]:
    """Return the lines known of a site that are most like one."""
    query = (
        "SELECT line FROM site_lines WHERE site = $site GROUP BY line ORDER BY max(documents) DESC, line LIMIT $most"
    )
    known = [row["line"] for row in _rows(connect(processed), query, site=site, most=SUGGESTED_FROM)]
    folded = {text.casefold(): text for text in reversed(known)}
    return [folded[match] for match in difflib.get_close_matches(line.casefold(), folded, cutoff=LIKENESS)]
