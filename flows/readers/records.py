"""Records: what a format's module yields, each a document or a rejection."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flows.errors import RecordError
from flows.readers.fields import name_fields
from flows.readers.html_records import PageBytes, page_in, read_record_page
from flows.readers.kept_pages import Given, pack, packed_size, reading_version
from flows.readers.mapping import FieldMapping, mapping_for
from flows.readers.metadata import check_fields, dumped, encodable, jsonable, metadata_of
from flows.readers.no_text import no_text
from flows.readers.origin import SiteRecogniser, date_in_path, fetched_at_of, site_of
from flows.readers.raw_files import RawFile
from flows.readers.rows import READ_SCHEMA, Rows, Take
from flows.readers.time_limit import limited
from flows.settings import Settings
from flows.text import Repairs, normalise

_LONG = tuple(READ_SCHEMA.get_field_index(name) for name in ("text", "metadata"))
_PAGE = READ_SCHEMA.get_field_index("page")
_MARKUP = READ_SCHEMA.get_field_index("markup")
MARKED_LINE = 400
"""Bytes that what HTML says of one line takes in Python."""
_HASH_OF_NOTHING = hashlib.blake2b(b"", digest_size=16).hexdigest()
"""Of records that come from no file."""
FLUSH_CHARACTERS = 16 << 20
"""What a sink holds before it hands on: Python takes some four times that for rows on their way into columns."""


@dataclass
class Sink:
    """Takes the records of one file, one after the other: each becomes a document or a rejection."""

    file: RawFile
    settings: Settings
    recognise: SiteRecogniser
    format: str = "unknown"
    take: Take | None = None
    """What is handed the rows there are, now and then; without it all are held."""
    rows: Rows = field(default_factory=Rows)
    first_record: int = 0
    """The number of the source's first record in the file: more than 0 for slices and members of archives."""
    next_record: int = 0
    """One more than the highest record number so far, counted in the file."""
    member: str | None = None
    """The path of the archive's member that is read."""
    member_mtime: datetime | None = None
    """Its time in the archive."""
    records: int = 0
    bad: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    """What of a file is no record, such as a WARC's pictures: counted by kind."""
    _mapped: tuple[str | None, FieldMapping | None] | None = None
    """The last member that a mapping was asked for, and the mapping."""

    def add(
        self,
        record_no: int,
        record: Mapping[str, Any],
        raw: bytes,
        repairs: Repairs | None = None,
        page: PageBytes | None = None,
    ) -> None:
        """Take one record of the source, counted from 0; whatever is wrong with it, it costs no other.

        `page` is the page that the record is of, where it isn't a field of it. Raises RecordError once the file has
        given more bad records than a file of records would.
        """
        number = self._number(record_no)
        try:
            with limited(self.settings.max_record_seconds):
                document = self._document(number, record, raw, repairs or Repairs(), page)
        except RecordError as error:
            self._reject(number, "validate", error.reason, str(error), raw)
        except Exception as error:  # law 7: nothing in a record may end a run
            message = f"record: {type(error).__name__}: {str(error)[:300]}; please report this with the record"
            self._reject(number, "validate", "invalid_field", message, raw)
        else:
            self.accept(number, document)

    def reject(self, record_no: int, reason: str, message: str, raw: bytes, truncated: bool = False) -> None:
        """Take a record that could not be read at all. Raises RecordError as `add` does."""
        self._reject(self._number(record_no), "read", reason, message, raw, truncated=truncated)

    def refuse_rest(self, error: RecordError, beginning: bytes) -> None:
        """Take what is left of a source as one record that can't be read."""
        number = self._number(self.next_record - self.first_record)
        row = self._rejection(number, "read", error.reason, str(error), beginning, truncated=number > self.first_record)
        self.refuse(number, row)

    def pass_over(self, kind: str, count: int = 1) -> None:
        """Count what is no record."""
        self.passed_over[kind] += count

    def accept(self, number: int, document: tuple[Any, ...]) -> None:  # noqa: ARG002 - for those who take it elsewhere
        """Hold a document until rows are handed on."""
        self.rows.documents.append(document)
        kept = document[_PAGE]
        texts = sum(len(document[column]) for column in _LONG)
        self._hold(texts + MARKED_LINE * len(document[_MARKUP] or ()) + (packed_size(kept) if kept else 0))

    def refuse(self, number: int, rejection: dict[str, Any]) -> None:  # noqa: ARG002
        """Hold a rejection until rows are handed on."""
        self.rows.rejections.append(rejection)
        self._hold(len(rejection["payload"]))

    @property
    def mapping(self) -> FieldMapping | None:
        """What the settings say of the fields of what is read now."""
        if self.settings.fields.is_empty:
            return None
        if self._mapped is None or self._mapped[0] != self.member:
            self._mapped = self.member, mapping_for(self.settings.fields, self.file.path, self.member)
        return self._mapped[1]

    @property
    def gave_up(self) -> bool:
        """Whether there were so many bad records that the rest of the file isn't read."""
        return self.bad >= self.settings.max_rejected_per_file

    def _number(self, record_no: int) -> int:
        number = record_no + self.first_record
        self.next_record = max(self.next_record, number + 1)
        self.records += 1
        return number

    def _hold(self, characters: int) -> None:
        self.rows.characters += characters
        if self.take is not None and self.rows.characters >= FLUSH_CHARACTERS:
            self.take(*self.rows.tables())

    def _reject(
        self, number: int, stage: str, reason: str, message: str, raw: bytes, *, truncated: bool = False
    ) -> None:
        self.refuse(number, self._rejection(number, stage, reason, message, raw, truncated=truncated))
        self.bad += 1
        if self.bad == self.settings.max_rejected_per_file:
            told = f"{self.bad} bad records (max_rejected_per_file), the last of them record {number}"
            raise RecordError("too_many_bad_records", f"{told}; the rest isn't read; mend the scraper, or take it out")

    def _rejection(
        self, number: int, stage: str, reason: str, message: str, raw: bytes, *, truncated: bool
    ) -> dict[str, Any]:
        kept = raw[: self.settings.payload_bytes]
        moment = date_in_path(self.place) or datetime.fromtimestamp(self.file.mtime_ns // 10**9, UTC)
        where = f"{self.file.path}, member {self.member!r}" if self.member is not None else self.file.path
        return {
            "source_path": self.file.path,
            "record_no": number,
            "stage": stage,
            "reason": reason,
            "message": encodable(f"{where}, record {number}: {message}"),
            "payload": kept,
            "payload_truncated": truncated or len(raw) > len(kept),
            "month": f"{moment:%Y-%m}",
        }

    @property
    def place(self) -> str:
        """The path that tells a record's site and date, through the archive it is in."""
        return self.file.path if self.member is None else f"{self.file.path}/{self.member}"

    def _document(
        self,
        record_no: int,
        given: Mapping[str, Any],
        raw: bytes,
        repairs: Repairs,
        page: PageBytes | None,
    ) -> tuple[Any, ...]:
        named, rest = name_fields(given, self.mapping)
        html = page or page_in(named, rest)
        named.pop("html", None)
        if html is None and (not isinstance(named.get("text"), str) or not named["text"].strip()):
            raise RecordError("missing_text", self._no_text(given))
        told = Given(named, rest, repairs)
        kept = self._keep(html, told) if html else None
        return self.document_of(record_no, told, html=html, raw=raw, kept=kept)

    def _no_text(self, given: Mapping[str, Any]) -> str:
        return no_text(given, self.mapping)

    def _keep(self, page: PageBytes, given: Given) -> dict[str, Any] | None:
        """Pack a page with what is needed to read it again, before its reading fills in fields."""
        if not self.settings.keep_pages:
            return None
        named = {name: value for name, value in given.named.items() if name != "text"}
        told = {
            "named": named,
            "rest": given.rest and jsonable(given.rest),
            "repairs": given.repairs.as_fields(),
            "member": self.member,
        }
        return pack(page, dumped({name: value for name, value in told.items() if value}))

    def document_of(
        self,
        record_no: int,
        given: Given,
        *,
        html: PageBytes | None = None,
        raw: bytes = b"",
        kept: dict[str, Any] | None = None,
    ) -> tuple[Any, ...]:
        """Return a record's document, column by column; `html` is the page that its text is read from.

        Raises RecordError.
        """
        named, rest, repairs = given.named, given.rest, given.repairs
        read = read_record_page(html, named, repairs, self.settings) if html else None
        named["text"] = normalise(named["text"], repairs)
        if not named["text"].strip():
            raise RecordError("missing_text", "field `text`: nothing but space and control characters")
        self._check_lines(named["text"])
        if isinstance(named.get("title"), str):
            named["title"] = " ".join(normalise(named["title"], Repairs()).split()) or None
        record = check_fields(named)
        fetched_at, origin = fetched_at_of(
            given=record.fetched_at, path=self.place, mtime_ns=self.file.mtime_ns, member_mtime=self.member_mtime
        )
        site = site_of(
            url=record.url,
            given=record.site,
            path=self.file.path,
            member=self.member,
            text=record.text,
            recognise=self.recognise,
        )
        return (
            self.file.path,
            record_no,
            self.format,
            encodable(site),
            record.url,
            fetched_at,
            origin,
            record.text,
            metadata_of(record, named, rest, repairs, page=read.told if read else {}, member=self.member),
            [vars(line) for line in read.markup] if read else None,
            reading_version(self.settings) if kept else None,
            kept,
            f"{fetched_at.year:04}-{fetched_at.month:02}",
            hashlib.blake2b(raw, digest_size=16).hexdigest() if raw else _HASH_OF_NOTHING,
        )

    def _check_lines(self, text: str) -> None:
        limit = self.settings.max_record_lines
        if len(text) >= limit and (lines := text.count("\n") + 1) > limit:  # most have fewer characters
            told = f"field `text`: {lines} lines, more than max_record_lines ({limit})"
            raise RecordError("too_large", f"{told}; raise the setting if this is an article")


def say_passed_over(counted: Mapping[str, int]) -> str | None:
    """Say what was no record, such as a WARC's pictures; nothing where all was one."""
    most_first = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{count:,} {kind}" for kind, count in most_first)
    return f"passed over, as they are no records: {told}" if told else None
