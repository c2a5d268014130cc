"""Units of reading: groups of small files, and slices of large ones."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from flows.readers import html_files, json_records, plain_text
from flows.readers.origin import SiteRecogniser
from flows.readers.raw_files import SIDECAR, RawFile, open_regular
from flows.readers.records import Sink, beginning
from flows.settings import Settings

MAX_FILES = 2000
"""Small files in a unit; opening a file costs some 50 microseconds."""
_CHUNK = 1 << 20
FORMATS = (
    "text (.txt), HTML (.html, .htm, .xhtml), JSON (.json), JSON lines (.jsonl, .ndjson, .jl); all but text also as .gz"
)


@dataclass(frozen=True, slots=True)
class Slice:
    """A file, or the lines of it that begin in bytes [start, stop)."""

    file: RawFile
    start: int = 0
    stop: int | None = None
    first_record: int = 0


ReadUnit = tuple[Slice, ...]
"""What one step reads."""


@dataclass(frozen=True)
class UnitTables:
    """What a unit holds. Records = documents + rejections."""

    documents: pa.Table
    rejections: pa.Table
    records: int


def plan(files: list[RawFile], raw: Path, settings: Settings) -> list[ReadUnit]:
    """Return units of about `slice_bytes` each; a long JSON lines file is cut at line ends."""
    units: list[ReadUnit] = []
    group: list[Slice] = []
    size = 0
    for file in files:
        if file.size > settings.slice_bytes and file.path.lower().endswith(json_records.LINE_SUFFIXES):
            units += [(part,) for part in _slices(file, raw, settings.slice_bytes)]
            continue
        if group and (size + file.size > settings.slice_bytes or len(group) >= MAX_FILES):
            units.append(tuple(group))
            group, size = [], 0
        group.append(Slice(file))
        size += file.size
    return [*units, tuple(group)] if group else units


def _slices(file: RawFile, raw: Path, wanted: int) -> list[Slice]:
    """Cut a file into slices that begin after a line end, counting the lines before each."""
    parts: list[Slice] = []
    start = first = records = position = 0
    try:
        with open_regular(file.below(raw)) as content:
            if content.read(2) == b"\x1f\x8b":
                return [Slice(file)]
            content.seek(0)
            while chunk := content.read(_CHUNK):
                end = chunk.rfind(b"\n") + 1
                if end and position + end - start >= wanted:
                    records += chunk.count(b"\n", 0, end)
                    parts.append(Slice(file, start, position + end, first))
                    start, first = position + end, records
                    records += chunk.count(b"\n", end)
                else:
                    records += chunk.count(b"\n")
                position += len(chunk)
    except OSError:
        return [Slice(file)]  # reading it will say why
    return [*parts, Slice(file, start, None, first)] if position > start or not parts else parts


def read_unit(unit: ReadUnit, *, raw: Path, settings: Settings, sites: SiteRecogniser) -> UnitTables:
    """Read a unit; `sites` recognises a site by its marks in a text. Nothing in a file makes it raise."""
    documents, rejections, records = [], [], 0
    for part in unit:
        sink = Sink(file=part.file, settings=settings, recognise=sites)
        read_slice(part, raw, sink)
        found, refused = sink.tables()
        documents.append(found)
        rejections.append(refused)
        records += sink.records
    return UnitTables(
        documents=pa.concat_tables(documents).combine_chunks(),
        rejections=pa.concat_tables(rejections).combine_chunks(),
        records=records,
    )


def read_slice(part: Slice, raw: Path, sink: Sink) -> None:
    """Read a file, or a slice of it, into `sink`; nothing in it raises."""
    try:
        _read(part, part.file.below(raw), sink)
    except OSError as error:
        message = f"the file can't be read: {error.strerror or error}; grant access, or fetch it again"
        sink.reject(part.first_record, "unreadable_file", message, b"")


def _read(part: Slice, path: Path, sink: Sink) -> None:
    name = path.name.lower()
    if name.endswith(SIDECAR):
        told = "the file it belongs to isn't there; bring it, or remove this one"
        sink.reject(0, "orphan_sidecar", told, *beginning(path, sink))
    elif name.removesuffix(".gz").endswith(json_records.SUFFIXES):
        json_records.read_json(path, sink, start=part.start, stop=part.stop, first_record=part.first_record)
    elif name.removesuffix(".gz").endswith(html_files.SUFFIXES):
        html_files.read_html(path, sink)
    elif path.suffix.lower() in plain_text.SUFFIXES:
        plain_text.read_text(path, sink)
    else:
        message = f"no reader takes {path.suffix} files; what is read is {FORMATS}"
        sink.reject(0, "unsupported_format", message, *beginning(path, sink))
