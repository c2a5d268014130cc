"""Answer SQL over the tables, as text, CSV, JSON or Parquet."""

import csv
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import QueryError
from flows.warehouse.views import connect

BATCH_ROWS = 10_000
FORMATS = ("table", "csv", "json", "parquet")
SUFFIXES = {".csv": "csv", ".json": "json", ".parquet": "parquet"}


def ask(processed: Path, sql: str) -> pa.RecordBatchReader:
    """Return the answer to one SQL statement, as a stream. Raises QueryError with DuckDB's own words."""
    connection = connect(processed)
    try:
        relation = connection.sql(sql)
        if relation is None:
            raise QueryError("the statement gives no rows; ask with SELECT")
        return relation.to_arrow_reader(BATCH_ROWS)
    except duckdb.Error as error:
        raise QueryError(f"SQL: {error}") from None


def write_answer(answer: pa.RecordBatchReader, file: BinaryIO, kind: str) -> int:
    """Write an answer as `csv`, `json` or `parquet`, batch by batch; return its rows."""
    writer = {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet}[kind]
    try:
        return writer(answer, file)
    except (duckdb.Error, pa.ArrowException) as error:
        raise QueryError(f"SQL: {error}") from None


def _write_parquet(answer: pa.RecordBatchReader, file: BinaryIO) -> int:
    rows = 0
    with pq.ParquetWriter(file, answer.schema, compression="zstd") as writer:
        for batch in answer:
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _write_csv(answer: pa.RecordBatchReader, file: BinaryIO) -> int:
    lines = _Lines(file)
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(answer.schema.names)
    rows = 0
    for batch in answer:
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            writer.writerow([_cell(value) for value in row])
        rows += batch.num_rows
    return rows


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return _dumped(value).decode()
    return value.hex() if isinstance(value, bytes) else value


def _write_json(answer: pa.RecordBatchReader, file: BinaryIO) -> int:
    rows = 0
    file.write(b"[")
    for batch in answer:
        for row in batch.to_pylist():
            file.write(b",\n" if rows else b"\n")
            file.write(_dumped(row))
            rows += 1
    file.write(b"\n]\n")
    return rows


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else str(value)


class _Lines:
    """What `csv` writes to: text in, UTF-8 out."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode("utf-8", "replace"))
