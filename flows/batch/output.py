"""What a batch is written as: JSON lines, a JSON array, text to read, or Parquet."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO, Literal

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from flows.batch.fields import schema_of

OutputFormat = Literal["jsonl", "json", "text", "parquet"]
FORMATS: tuple[OutputFormat, ...] = ("jsonl", "json", "text", "parquet")
SUFFIXES: dict[str, OutputFormat] = {".json": "json", ".txt": "text", ".parquet": "parquet"}
Records = list[dict[str, Any]]
SEPARATOR = "─" * 60


@contextmanager
def writer(file: BinaryIO, kind: OutputFormat, fields: Sequence[str]) -> Iterator[Callable[[Records], None]]:
    """Yield what takes records; what it was given is on its way to the reader when it returns."""
    if kind == "parquet":
        schema = schema_of(fields)
        with pq.ParquetWriter(file, schema, compression="zstd") as parquet:
            yield lambda records: parquet.write_table(pa.Table.from_pylist(_with_text_ids(records), schema))
        return
    writers: dict[str, Callable[[Records], bytes]] = {"jsonl": _lines, "json": _Array(), "text": _text}
    write = writers[kind]
    file.write(b"[" if kind == "json" else b"")

    def take(records: Records) -> None:
        file.write(write(records))
        file.flush()

    yield take
    file.write(b"\n]\n" if kind == "json" else b"")
    file.flush()


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def _lines(records: Records) -> bytes:
    return b"".join(orjson.dumps(record, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE) for record in records)


class _Array:
    """The items of an array, a comma before each but the first."""

    def __init__(self) -> None:
        self._begun = False

    def __call__(self, records: Records) -> bytes:
        head = b",\n" if self._begun else b"\n"
        self._begun = self._begun or bool(records)
        return head + b",\n".join(map(_dumped, records)) if records else b""


def _text(records: Records) -> bytes:
    return "".join(map(_readable, records)).encode("utf-8", "replace")


def _readable(record: dict[str, Any]) -> str:
    """A record to read: its id, what else was asked for, headline, text or lines."""
    facts = {name: value for name, value in record.items() if name not in ("title", "text", "lines", "rejected")}
    head = [f"{name}: {_told(value)}" for name, value in facts.items() if value not in (None, [])]
    if record.get("rejected"):
        head.append(f"rejected: {record['rejected']}")
    parts = [SEPARATOR, "\n".join(head), record.get("title") or "", record.get("text") or ""]
    if record.get("lines"):
        parts.append("\n".join(map(_line, record["lines"])))
    return "\n\n".join(part for part in parts if part) + "\n\n"


def _told(value: Any) -> str:
    return value if isinstance(value, str) else _dumped(value).decode()


def _line(line: dict[str, Any]) -> str:
    mark = " " if line["kept"] else "-"
    why = f"{line['role']}: {line['reason']}" if line["reason"] else line["role"]
    return f"{line['line_no']:>4} {mark} {line['text']}   [{why}]"


def _with_text_ids(records: Records) -> Records:
    for record in records:
        if "id" in record and not isinstance(record["id"], str):
            record["id"] = _dumped(record["id"]).decode()
    return records
