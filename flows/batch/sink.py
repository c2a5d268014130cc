"""Where records enter a batch: read from a source, or given one by one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flows.batch.batch import Batch, Entry, Options
from flows.cleaning.validation import Failure
from flows.readers import RawFile, Sink
from flows.readers.fields import is_html, is_known
from flows.readers.html_records import PageBytes
from flows.readers.mapping import FieldMapping, lookup
from flows.readers.time_limit import alarm
from flows.settings import Settings
from flows.text import Repairs

OF_WHOLE_FILES = ("text", "html", "unknown")
"""Formats of one record a file: the others' ids tell the record's number."""

AT_ONCE = 256
"""Records taken together, where a chunk has more: the alarm that ends what takes too long is set up once for them."""


@dataclass
class BatchSink(Sink):
    """Takes the records of one source and hands each on to the batch, under its id."""

    batch: Batch = None  # type: ignore[assignment] # fields before it have defaults
    shown: str = ""
    """The source's path as the caller gave it."""

    _given: Any = None
    """The record's own id."""
    _whole: Mapping[str, Any] = field(default_factory=dict)
    """The record, with what cleaning can't use of it."""

    def add(
        self,
        record_no: int,
        record: Mapping[str, Any],
        raw: bytes,
        repairs: Repairs | None = None,
        page: PageBytes | None = None,
    ) -> None:
        """Take one record; whatever is wrong with it, it costs no other."""
        self._given, self._whole = record.get("id"), record
        super().add(record_no, _chosen(record, self.batch.options.text_field, self.mapping), raw, repairs, page)

    @property
    def mapping(self) -> FieldMapping | None:
        """What the settings say of fields; where the text stands, `text_field` says if it is given."""
        mapping = super().mapping
        return mapping.without("text", "html") if mapping and self.batch.options.text_field else mapping

    def reject(self, record_no: int, reason: str, message: str, raw: bytes, truncated: bool = False) -> None:
        """Take a record that could not be read at all."""
        self._given = None
        super().reject(record_no, reason, message, raw, truncated)

    def pass_over(self, kind: str, count: int = 1) -> None:
        """Count what is no record."""
        super().pass_over(kind, count)
        self.batch.totals.passed_over[kind] += count

    def accept(self, number: int, document: tuple[Any, ...]) -> None:
        """Hand a document on."""
        self.batch.add(Entry(self._id(number), document))

    def refuse(self, number: int, rejection: dict[str, Any]) -> None:
        """Hand on why a record isn't one."""
        self.batch.add(Entry(self._id(number), None, Failure(rejection["reason"], rejection["message"])))

    def _id(self, number: int) -> Any:
        if isinstance(self._given, str | int | float | bool):
            return self._given
        shown = self.shown if self.member is None else f"{self.shown}/{self.member}"
        return shown if self.format in OF_WHOLE_FILES else f"{shown}#{number - self.first_record}"

    def _no_text(self, given: Mapping[str, Any]) -> str:  # noqa: ARG002 - it holds but what was chosen of the record
        """Say that a record has no text, and where it may stand."""
        return super()._no_text(self._whole)

    def _keep(self, *_page: Any) -> None:
        """Keep no page: nothing outlives a batch."""


def _chosen(record: Mapping[str, Any], text_field: str | None, mapping: FieldMapping | None) -> Mapping[str, Any]:
    """Return what cleaning can use of a record: what else scrapers put in would be kept for nothing."""
    mapped = mapping.names if mapping else ()
    chosen = {name: value for name, value in record.items() if name in mapped or is_known(name)}
    if text_field is None:
        return chosen
    others = {name: value for name, value in chosen.items() if not is_known(name, "text") and not is_html(name)}
    return {**others, "text": lookup(record, text_field)}


def clean_records(
    records: Iterable[Mapping[str, Any]], *, settings: Settings, options: Options | None = None
) -> Iterator[dict[str, Any]]:
    """Yield every record cleaned, in order; one that can't be is told by its field `rejected`."""
    ready: list[dict[str, Any]] = []
    batch = Batch(settings, options or Options(), emit=ready.extend)
    source = RawFile(path="records", size=0, mtime_ns=0)
    sink = BatchSink(
        file=source,
        settings=settings,
        recognise=batch.recognise,
        format="jsonl",
        batch=batch,
        shown="records",
    )
    numbered = enumerate(records)
    while some := list(islice(numbered, min(AT_ONCE, batch.options.documents))):
        with alarm():
            for number, record in some:
                sink.add(number, record, b"")
        yield from ready
        ready.clear()
    batch.close()
    yield from ready
