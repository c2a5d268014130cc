"""Records: what a format's module yields, checked, repaired, and laid into columns."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
from pydantic import ValidationError

from flows.errors import RecordError
from flows.readers.fields import name_fields
from flows.readers.html_records import PageBytes, page_in, read_record_page
from flows.readers.origin import SiteRecogniser, date_in_path, fetched_at_of, site_of
from flows.readers.raw_files import RawFile, open_regular
from flows.settings import Settings
from flows.text import Repairs, normalise
from schemas import DOCUMENTS, REJECTIONS
from schemas.moments import moment_precision, moment_zone
from schemas.scraped import TIMES, ScrapedRecord

READ_SCHEMA = pa.schema(
    [
        pa.field("source_path", pa.string(), nullable=False),
        pa.field("record_no", pa.int32(), nullable=False),
        pa.field("format", pa.string(), nullable=False),
        pa.field("site", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("fetched_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("fetched_at_origin", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("metadata", pa.string(), nullable=False),
        pa.field("markup", DOCUMENTS.schema.field("markup").type),
        pa.field("month", pa.string(), nullable=False),
        pa.field("content_hash", pa.string(), nullable=False),
    ]
)
"""Documents as readers give them: no id yet, and the hash of the record's bytes."""

MAX_EXTRA_BYTES = 1 << 16
"""Fields that copydesk doesn't know are kept up to this size."""
_COLUMNS = ("text", "url")
"""Fields that have a column of their own; the others stand in the metadata."""
_HASH_OF_NOTHING = hashlib.blake2b(b"", digest_size=16).hexdigest()
"""Of records that come from no file."""


@dataclass
class Sink:
    """Takes the records of one file, one after the other: each becomes a document or a rejection."""

    file: RawFile
    settings: Settings
    recognise: SiteRecogniser
    format: str = "unknown"
    records: int = 0
    documents: list[tuple[Any, ...]] = field(default_factory=list)
    rejections: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        record_no: int,
        record: Mapping[str, Any],
        raw: bytes,
        repairs: Repairs | None = None,
        page: PageBytes | None = None,
    ) -> None:
        """Take one record; whatever is wrong with it, it costs no other.

        `page` is the page that the record is of, where it isn't a field of it.
        """
        self.records += 1
        repairs = repairs or Repairs()
        try:
            self.documents.append(self._document(record_no, record, raw, repairs, page))
        except RecordError as error:
            self._reject(record_no, "validate", error.reason, str(error), raw)
        except Exception as error:  # law 7: nothing in a record may end a run
            message = f"record: {type(error).__name__}: {str(error)[:300]}; please report this with the record"
            self._reject(record_no, "validate", "invalid_field", message, raw)

    def reject(self, record_no: int, reason: str, message: str, raw: bytes, truncated: bool = False) -> None:
        """Take a record that could not be read at all."""
        self.records += 1
        self._reject(record_no, "read", reason, message, raw, truncated=truncated)

    def _reject(
        self, record_no: int, stage: str, reason: str, message: str, raw: bytes, *, truncated: bool = False
    ) -> None:
        kept = raw[: self.settings.payload_bytes]
        moment = date_in_path(self.file.path) or datetime.fromtimestamp(self.file.mtime_ns // 10**9, UTC)
        self.rejections.append(
            {
                "source_path": self.file.path,
                "record_no": record_no,
                "stage": stage,
                "reason": reason,
                "message": f"{self.file.path}, record {record_no}: {message}",
                "payload": kept,
                "payload_truncated": truncated or len(raw) > len(kept),
                "month": f"{moment:%Y-%m}",
            }
        )

    def _document(
        self,
        record_no: int,
        given: Mapping[str, Any],
        raw: bytes,
        repairs: Repairs,
        page: PageBytes | None,
    ) -> tuple[Any, ...]:
        named, rest = name_fields(given)
        html = page or page_in(named, rest)
        read = read_record_page(html, named, repairs, ask_extractor=self.settings.ask_extractor) if html else None
        if not isinstance(named.get("text"), str) or not named["text"].strip():
            raise RecordError("missing_text", _no_text(given))
        named["text"] = normalise(named["text"], repairs)
        if not named["text"].strip():
            raise RecordError("missing_text", "field `text`: nothing but space and control characters")
        lines, limit = named["text"].count("\n") + 1, self.settings.max_record_lines
        if lines > limit:
            told = f"field `text`: {lines} lines, more than max_record_lines ({limit})"
            raise RecordError("too_large", f"{told}; raise the setting if this is an article")
        if isinstance(named.get("title"), str):
            named["title"] = " ".join(normalise(named["title"], Repairs()).split()) or None
        record = _checked(named)
        fetched_at, origin = fetched_at_of(given=record.fetched_at, path=self.file.path, mtime_ns=self.file.mtime_ns)
        site = site_of(
            url=record.url,
            given=record.site,
            path=self.file.path,
            text=record.text,
            recognise=self.recognise,
        )
        return (
            self.file.path,
            record_no,
            self.format,
            _clean(site),
            record.url,
            fetched_at,
            origin,
            record.text,
            _metadata(record, named, rest, repairs, read.told if read else {}),
            [vars(line) for line in read.markup] if read else None,
            f"{fetched_at.year:04}-{fetched_at.month:02}",
            hashlib.blake2b(raw, digest_size=16).hexdigest() if raw else _HASH_OF_NOTHING,
        )

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """Return the documents and the rejections as tables."""
        rejections = pa.Table.from_pylist(self.rejections, schema=REJECTIONS.full_schema)
        return documents_table(self.documents), rejections


def documents_table(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Lay documents into columns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(READ_SCHEMA)
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns, READ_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=READ_SCHEMA)


def beginning(path: Path, sink: Sink) -> tuple[bytes, bool]:
    """Return a file's first bytes, and whether there are more: what a rejection of all of it keeps."""
    with open_regular(path) as file:
        data = file.read(sink.settings.payload_bytes + 1)
    return data[: sink.settings.payload_bytes], len(data) > sink.settings.payload_bytes


def _no_text(given: Mapping[str, Any]) -> str:
    names = ", ".join(str(name)[:40] for name in list(given)[:12])
    return f"field `text`: no field holds the text; the record has {names or 'no fields'}; map one to `text`"


def _checked(named: dict[str, Any]) -> ScrapedRecord:
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


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _metadata(
    record: ScrapedRecord, named: Mapping[str, Any], rest: Mapping[str, Any], repairs: Repairs, page: dict[str, Any]
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
        known["extra"] = _jsonable(rest)
    if page:
        known["page"] = page
    if repaired := repairs.as_dict():
        known["reading"] = repaired
    return _dumped(known)


def _dumped(known: dict[str, Any]) -> str:
    try:
        return orjson.dumps(known, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a lone surrogate, or an integer beyond 64 bits
        return orjson.dumps(_scrubbed(known), option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def _jsonable(rest: Mapping[str, Any]) -> Any:
    try:
        size = len(orjson.dumps(rest, option=orjson.OPT_NON_STR_KEYS))
    except TypeError:
        rest = _scrubbed(dict(rest))
        size = len(orjson.dumps(rest, option=orjson.OPT_NON_STR_KEYS))
    return rest if size <= MAX_EXTRA_BYTES else {"too_large_bytes": size, "names": [str(n)[:100] for n in rest][:100]}


def _scrubbed(value: Any) -> Any:
    """Make a value fit for JSON: no lone surrogates, no integers beyond 64 bits."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {_clean(str(key)): _scrubbed(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return str(value)
    return value
