"""JSON: lines, arrays and single objects."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO

import orjson

from flows.errors import RecordError
from flows.readers.encodings import as_utf8
from flows.readers.formats import Cut, Facts, Format
from flows.readers.json_arrays import split_arrays
from flows.readers.json_groups import grouped, is_grouped
from flows.readers.json_pieces import objects_in
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.streams import HEAD_BYTES
from flows.readers.whole_files import is_binary
from flows.text import Repairs, decode, is_wide

LINE_SUFFIXES = (".jsonl", ".ndjson", ".jl", ".jsonlines")
_CHUNK = 1 << 20
WHOLE_BYTES = 8 << 20
"""A longer array is split into its items first, which takes a quarter more time; a shorter one is parsed as a whole."""
_ESCAPED = 6
"""Bytes that one of a text may take in JSON, as \\u0041."""


def read_lines(source: Source, sink: Sink) -> None:
    """Read JSON lines into `sink`; blank ones count and say nothing."""
    for number, (line, complete) in enumerate(_lines(as_utf8(source), sink.settings.max_record_bytes)):
        if not complete:
            _refuse_long(line, sink, number, truncated=True)
        elif line.strip():
            _add_value(line.rstrip(b"\r\n"), sink, number)


def _lines(file: BinaryIO, limit: int) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, and whether each is whole: of a longer one than `limit` its beginning alone is kept."""
    while line := file.readline(limit + 1):
        complete = len(line) <= limit or line.endswith(b"\n")
        yield line, complete
        while not complete and (rest := file.readline(_CHUNK)):
            complete = rest.endswith(b"\n")


def _refuse_long(raw: bytes, sink: Sink, number: int, *, truncated: bool = False) -> None:
    limit = sink.settings.max_record_bytes
    message = f"longer than max_record_bytes ({limit}); no article is; raise the setting if this one is"
    sink.reject(number, "too_large", message, raw, truncated=truncated)


def _add_value(raw: bytes, sink: Sink, number: int) -> None:
    repairs = Repairs()
    try:
        value = _parsed(raw, repairs)
    except ValueError as error:
        kind = "binary_file" if is_binary(raw) else "malformed_json"
        sink.reject(number, kind, f"not JSON: {error}; mend the line or the scraper that wrote it", raw)
        return
    _add_parsed(value, raw, sink, number, repairs)


def _add_parsed(value: Any, raw: bytes, sink: Sink, number: int, repairs: Repairs | None = None) -> None:
    if len(raw) > sink.settings.max_record_bytes:
        _refuse_long(raw, sink, number)
    elif isinstance(value, dict):
        sink.add(number, value, raw, repairs)
    else:
        message = f"a {type(value).__name__} where an object with fields is wanted; write one object a record"
        sink.reject(number, "not_an_object", message, raw)


def _parsed(raw: bytes, repairs: Repairs) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        if raw.startswith(BOM_UTF8) or not _is_utf8(raw):
            return orjson.loads(decode(raw, repairs))
        raise


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_document(source: Source, sink: Sink) -> None:
    """Read an array of records, one record, or lines under a wrong name."""
    if _may_be_long(source):
        data = source.stream.read(WHOLE_BYTES)
        if len(data) == WHOLE_BYTES:
            _read_long(data, source, sink)
            return
        if source.failure is not None:
            raise source.failure
    else:
        data = source.read_all(sink.settings.max_array_bytes, "max_array_bytes")
    if not data.strip():
        return
    repairs = Repairs()
    try:
        value = _parsed(data, repairs)
    except ValueError as error:
        _lines_or_malformed(data, sink, error)
        return
    if isinstance(value, list):
        _add_items(value, sink)
    elif isinstance(value, dict) and is_grouped(value, sink.mapping):
        _add_items((grouped(name, item) for name, items in value.items() for item in items), sink)
    else:
        _add_parsed(value, data.strip(), sink, 0, repairs)


def _may_be_long(source: Source) -> bool:
    """Tell an array that a head doesn't hold; its items are found by bytes, which wide characters don't allow."""
    head = source.head
    return len(head.data) >= HEAD_BYTES and head.text.startswith("[") and not is_wide(head.data)


