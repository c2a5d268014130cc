"""Where records enter a batch: read from a source, or given one by one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flows.batch.batch import Batch, Entry, Options
from flows.cleaning.validation import Failure
from flows.readers import RawFile, Sink
from flows.readers.fields import is_html, is_known
from flows.readers.html_records import PageBytes
from flows.settings import Settings
from flows.text import Repairs

OF_FILES = ("json", "jsonl")
"""Formats with several records a file: their ids tell the record's number."""


@dataclass
class BatchSink(Sink):
    """Takes the records of one source and hands each on to the batch, under its id."""

    batch: Batch = None  # type: ignore[assignment] # fields before it have defaults
    shown: str = ""
    """The source's path as the caller gave it."""

    def add(
        self,
        record_no: int,
        record: Mapping[str, Any],
        raw: bytes,
        repairs: Repairs | None = None,
        page: PageBytes | None = None,
    ) -> None:
        """Take one record; whatever is wrong with it, it costs no other."""
        given = record.get("id")
        super().add(record_no, _chosen(record, self.batch.options.text_field), raw, repairs, page)
        self._hand_on(record_no, given)

    def reject(self, record_no: int, reason: str, message: str, raw: bytes, truncated: bool = False) -> None:
        """Take a record that could not be read at all."""
        super().reject(record_no, reason, message, raw, truncated)
        self._hand_on(record_no, None)

    def _hand_on(self, record_no: int, given: Any) -> None:
        numbered = f"{self.shown}#{record_no}" if self.format in OF_FILES else self.shown
        own = given if isinstance(given, str | int | float | bool) else numbered
        if self.documents:
            self.batch.add(Entry(own, self.documents.pop()))
        else:
            refused = self.rejections.pop()
            self.batch.add(Entry(own, None, Failure(refused["reason"], refused["message"])))


def _chosen(record: Mapping[str, Any], text_field: str | None) -> Mapping[str, Any]:
    """Return what cleaning can use of a record: what else scrapers put in would be kept for nothing."""
    if text_field is None:
        return {name: value for name, value in record.items() if is_known(name)}
    chosen = {
        name: value
        for name, value in record.items()
        if is_known(name) and not is_known(name, "text") and not is_html(name)
    }
    return {**chosen, "text": record.get(text_field)}


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
    for number, record in enumerate(records):
        sink.add(number, record, b"")
        yield from ready
        ready.clear()
    batch.close()
    yield from ready
