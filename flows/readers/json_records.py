"""JSON: lines, arrays and single objects, plain or gzip."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import orjson

from flows.readers.raw_files import open_regular
from flows.readers.records import Sink, beginning
from flows.readers.whole_files import is_binary
from flows.text import Repairs, decode

LINES, ARRAY = "jsonl", "json"
LINE_SUFFIXES = (".jsonl", ".ndjson", ".jl", ".jsonlines")
SUFFIXES = (*LINE_SUFFIXES, ".json")
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
DAMAGED = "the compressed file ends early or is damaged; what came before is kept; fetch it again"


def read_json(path: Path, sink: Sink, *, start: int, stop: int | None, first_record: int) -> None:
    """Read a JSON file, or the lines that begin in bytes [start, stop) of it, into `sink`."""
    with open_regular(path) as file:
        head = file.read(2)
        file.seek(start)
        if head == _GZIP:
            with gzip.GzipFile(fileobj=file) as inner:
                number = _read(path, cast(BinaryIO, inner), sink, length=None, first_record=0)
            if number is not None:
                sink.reject(number, "truncated_archive", DAMAGED, *beginning(path, sink))
        else:
            length = None if stop is None else stop - start
            _read(path, file, sink, length=length, first_record=first_record)


def _read(path: Path, file: BinaryIO, sink: Sink, *, length: int | None, first_record: int) -> int | None:
    """Read what the file holds; return the record at which an archive ends early, None for a whole one."""
    name = path.name.lower().removesuffix(".gz")
    sink.format = LINES
    if name.endswith(LINE_SUFFIXES):
        return read_lines(file, sink, length=length, first_record=first_record)
    return _read_document(file, sink)


def read_lines(file: BinaryIO, sink: Sink, *, length: int | None = None, first_record: int = 0) -> int | None:
    """Read JSON lines into `sink`; return the record at which an archive ends early, None for a whole one."""
    number, seen = first_record, False
    try:
        for line, complete in _lines(file, sink.settings.max_record_bytes, length):
            if line.strip() or not complete:
                _add_line(line, sink, number, complete=complete)
                seen = True
            number += 1
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return number
    if not seen and first_record == 0:
        sink.reject(0, "empty_file", "the file holds no record; scrape again", b"")
    return None


def _lines(file: BinaryIO, limit: int, length: int | None) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, and whether each is whole: of a longer one than `limit` its beginning alone is kept."""
    left = length
    while left is None or left > 0:
        line = file.readline(limit + 1)
        if not line:
            return
        read = len(line)
        complete = len(line) <= limit or line.endswith(b"\n")
        rest = line
        while not rest.endswith(b"\n") and not complete:
            rest = file.readline(_CHUNK)
            read += len(rest)
            if not rest:
                break
        yield line, complete
        if left is not None:
            left -= read


def _add_line(line: bytes, sink: Sink, number: int, *, complete: bool) -> None:
    if not complete:
        limit = sink.settings.max_record_bytes
        message = f"line longer than max_record_bytes ({limit}); no article is; raise the setting if this one is"
        sink.reject(number, "too_large", message, line, truncated=True)
        return
    raw = line.rstrip(b"\r\n")
    _add_value(raw, sink, number)


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
    if isinstance(value, dict):
        sink.add(number, value, raw, repairs)
    else:
        message = f"a {type(value).__name__} where an object with fields is wanted; write one object a record"
        sink.reject(number, "not_an_object", message, raw)


def _parsed(raw: bytes, repairs: Repairs) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return orjson.loads(decode(raw, repairs))
        raise


def _read_document(file: BinaryIO, sink: Sink) -> int | None:
    """Read a `.json` file: an array of records, one record, or lines under a wrong name."""
    limit = sink.settings.max_array_bytes
    try:
        data = file.read(limit + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return 0
    _add_document(data, sink, limit)
    return None


def _add_document(data: bytes, sink: Sink, limit: int) -> None:
    if len(data) > limit:
        message = f"longer than max_array_bytes ({limit}); write JSON lines, which are read piece by piece"
        sink.reject(0, "too_large", message, data, truncated=True)
        return
    if not data.strip():
        sink.reject(0, "empty_file", "the file holds nothing; scrape again", data)
        return
    repairs = Repairs()
    try:
        value = _parsed(data, repairs)
    except ValueError as error:
        _lines_or_malformed(data, sink, error)
        return
    if isinstance(value, list):
        sink.format = ARRAY
        for number, item in enumerate(value):
            _add_parsed(item, orjson_bytes(item), sink, number)
        if not value:
            sink.reject(0, "empty_file", "the array holds no record; scrape again", data)
    else:
        sink.format = ARRAY
        _add_parsed(value, data.strip(), sink, 0, repairs)


def orjson_bytes(value: Any) -> bytes:
    """Return an array's item as bytes of its own."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _lines_or_malformed(data: bytes, sink: Sink, error: ValueError) -> None:
    lines = data.splitlines()
    first = next(line for line in lines if line.strip())
    try:
        orjson.loads(first)
    except ValueError:
        kind = "binary_file" if is_binary(data) else "malformed_json"
        sink.reject(0, kind, f"not JSON: {error}; mend the file or the scraper that wrote it", data)
        return
    for number, line in enumerate(lines):
        if line.strip():
            _add_value(line, sink, number)
