"""The sources of a batch: files and folders by name, and streams."""

import gzip
import io
import stat
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import orjson

from flows.batch.batch import Batch
from flows.batch.sink import BatchSink
from flows.errors import QueryError
from flows.readers import RawFile, Slice, read_slice, scan
from flows.readers.json_records import DAMAGED, read_lines
from flows.readers.origin import is_date_folder
from flows.readers.raw_files import SIDECAR

InputFormat = Literal["jsonl", "json", "html", "text"]
STANDARD_INPUT = "-"
SNIFFED_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"


def read_sources(names: Iterable[str], batch: Batch, *, input_format: InputFormat | None = None) -> None:
    """Read files, folders (as raw folders are) and streams into `batch`; `-` is standard input.

    `input_format` says what streams hold; without it, their beginning tells. Raises QueryError for a name
    that isn't there, before anything is read.
    """
    names = list(names) or [STANDARD_INPUT]
    for name in names:
        if name != STANDARD_INPUT and not Path(name).exists():
            raise QueryError(f"{name}: there is no such file or folder")
    for name in names:
        if name == STANDARD_INPUT:
            _read_stream(sys.stdin.buffer, "stdin", batch, input_format)
        elif Path(name).is_dir():
            _read_folder(Path(name), batch)
        elif stat.S_ISREG(Path(name).stat().st_mode):
            _read_file(raw_file(Path(name)), Path(), name, batch)
        else:
            with Path(name).open("rb") as stream:
                _read_stream(stream, name, batch, input_format)


def _read_folder(folder: Path, batch: Batch) -> None:
    site = "/".join(_site_folders(folder.absolute()))
    for file in scan(folder):
        real = file.real_path or file.path
        below = replace(file, path=f"{site}/{file.path}", real_path=real) if site else file
        _read_file(below, folder, f"{folder}/{file.path}", batch)


def raw_file(path: Path) -> RawFile:
    """Return a file named by itself, as if the raw folder lay above the folder that names its site, if one does."""
    real = path.resolve()
    found, sidecar = real.stat(), real.with_name(real.name + SIDECAR)
    known = sidecar.stat() if sidecar.is_file() else None
    return RawFile(
        path="/".join((*_site_folders(path.absolute().parent), path.name))
        .encode("utf-8", "surrogateescape")
        .decode("utf-8", "backslashreplace"),
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
        sidecar_size=known.st_size if known else -1,
        sidecar_mtime_ns=known.st_mtime_ns if known else -1,
        real_path=str(real),
    )


def _site_folders(folder: Path) -> tuple[str, ...]:
    """Return the folder that is named like a domain, and the folders of dates below it; nothing without one."""
    dates: tuple[str, ...] = ()
    while is_date_folder(folder.name):
        dates, folder = (folder.name, *dates), folder.parent
    return (folder.name, *dates) if "." in folder.name.strip(".") else ()


def _sink(file: RawFile, shown: str, batch: Batch) -> BatchSink:
    return BatchSink(file=file, settings=batch.settings, recognise=batch.recognise, batch=batch, shown=shown)


def _read_file(file: RawFile, root: Path, shown: str, batch: Batch) -> None:
    read_slice(Slice(file), root, _sink(file, shown, batch))


def _read_stream(stream: BinaryIO, shown: str, batch: Batch, kind: InputFormat | None) -> None:
    """Read JSON lines as they come; what has to be read as a whole goes through a file."""
    sink = _sink(RawFile(path=Path(shown).name, size=0, mtime_ns=time.time_ns()), shown, batch)
    try:
        content, kind = _opened(stream, kind)
        if kind == "jsonl":
            sink.format = kind
            ends_at = read_lines(content, sink)
            if ends_at is not None:
                sink.reject(ends_at, "truncated_archive", DAMAGED, b"")
        else:
            _read_whole(content, kind, sink)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        sink.reject(0, "truncated_archive", DAMAGED, b"")


def _opened(stream: BinaryIO, kind: InputFormat | None) -> tuple[BinaryIO, InputFormat]:
    """Return the stream, decompressed where it is gzip, and what it holds."""
    content: Any = stream if hasattr(stream, "peek") else io.BufferedReader(cast(io.RawIOBase, stream), SNIFFED_BYTES)
    if content.peek(2).startswith(_GZIP):
        content = gzip.GzipFile(fileobj=content)
    return content, kind or sniff(content.peek(SNIFFED_BYTES))


def sniff(head: bytes) -> InputFormat:
    """Tell what a stream holds by its first bytes."""
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first, line_end, _ = head.partition(b"\n")
    if first.startswith(b"{"):
        return "json" if first.strip() == b"{" else "jsonl"
    if first.startswith(b"[") and (not line_end or first.strip() == b"[" or _is_json(first)):
        return "json"
    return "html" if first.startswith(b"<") else "text"


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line.rstrip().rstrip(b",").removeprefix(b"["))
    except orjson.JSONDecodeError:
        return False
    return True


def _read_whole(content: BinaryIO, kind: InputFormat, sink: BatchSink) -> None:
    """Spool a stream that holds one document, or one JSON value, and let its reader have the file."""
    suffix = {"text": ".txt"}.get(kind, f".{kind}")
    limit = max(sink.settings.max_record_bytes, sink.settings.max_array_bytes) + 1
    with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
        path = Path(folder) / f"stdin{suffix}"
        with path.open("wb") as file:
            for block in _blocks(content, limit):
                file.write(block)
        sink.file = RawFile(path=sink.file.path, size=0, mtime_ns=sink.file.mtime_ns, real_path=str(path))
        read_slice(Slice(sink.file), Path(folder), sink)


def _blocks(content: BinaryIO, limit: int) -> Iterator[bytes]:
    while limit > 0 and (block := content.read(min(limit, io.DEFAULT_BUFFER_SIZE * 8))):
        limit -= len(block)
        yield block
