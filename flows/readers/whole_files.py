"""Sources that hold one document each: their bytes, and what is known of it in a sidecar."""

from typing import Any

import orjson

from flows.errors import RecordError
from flows.readers.raw_files import SIDECAR
from flows.readers.records import Sink
from flows.readers.source import Source
from flows.text import is_wide

_MAGIC = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF",
    b"PK\x03\x04",
    b"\x7fELF",
    b"RIFF",
)
SNIFFED_BYTES = 8192


def read_whole(source: Source, sink: Sink) -> bytes:
    """Return a source's bytes. Raises RecordError when it is too long, holds nothing, or isn't text."""
    data = source.read_all(sink.settings.max_record_bytes, "max_record_bytes")
    if not data.strip():
        raise RecordError("empty_file", "the file holds nothing; scrape the page again")
    if is_binary(data):
        raise RecordError("binary_file", "the file holds bytes that aren't text; give it its own suffix")
    return data


def read_sidecar(source: Source, data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return what a source's sidecar tells, and the bytes that stand for both.

    Raises RecordError when the sidecar can't be read.
    """
    if source.sidecar is None and source.sidecar_error is None:
        return {}, data
    try:
        if source.sidecar is None:
            raise ValueError(source.sidecar_error)
        known = orjson.loads(source.sidecar)
        if not isinstance(known, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - it is what the file holds that is wrong
    except ValueError as error:
        message = f"its sidecar {source.name}{SIDECAR} can't be read: {error}; mend or remove it"
        raise RecordError("malformed_sidecar", message) from None
    return known, data + b"\0" + source.sidecar if source.sidecar else data


def is_binary(data: bytes) -> bool:
    """Tell whether bytes aren't text: by a known file type's first bytes, or NULs outside UTF-16 and -32."""
    head = data[:SNIFFED_BYTES]
    return head.startswith(_MAGIC) or (b"\0" in head and not is_wide(head))
