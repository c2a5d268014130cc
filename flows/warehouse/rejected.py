"""Rejected records in the published tables: counted by reason and source, listed, found for another try."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.errors import QueryError
from flows.warehouse.views import connect
from schemas.reasons import REASONS

_PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Chosen:
    """Which rejections are meant: all of them, those of a reason, those of a source."""

    reason: str | None = None
    source: str | None = None
    """A folder or a file below the raw folder, or a pattern of paths (`*/2025-03-*`)."""

    @property
    def condition(self) -> str:
        """What is asked of each row in SQL, with `values` for its parameters."""
        asked = ["r.reason = $reason"] if self.reason else []
        if self.source:
            below = "r.source_path = $source OR starts_with(r.source_path, $source || '/')"
            asked.append(f"({below} OR r.source_path GLOB $source)" if _PATTERN & set(self.source) else f"({below})")
        return " AND ".join(asked) or "true"

    @property
    def values(self) -> dict[str, str]:
        """The parameters of `condition`."""
        given = {"reason": self.reason, "source": self.source}
        return {name: value for name, value in given.items() if value}

    def __str__(self) -> str:
        """Say it in words, for messages."""
        told = [f"for {self.reason}"] if self.reason else []
        return " ".join([*told, *([f"of {self.source!r}"] if self.source else [])])


def choose(reason: str | None, source: str | None, *, raw: Path) -> Chosen:
    """Return which rejections are meant; a source may also be told as a path that leads through the raw folder.

    Raises QueryError for a reason that there isn't.
    """
    if reason is not None and reason not in REASONS:
        close = get_close_matches(reason, REASONS, n=1)
        hint = f"did you mean {close[0]}? there are" if close else "there are"
        raise QueryError(f"{reason!r} is no reason for a rejection; {hint} {', '.join(REASONS)}")
    return Chosen(reason, None if source is None else _below(source, raw))


def _below(source: str, raw: Path) -> str:
    """Return a source as rejections name it: relative to the raw folder, without a slash at its end."""
    path, folder = Path(source).absolute(), raw.absolute()
    if path.is_relative_to(folder) and path != folder and (path.exists() or Path(source).is_absolute()):
        return path.relative_to(folder).as_posix()
    plain = source.rstrip("/").removeprefix("./")
    if not plain:
        raise QueryError("--source is empty; name a folder or a file below the raw folder, or a pattern of paths")
    return plain


@dataclass
class ReasonCount:
    """The records that were rejected for one reason."""

    reason: str
    records: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    """By first folder below the raw folder, or file beside the folders; most first."""


def count_rejected(processed: Path, chosen: Chosen) -> list[ReasonCount]:
    """Return how many records were rejected for each reason, most first."""
    query = f"""
        SELECT r.reason, split_part(r.source_path, '/', 1) AS source, count(*) AS records
        FROM rejections r WHERE {chosen.condition} GROUP BY ALL ORDER BY records DESC, source
    """
    counts: dict[str, ReasonCount] = {}
    for reason, source, records in connect(processed).execute(query, chosen.values).fetchall():
        count = counts.setdefault(reason, ReasonCount(reason))
        count.records += records
        count.sources[source] = records
    return sorted(counts.values(), key=lambda count: (-count.records, count.reason))


def list_rejected(processed: Path, chosen: Chosen, *, limit: int) -> list[dict[str, Any]]:
    """Return rejections as they stand in the table, in its order, `limit` of them at most."""
    query = f"""
        SELECT r.source_path, r.record_no, r.stage, r.reason, r.message, r.payload, r.payload_truncated, r.document_id
        FROM rejections r WHERE {chosen.condition}
        ORDER BY r.source_path, r.record_no, r.stage, r.document_id LIMIT {limit:d}
    """
    return list(connect(processed).sql(query, params=chosen.values).to_arrow_table().to_pylist())


def find_rejected(processed: Path, chosen: Chosen) -> pa.Table:
    """Return what is to be tried again: the place of each rejection, and of those that have a document its site."""
    query = f"""
        SELECT r.source_path, r.record_no, r.stage, r.reason, r.document_id, r.month, d.site
        FROM rejections r LEFT JOIN documents d ON d.document_id = r.document_id
        WHERE {chosen.condition} ORDER BY r.source_path, r.record_no, r.stage, r.document_id
    """
    return connect(processed).sql(query, params=chosen.values).to_arrow_table()


def count_still(processed: Path, tried: pa.Table) -> dict[str, int]:
    """Return how many of the records that were tried again are rejected all the same, by reason, most first."""
    connection = connect(processed)
    connection.register("tried", tried)
    query = """
        SELECT r.reason, count(*) AS records FROM rejections r SEMI JOIN tried t
        ON r.source_path = t.source_path AND r.record_no = t.record_no
        AND r.document_id IS NOT DISTINCT FROM t.document_id
        GROUP BY r.reason ORDER BY records DESC, r.reason
    """
    return dict(connection.execute(query).fetchall())
