"""Metadata: what the scraper and the page say of a record, checked, and as JSON."""

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from flows.errors import RecordError
from flows.text import Repairs
from schemas.moments import moment_precision, moment_zone
from schemas.scraped import TIMES, ScrapedRecord

MAX_EXTRA_BYTES = 1 << 16
"""Fields that copydesk doesn't know are kept up to this size."""
_COLUMNS = ("text", "url")
"""Fields that have a column of their own; the others stand in the metadata."""


def check_fields(named: dict[str, Any]) -> ScrapedRecord:
    """Return the record that fields make. Raises RecordError that names each wrong one, its value and its rule."""
    try:
        return ScrapedRecord.model_validate(named)
    except ValidationError as error:
        details = error.errors(include_url=False)
        impossible = any(detail["loc"] and detail["loc"][0] in TIMES for detail in details)
        raise RecordError("impossible_date" if impossible else "invalid_field", _describe(details)) from None


def _describe(details: list[Any]) -> str:
    parts = []
    for detail in details[:5]:
        name = ".".join(str(part) for part in detail["loc"])
        parts.append(f"field `{name}`: value {str(detail['input'])[:100]!r}: {detail['msg']}")
    return "; ".join(parts) + "; mend the record, or leave the field out"


def encodable(text: str) -> str:
    """Return a text without lone surrogates, which no encoding has."""
    return text.encode("utf-8", "replace").decode()


def metadata_of(
    record: ScrapedRecord,
    named: Mapping[str, Any],
    rest: Mapping[str, Any],
    repairs: Repairs,
    *,
    page: dict[str, Any],
    member: str | None,
) -> str:
    """Return what the scraper and the page gave, and what was repaired, as JSON."""
    known: dict[str, Any] = {name: value for name, value in vars(record).items() if value and name not in _COLUMNS}
    for name in TIMES:
        if name in known:
            known[name] = known[name].isoformat()
    for name in ("published", "modified"):
        if f"{name}_at" in known:
            known[f"{name}_precision"] = moment_precision(named[f"{name}_at"])
            known[f"{name}_zone"] = moment_zone(named[f"{name}_at"])
    if rest:
        known["extra"] = jsonable(rest)
    if page:
        known["page"] = page
    if member is not None:
        known["member"] = member
    if repaired := repairs.as_dict():
        known["reading"] = repaired
    return dumped(known)


def dumped(known: dict[str, Any]) -> str:
    """Return JSON, keys in order."""
    try:
        return orjson.dumps(known, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a lone surrogate, or an integer beyond 64 bits
        return orjson.dumps(_scrubbed(known), option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def jsonable(rest: Mapping[str, Any]) -> Any:
    """Return fields that no one knows fit for JSON; of too many bytes, their names alone."""
    try:
        size = len(orjson.dumps(rest, option=orjson.OPT_NON_STR_KEYS))
    except TypeError:
        rest = _scrubbed(dict(rest))
        size = len(orjson.dumps(rest, option=orjson.OPT_NON_STR_KEYS))
    return rest if size <= MAX_EXTRA_BYTES else {"too_large_bytes": size, "names": [str(n)[:100] for n in rest][:100]}


def _scrubbed(value: Any) -> Any:
    """Make a value fit for JSON: no lone surrogates, no integers beyond 64 bits."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(str(key)): _scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return str(value)
    return value
