"""Hold articles against their model; what fails becomes a rejection."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from flows.settings import Settings
from schemas import ARTICLES, REJECTIONS, Article
from schemas.checks import find_violation

VALIDATED_ROWS = 500
"""Rows taken out of their columns at a time: as Python objects they take ten times their size."""
NO_TEXT = (
    "field `text`: every line of it is furniture, or repeats on other pages of its site; if it is an article, "
    "veto the lines that were learned or mend the site's profile"
)


@dataclass(frozen=True)
class Failure:
    """Why a document is no article."""

    reason: str
    message: str


def validated(rows: pa.Table, month: str) -> tuple[pa.Table, dict[int, Failure]]:
    """Return the rows that are articles, and why the others aren't, by their place in `rows`.

    Whole columns are checked first, with the model's own constraints; only when a value breaks one are
    rows passed through the model, which says of each what is wrong.
    """
    rows = rows.select(ARTICLES.schema.names)
    failures = without_text(rows["body"])
    if find_violation(Article, _without(rows, failures)) is not None:
        failures |= _invalid(rows, month, failures)
    return _without(rows, failures).cast(ARTICLES.schema), dict(sorted(failures.items()))


def without_text(bodies: pa.ChunkedArray) -> dict[int, Failure]:
    """Return the failures of documents of which nothing was kept, by place."""
    empty = np.asarray(pc.fill_null(pc.equal(pc.binary_length(bodies), 0), True), dtype=bool)
    return {int(place): Failure("no_article_text", NO_TEXT) for place in np.flatnonzero(empty)}


def _without(rows: pa.Table, failures: Mapping[int, Failure]) -> pa.Table:
    if not failures:
        return rows
    good = np.ones(len(rows), dtype=bool)
    good[list(failures)] = False
    return rows.filter(pa.array(good))


def _invalid(rows: pa.Table, month: str, known: Mapping[int, Failure]) -> dict[int, Failure]:
    """Pass every row through the Article model, a few hundred at a time."""
    failures = {}
    for start in range(0, len(rows), VALIDATED_ROWS):
        for place, row in enumerate(rows.slice(start, VALIDATED_ROWS).to_pylist(), start):
            if place in known:
                continue
            try:
                Article.model_validate({**row, "month": month})
            except ValidationError as error:
                failures[place] = Failure("invalid_field", describe(error))
    return failures


def describe(error: ValidationError) -> str:
    """Return one line that names each wrong field, its value and the rule."""
    parts = []
    for detail in error.errors(include_url=False):
        name = ".".join(str(part) for part in detail["loc"])
        parts.append(f"field `{name}`: value {str(detail['input'])[:200]!r}: {detail['msg']}")
    return "; ".join(parts)


def rejection_rows(documents: pa.Table, failures: Mapping[int, Failure], settings: Settings) -> pa.Table:
    """Return a rejection per failure, `documents` those they are of."""
    chosen = documents.select(["document_id", "source_path", "record_no", "text"]).take(
        pa.array(list(failures), pa.int64())
    )
    rows = [
        _rejection(row, failure, settings) for row, failure in zip(chosen.to_pylist(), failures.values(), strict=True)
    ]
    return pa.Table.from_pylist(rows, REJECTIONS.schema)


def _rejection(row: dict[str, Any], failure: Failure, settings: Settings) -> dict[str, Any]:
    payload = row["text"].encode()
    return {
        "source_path": row["source_path"],
        "record_no": row["record_no"],
        "stage": "clean",
        "document_id": row["document_id"],
        "reason": failure.reason,
        "message": f"{row['source_path']}, record {row['record_no']}: {failure.message}",
        "payload": payload[: settings.payload_bytes],
        "payload_truncated": len(payload) > settings.payload_bytes,
    }
