"""A batch under way: records are gathered into chunks, and each chunk is cleaned and given out.

What repeats is learned within a chunk, and from the last documents of the one before.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flows.batch.chunk import Chunk, CleanedChunk, clean_chunk
from flows.batch.fields import DEFAULT_FIELDS, LISTS
from flows.cleaning.validation import Failure
from flows.engine import Engine, Inline, Processes
from flows.readers import READ_SCHEMA, documents_table
from flows.readers.origin import SiteRecogniser
from flows.settings import Settings
from flows.sites import load_profiles

SITE, TEXT = READ_SCHEMA.get_field_index("site"), READ_SCHEMA.get_field_index("text")
EVIDENCE_SHARE = 10
"""One in so many documents of a chunk goes along with the next as evidence: a tenth more work, and the last few pages
of a site that a chunk's end parted still show what repeats."""
MAX_CHARS = 1 << 28
"""A chunk ends early when its texts are this long: half a gigabyte in memory at most."""


@dataclass(frozen=True)
class Options:
    """What a batch can be told."""

    fields: tuple[str, ...] = DEFAULT_FIELDS
    documents: int = 10_000
    """In a chunk; with texts of 4 kB the process then takes 930 MB, and 650 MB with half as many."""
    workers: int = 1
    text_field: str | None = None
    """The field that holds the text, for records that name it as no scraper does."""


@dataclass(slots=True)
class Entry:
    """One record that was read."""

    id: Any
    document: tuple[Any, ...] | None
    """None: it is rejected. Empty: its chunk has it."""
    failure: Failure | None = None


@dataclass
class Totals:
    """What a batch came to."""

    documents: int = 0
    rejected: int = 0
    lines: int = 0
    removed: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    """What was no record, by kind."""


Emit = Callable[[list[dict[str, Any]]], None]
"""Takes cleaned records, in the order in which they were read."""
Refuse = Callable[[dict[str, Any]], None]
"""Takes what is said of a rejected record: id, reason, message."""


@dataclass
class Batch:
    """Gathers records, cleans them chunk by chunk, and gives them out."""

    settings: Settings
    options: Options
    emit: Emit
    refuse: Refuse = lambda _told: None
    totals: Totals = field(default_factory=Totals)
    _waiting: list[Entry] = field(default_factory=list)
    _chars: int = 0
    _evidence: list[tuple[Any, ...]] = field(default_factory=list)
    _chunks: list[tuple[list[Entry], Chunk]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recognise: SiteRecogniser = load_profiles(self.settings.profiles).recognise
        many = self.options.workers > 1
        self._engine: Engine = Processes(self.options.workers) if many else Inline()

    def add(self, entry: Entry) -> None:
        """Take a record; when a chunk is full, clean it."""
        self._waiting.append(entry)
        self._chars += len(entry.document[TEXT]) if entry.document else 0
        if len(self._waiting) >= self.options.documents or self._chars >= MAX_CHARS:
            self._end_chunk(cut_at([entry.document[SITE] if entry.document else None for entry in self._waiting]))

    def close(self) -> Totals:
        """Clean what is left, and return what the batch came to."""
        if self._waiting:
            self._end_chunk(len(self._waiting))
        self._clean()
        self._engine.close()
        return self.totals

    def _end_chunk(self, stop: int) -> None:
        entries, self._waiting = self._waiting[:stop], self._waiting[stop:]
        self._chars = sum(len(entry.document[TEXT]) for entry in self._waiting if entry.document)
        own = [entry.document for entry in entries if entry.document]
        for entry in entries:  # the columns below hold what it holds
            entry.document = entry.document and ()
        sites = {document[SITE] for document in own}
        evidence = [document for document in self._evidence if document[SITE] in sites]
        rows = documents_table([*evidence, *own])
        chunk = Chunk(rows, len(evidence), self.options.fields, self.settings)
        self._chunks.append((entries, chunk))
        self._evidence = own[-max(1, self.options.documents // EVIDENCE_SHARE) :]
        if len(self._chunks) >= self.options.workers:
            self._clean()

    def _clean(self) -> None:
        cleaned = self._engine.map(clean_chunk, [chunk for _, chunk in self._chunks], lambda _done, _all: None)
        for (entries, _), result in zip(self._chunks, cleaned, strict=True):
            self._give_out(entries, result)
        self._chunks = []

    def _give_out(self, entries: list[Entry], cleaned: CleanedChunk) -> None:
        self.totals.lines += cleaned.lines
        self.totals.removed += cleaned.removed
        places = iter(range(len(cleaned.records)))
        records = []
        for entry in entries:
            place = next(places) if entry.document is not None else None
            record = _rejected(self.options.fields, entry) if place is None else cleaned.records[place]
            if "id" in record:
                record["id"] = entry.id
            records.append(record)
            failure = entry.failure if place is None else cleaned.failures.get(place)
            if failure is None:
                self.totals.documents += 1
            else:
                self.totals.rejected += 1
                self.refuse({"id": entry.id, "reason": failure.reason, "message": failure.message})
        self.emit(records)


def _rejected(fields: tuple[str, ...], entry: Entry) -> dict[str, Any]:
    record: dict[str, Any] = {name: [] if name in LISTS else None for name in fields}
    told = {"text": "", "rejected": entry.failure and entry.failure.reason}
    return {name: told.get(name, value) for name, value in record.items()}


def cut_at(sites: list[str | None]) -> int:
    """Return where to end a chunk: before the last site, if its pages stand together in the second half."""
    place = len(sites) - 1
    while place and sites[place - 1] == sites[-1]:
        place -= 1
    together = place > len(sites) // 2 and sites[-1] not in sites[:place]
    return place if together else len(sites)
