"""Units of reading: groups of small files, and slices of large ones."""

import errno
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from flows.errors import RecordError
from flows.readers.archives import ORPHAN
from flows.readers.formats import Archive, Format
from flows.readers.media_files import media_kind
from flows.readers.origin import SiteRecogniser
from flows.readers.raw_files import FOLDER, SIDECAR, RawFile, open_regular
from flows.readers.records import Sink
from flows.readers.registry import by_name, detect, told
from flows.readers.rows import READ_SCHEMA, Rows, Take
from flows.readers.source import Slice, Source, open_source, stream_source
from flows.readers.time_limit import alarm
from flows.settings import Settings
from schemas import REJECTIONS

_OF_CONTENT = (None, errno.EINVAL)
"""What parsers raise, and what a file system says when a file's content has them look before its beginning."""
MAX_FILES = 2000
"""Small files in a unit; opening a file costs some 50 microseconds."""
ReadUnit = tuple[Slice, ...]
"""What one step reads."""


@dataclass(frozen=True)
class UnitCounts:
    """What a unit held. Records = documents + rejections."""

    records: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    """What is no record, by kind."""


@dataclass(frozen=True)
class UnitTables:
    """What a unit holds, all of it. Records = documents + rejections."""

    documents: pa.Table
    rejections: pa.Table
    records: int


def plan(files: list[RawFile], raw: Path, settings: Settings) -> list[ReadUnit]:
    """Return units of about `slice_bytes` each; a long file is cut between records, where its format can tell."""
    units: list[ReadUnit] = []
    group: list[Slice] = []
    size = 0
    for file in files:
        if file.size > settings.slice_bytes:
            units += [(part,) for part in _slices(file, raw, settings)]
            continue
        if group and (size + file.size > settings.slice_bytes or len(group) >= MAX_FILES):
            units.append(tuple(group))
            group, size = [], 0
        group.append(Slice(file))
        size += file.size
    return [*units, tuple(group)] if group else units


def _slices(file: RawFile, raw: Path, settings: Settings) -> list[Slice]:
    """Cut a file, counting the records before each slice."""
    whole = Slice(file)
    path = file.below(raw)
    try:
        with open_source(whole, path, settings) as source:
            found = detect(source)
            cut = found.cuts if isinstance(found, Format) and (found.cuts_packed or not source.layers) else None
            if found is None or cut is None:
                return [whole]
            with open_regular(path) as content:
                cuts = cut(content, settings.slice_bytes)
    except Exception:  # law 7; reading it will say why
        return [whole]
    ends = [*(one.start for one in cuts[1:]), None]
    return [Slice(file, one.start, stop, one.first_record, found.name) for one, stop in zip(cuts, ends, strict=True)]


def read_unit(unit: ReadUnit, *, raw: Path, settings: Settings, sites: SiteRecogniser) -> UnitTables:
    """Read a unit as a whole; `sites` recognises a site by its marks in a text. Nothing in a file makes it raise."""
    documents, rejections = [READ_SCHEMA.empty_table()], [REJECTIONS.full_schema.empty_table()]

    def take(some: pa.Table, refused: pa.Table) -> None:
        documents.append(some)
        rejections.append(refused)

    counts = stream_unit(unit, take, raw=raw, settings=settings, sites=sites)
    return UnitTables(
        documents=pa.concat_tables(documents).combine_chunks(),
        rejections=pa.concat_tables(rejections).combine_chunks(),
        records=counts.records,
    )


def stream_unit(
    unit: Sequence[Slice],
    take: Take,
    *,
    raw: Path,
    settings: Settings,
    sites: SiteRecogniser,
    meter: Callable[[int], None] | None = None,
) -> UnitCounts:
    """Read a unit, handing on documents and rejections now and then; memory holds no more than some of them.

    `meter` is told of bytes as they are read from disk.
    """
    records, passed_over, rows = 0, Counter[str](), Rows()
    for part in unit:
        sink = Sink(file=part.file, settings=settings, recognise=sites, take=take, rows=rows)
        read_slice(part, raw, sink, meter)
        records += sink.records
        passed_over += sink.passed_over
    take(*rows.tables())
    return UnitCounts(records, passed_over)


