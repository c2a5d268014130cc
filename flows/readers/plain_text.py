"""Text files: one document each, what is known of it in a sidecar."""

from pathlib import Path
from typing import Any

import orjson

from flows.readers.raw_files import SIDECAR, open_regular
from flows.readers.records import Sink
from flows.text import Repairs, decode

FORMAT = "text"
SUFFIXES = (".txt", ".text", "")
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
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def read_text(path: Path, sink: Sink) -> None:
    """Read one text file into `sink`."""
    sink.format = FORMAT
    limit = sink.settings.max_record_bytes
    with open_regular(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        message = f"longer than max_record_bytes ({limit}); no article is; raise the setting if this one is"
        sink.reject(0, "too_large", message, data, truncated=True)
    elif not data.strip():
        sink.reject(0, "empty_file", "the file holds nothing; scrape the page again", data)
    elif is_binary(data):
        sink.reject(0, "binary_file", "the file holds bytes that aren't text; give it its own suffix", data)
    else:
        _add(path, data, sink)


def _add(path: Path, data: bytes, sink: Sink) -> None:
    known: dict[str, Any] = {}
    sidecar = b""
    if sink.file.has_sidecar:
        try:
            with open_regular(path.with_name(path.name + SIDECAR)) as file:
                sidecar = file.read(sink.settings.max_record_bytes)
            known = orjson.loads(sidecar)
            if not isinstance(known, dict):
                raise ValueError("not a JSON object")  # noqa: TRY004 - it is what the file holds that is wrong
        except (OSError, ValueError) as error:
            message = f"its sidecar {path.name}{SIDECAR} can't be read: {error}; mend or remove it"
            sink.reject(0, "malformed_sidecar", message, data)
            return
    repairs = Repairs()
    record = {**known, "text": decode(data, repairs)}
    sink.add(0, record, data + b"\0" + sidecar if sidecar else data, repairs)


def is_binary(data: bytes) -> bool:
    """Tell whether bytes aren't text: by a known file type's first bytes, or NULs outside UTF-16 and -32."""
    head = data[:SNIFFED_BYTES]
    return head.startswith(_MAGIC) or (b"\0" in head and not head.startswith(_WIDE_MARKS))
