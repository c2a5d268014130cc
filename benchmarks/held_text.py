"""What a processed folder holds, packed or not: to see that nothing of what was taken down is left in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def holding(processed: Path, *needles: str) -> dict[str, list[str]]:
    """Return the files that hold any of the needles, as they are or as JSON escapes them."""
    found: dict[str, list[str]] = {}
    for path, text in parts_of(processed):
        for needle in needles:
            if needle in text or json.dumps(needle)[1:-1] in text:
                found.setdefault(needle, []).append(path)
    return found


def parts_of(processed: Path) -> Iterator[tuple[str, str]]:
    """Yield every file with all that it holds: its bytes as text, and of tables every value and all metadata."""
    for path in sorted(processed.rglob("*")):
        if path.is_file():
            yield str(path), path.relative_to(processed).as_posix()
            yield str(path), path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".parquet":
                file = pq.ParquetFile(path)
                yield str(path), f"{file.schema_arrow.metadata} {file.metadata.metadata}"
                yield str(path), "\n".join(map(plain, file.read().to_pylist()))
            if path.suffix == ".arrow":
                rows = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
                yield str(path), f"{rows.schema.metadata}\n" + "\n".join(map(plain, rows.to_pylist()))


def plain(value: Any) -> str:
    """Return all that stands in a value, one after the other."""
    if isinstance(value, dict | list):
        return "\n".join(plain(inner) for inner in (value.values() if isinstance(value, dict) else value))
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    text = str(value)
    return f"{text}\n{json.loads(text)}" if text.startswith("{") and text.endswith("}") else text