def read_slice(part: Slice, raw: Path, sink: Sink, meter: Callable[[int], None] | None = None) -> None:
    """Read a file, or a slice of it, into `sink`; nothing in it raises."""
    sink.first_record = sink.next_record = part.first_record
    if part.file.special:
        sink.refuse_rest(_no_file(part.file.special), b"")
        return
    try:
        with open_source(part, part.file.below(raw), sink.settings, meter) as source:
            read_source(source, sink, by_name(part.format) if part.format else None)
    except OSError as error:
        message = f"the file can't be read: {error.strerror or error}; grant access, or fetch it again"
        sink.refuse_rest(RecordError("unreadable_file", message), b"")
    except RecordError as error:
        sink.refuse_rest(error, _beginning(part, raw, sink))


def _no_file(special: str) -> RecordError:
    if special == FOLDER:
        return RecordError("unreadable_file", f"a {FOLDER}; grant access to it")
    return RecordError("not_a_file", f"a {special}, which is never opened or followed; bring the file itself")


def _beginning(part: Slice, raw: Path, sink: Sink) -> bytes:
    try:
        with open_regular(part.file.below(raw)) as file:
            return file.read(sink.settings.payload_bytes + 1)
    except OSError:
        return b""


def read_stream(stream: BinaryIO, sink: Sink, *, format_name: str | None = None) -> None:
    """Read what comes through a pipe into `sink`; nothing in it raises. Its beginning tells an unnamed format."""
    try:
        source = stream_source(stream, sink.file.path, sink.settings)
        read_source(source, sink, by_name(format_name) if format_name else None)
    except RecordError as error:
        sink.refuse_rest(error, b"")


@alarm()
def read_source(source: Source, sink: Sink, known: Format | Archive | None = None) -> None:
    """Read a source into `sink` by the reader of its format; what can't be read of it is a rejection."""
    try:
        if source.name.endswith(SIDECAR):
            raise RecordError("orphan_sidecar", ORPHAN)
        found = known or detect(source)
        if found is None:
            _pass_over(source, sink)
            return
        sink.format = found.name
        before = sink.records
        if isinstance(found, Format):
            found.read(source, sink)
        else:
            _read_members(found, source, sink)
        if source.failure is not None:
            raise source.failure
        if sink.records == before and not sink.first_record and not sink.passed_over:
            raise RecordError("empty_file", "it holds no record; scrape again")
    except RecordError as error:
        sink.refuse_rest(error, source.beginning)
    except OSError as error:
        if error.errno not in _OF_CONTENT:
            raise
        sink.refuse_rest(
            RecordError("unreadable_content", f"its reader stopped: {error}; fetch it again"), source.beginning
        )
    except Exception as error:  # law 7: nothing in a file may end a run
        message = f"its reader stopped: {type(error).__name__}: {str(error)[:300]}; please report this with the file"
        sink.refuse_rest(RecordError("unreadable_content", message), source.beginning)


def _pass_over(source: Source, sink: Sink) -> None:
    """Count what no reader takes and what is no record. Raises RecordError for anything else."""
    kind = media_kind(source.name, source.head.data)
    if kind is None:
        raise source.failure or RecordError("unsupported_format", _unsupported(source))
    sink.pass_over(kind)


def _read_members(archive: Archive, source: Source, sink: Sink) -> None:
    if source.nesting - len(source.layers) >= sink.settings.max_nesting:
        limit = sink.settings.max_nesting
        raise RecordError("nested_too_deep", f"in more than max_nesting ({limit}) archives; unpack the outer ones")
    for member in archive.members(source, sink):
        if sink.gave_up:
            raise RecordError("too_many_bad_records", "the archive's other members aren't read either")
        read_source(member, sink)
        source.allowance.check()


def _unsupported(source: Source) -> str:
    suffix = source.name.rpartition(".")[2]
    return f"no reader takes .{suffix} files, and it doesn't begin like any other; what is read is {told()}"