def _read_long(beginning: bytes, source: Source, sink: Sink) -> None:
    """Read the items of a long array, one after the other."""
    chunks = chain([beginning], iter(lambda: source.stream.read(_CHUNK), b""))
    try:
        for number, item in enumerate(split_arrays(chunks, sink.settings.max_record_bytes * _ESCAPED)):
            if item.whole:
                _add_piece(item.data, sink, number)
            else:
                _refuse_long(item.data, sink, number, truncated=True)
    except RecordError as error:
        raise (source.failure or error) from None


def _add_items(items: Iterable[Any], sink: Sink) -> None:
    for number, item in enumerate(items):
        _add_parsed(item, orjson_bytes(item), sink, number)


def orjson_bytes(value: Any) -> bytes:
    """Return an array's item as bytes of its own."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _lines_or_malformed(data: bytes, sink: Sink, error: ValueError) -> None:
    lines = data.splitlines()
    first = next(line for line in lines if line.strip())
    if not _is_object(first):
        _pieces_or_malformed(data, sink, error)
        return
    sink.format = LINES.name
    for number, line in enumerate(lines):
        if line.strip():
            _add_value(line, sink, number)


def _pieces_or_malformed(data: bytes, sink: Sink, error: ValueError) -> None:
    if is_binary(data):
        raise RecordError("binary_file", f"not JSON: {error}; mend the file or the scraper that wrote it")
    if is_wide(data):
        data = decode(data, Repairs()).encode("utf-8", "replace")
    for number, piece in enumerate(objects_in(data)):
        _add_piece(piece, sink, number)


def _add_piece(piece: bytes, sink: Sink, number: int) -> None:
    repairs = Repairs()
    try:
        value = _parsed(piece, repairs)
    except ValueError as wrong:
        sink.reject(number, "malformed_json", f"not JSON: {wrong}; mend the object or its scraper", piece)
        return
    _add_parsed(value, orjson_bytes(value), sink, number, repairs)


def _is_object(line: bytes | str) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except ValueError:
        return False


def cut_lines(file: BinaryIO, wanted: int) -> list[Cut]:
    """Return where slices of `wanted` bytes and more begin, each after a line's end.

    Lines of UTF-16 aren't cut: the byte that ends them is half a character.
    """
    cuts = [Cut(0, 0)]
    if is_wide(file.read(HEAD_BYTES)):
        return cuts
    file.seek(0)
    position = lines = 0
    while chunk := file.read(_CHUNK):
        end = chunk.rfind(b"\n") + 1
        if end and position + end - cuts[-1].start >= wanted:
            lines += chunk.count(b"\n", 0, end)
            cuts.append(Cut(position + end, lines))
            lines += chunk.count(b"\n", end)
        else:
            lines += chunk.count(b"\n")
        position += len(chunk)
    return cuts[:-1] if len(cuts) > 1 and cuts[-1].start == position else cuts


def _begins_lines(head: Head) -> bool:
    """Tell lines of objects from one object over several lines: none of its later lines begins like an object.

    A line that is longer than the head may be either: then the name tells.
    """
    first, *others = head.text.split("\n")
    if not first.startswith("{"):
        return False
    endless = not others and len(head.data) >= HEAD_BYTES
    return endless or _is_object(first) or any(line.startswith('{"') for line in others)


def _begins_document(head: Head) -> bool:
    opening, rest = head.text[:1], head.text[1:].lstrip()
    return (opening == "{" and rest[:1] in ('"', "}")) or (opening == "[" and rest[:1] in ("{", "]"))


LINES = Format(
    "jsonl",
    "JSON lines",
    LINE_SUFFIXES,
    _begins_lines,
    read_lines,
    Facts(
        told_by="an object in the first line, or that begins a later one",
        numbers="lines, blank ones too",
        limits=("max_record_bytes",),
    ),
    cut_lines,
)
DOCUMENT = Format(
    "json",
    "JSON arrays and objects",
    (".json",),
    _begins_document,
    read_document,
    Facts(
        told_by="`{` and a name, or `[` and an object",
        numbers="items of the array, or of all of several",
        limits=("max_array_bytes", "max_record_bytes"),
    ),
)
