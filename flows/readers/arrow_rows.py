"""Rows of Arrow's columns as records: no more of them at a time than memory takes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from flows.readers.arrow_types import BYTES, LISTS, TEXTS, as_bytes, in_utc, plain
from flows.readers.failures import Damages
from flows.readers.fields import html_fields, is_known
from flows.readers.html_records import PageBytes
from flows.readers.records import Sink
from flows.readers.streams import Allowance
from flows.readers.whole_files import is_binary
from flows.text import Repairs, decode

PIECE_BYTES = 64 << 20
"""What rows that become Python's objects together may take."""
_VIEW_BYTES = 16
_VALUE_BYTES = 48
"""What an object takes in Python, however small."""
_NO_VALUE = (pa.ArrowException, ValueError, ArithmeticError, ImportError, LookupError)


def checked(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose offsets and places stay within it, with bytes for texts. Raises RecordError for others."""
    with Damages("a batch"):
        columns = [column.view(as_bytes(column.type)) for column in batch.columns]
        seen = pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
        seen.validate(full=True)
        return seen


def add_rows(batch: pa.RecordBatch, sink: Sink, first: int, allowance: Allowance) -> None:
    """Add the rows of a batch, the first of them under the number `first`.

    Raises RecordError for a file that holds far more than its size: a dictionary's text may stand in a million rows.
    """
    for start, piece, size in _pieces(batch, 0):
        number = first + start
        allowance.spend(size)
        if size > PIECE_BYTES:
            sink.reject(number, "too_large", _too_long(size, sink), b"", truncated=True)
            continue
        for place, row in enumerate(_rows(piece)):
            _add(row, sink, number + place)


def _too_long(size: int, sink: Sink) -> str:
    limit = sink.settings.max_record_bytes
    return (
        f"a row of {size} bytes, more than max_record_bytes ({limit}); no article is; raise the setting if this is one"
    )


def _pieces(batch: pa.RecordBatch, start: int) -> Iterator[tuple[int, pa.RecordBatch, int]]:
    """Yield parts of a batch that memory takes, each with the place of its first row and its size; or single rows."""
    size = sum(decoded_size(column) for column in batch.columns)
    if size <= PIECE_BYTES or batch.num_rows <= 1:
        yield start, batch, size
        return
    half = batch.num_rows // 2
    yield from _pieces(batch.slice(0, half), start)
    yield from _pieces(batch.slice(half), start + half)


def decoded_size(array: pa.Array) -> int:
    """Return about how many bytes an array's values take in Python, each on its own."""
    kind, own = array.type, _VALUE_BYTES * len(array)
    if isinstance(array, pa.ExtensionArray):
        return decoded_size(array.storage)
    if pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
        return own + _viewed_size(array)
    if pa.types.is_dictionary(kind):
        if not any(test(kind.value_type) for test in (*TEXTS, *BYTES)):
            return own
        lengths = pc.cast(pc.binary_length(array.dictionary), pa.int64())
        return own + (pc.sum(lengths.take(array.indices)).as_py() or 0)
    if any(test(kind) for test in (*TEXTS, *BYTES)):
        return own + (pc.sum(pc.cast(pc.binary_length(array), pa.int64())).as_py() or 0)
    if pa.types.is_map(kind):
        entries = slice(array.offsets[0].as_py(), array.offsets[-1].as_py()) if len(array) else slice(0, 0)
        return own + decoded_size(array.keys[entries]) + decoded_size(array.items[entries])
    if any(test(kind) for test in LISTS):
        return own + decoded_size(array.flatten())
    if pa.types.is_struct(kind):
        return own + sum(decoded_size(child) for child in array.flatten())
    return own


def _viewed_size(array: pa.Array) -> int:
    """Return how many bytes texts take that are places in others: many of them may be the same place."""
    views = array.buffers()[1]
    if views is None:
        return 0
    views = memoryview(views)[: _VIEW_BYTES * (array.offset + len(array))]  # a writer may have filled up the rest
    lengths = np.frombuffer(views, "<i4")[:: _VIEW_BYTES // 4]
    return int(lengths[array.offset :].sum(dtype=np.int64))


def _rows(piece: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    columns = [_values(column) for column in piece.columns]
    names = piece.schema.names
    for values in zip(*columns, strict=True):
        yield {
            name: value
            for name, value in zip(reversed(names), reversed(values), strict=True)  # of two with one name the first
            if value is not None
        }


def _values(column: pa.Array) -> list[Any]:
    """Return a column's values: texts as bytes, as nothing says that they are UTF-8, and times as they are written."""
    for kind in (column.type, in_utc(column.type)):  # a column may name a time zone that there isn't
        try:
            return column.cast(kind).cast(plain(kind)).to_pylist()  # type: ignore[no-any-return]
        except _NO_VALUE:
            pass
    return [_value(column, place) for place in range(len(column))]


def _value(column: pa.Array, place: int) -> Any:
    """Return one value; None for one that Python has nothing for."""
    try:
        return column[place].as_py()
    except _NO_VALUE:
        return None


def _add(row: dict[str, Any], sink: Sink, number: int) -> None:
    repairs = Repairs()
    record = {name: _told(value, repairs) for name, value in row.items()}
    page = None if sink.mapping is not None and sink.mapping.finds_text(record) else _page(row)
    raw = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    if len(raw) > sink.settings.max_record_bytes:
        sink.reject(number, "too_large", _too_long(len(raw), sink), raw)
    elif page is not None:
        del record[page[0]]
        sink.add(number, record, raw, repairs, page=PageBytes(page[1]))
    else:
        sink.add(number, record, raw, repairs)


def _page(row: dict[str, Any]) -> tuple[str, bytes] | None:
    """Return the page that a row holds, if no field of it holds the text: its own bytes tell its character set best."""
    if any(is_known(name, "text") and value for name, value in row.items()):
        return None
    held = [(name, row[name]) for name in html_fields(row) if isinstance(row[name], bytes) and row[name].strip()]
    return held[0] if held else None


def _told(value: Any, repairs: Repairs) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes that aren't text" if is_binary(value) else decode(value, repairs)
    if isinstance(value, dict):
        return {str(_told(name, repairs)): _told(inner, repairs) for name, inner in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(one, tuple) for one in value):  # a map
            return {str(_told(one[0], repairs)): _told(one[1], repairs) for one in value}
        return [_told(inner, repairs) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta) or (isinstance(value, int) and abs(value) >= 1 << 63):
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
