"""Files that hold one document each: their bytes, and what is known of it in a sidecar."""

import gzip
import zlib
from pathlib import Path
from typing import Any

import orjson

from flows.readers.raw_files import SIDECAR, open_regular
from flows.readers.records import Sink, beginning

DAMAGED = "the compressed file ends early or is damaged; fetch it again"
_MAGIC = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"PK\x03\x04",
    b"\x7fELF",
    b"RIFF",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
)
SNIFFED_BYTES = 8192
_GZIP = b"\x1f\x8b"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def read_whole(path: Path, sink: Sink, *, compressed: bool = False) -> bytes | None:
    """Return a file's bytes (unpacked, if `compressed` and they are gzip); None when it was rejected."""
    limit = sink.settings.max_record_bytes
    try:
        data = _bytes_of(path, limit + 1, compressed=compressed)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        sink.reject(0, "truncated_archive", DAMAGED, *beginning(path, sink))
        return None
    if len(data) > limit:
        message = f"longer than max_record_bytes ({limit}); no article is; raise the setting if this one is"
        sink.reject(0, "too_large", message, data, truncated=True)
    elif not data.strip():
        sink.reject(0, "empty_file", "the file holds nothing; scrape the page again", data)
    elif is_binary(data):
        sink.reject(0, "binary_file", "the file holds bytes that aren't text; give it its own suffix", data)
    else:
        return data
    return None


def _bytes_of(path: Path, limit: int, *, compressed: bool) -> bytes:
    with open_regular(path) as file:
        if not compressed or file.read(2) != _GZIP:
            file.seek(0)
            return file.read(limit)
        file.seek(0)
        with gzip.GzipFile(fileobj=file) as inner:
            return inner.read(limit)


def read_sidecar(path: Path, sink: Sink, data: bytes) -> tuple[dict[str, Any], bytes] | None:
    """Return what a file's sidecar tells, and the bytes that stand for both; None when it was rejected."""
    if not sink.file.has_sidecar:
        return {}, data
    try:
        with open_regular(path.with_name(path.name + SIDECAR)) as file:
            sidecar = file.read(sink.settings.max_record_bytes)
        known = orjson.loads(sidecar)
        if not isinstance(known, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - it is what the file holds that is wrong
    except (OSError, ValueError) as error:
        message = f"its sidecar {path.name}{SIDECAR} can't be read: {error}; mend or remove it"
        sink.reject(0, "malformed_sidecar", message, data)
        return None
    return known, data + b"\0" + sidecar if sidecar else data


def is_binary(data: bytes) -> bool:
    """Tell whether bytes aren't text: by a known file type's first bytes, or NULs outside UTF-16 and -32."""
    head = data[:SNIFFED_BYTES]
    return head.startswith(_MAGIC) or (b"\0" in head and not head.startswith(_WIDE_MARKS))
