"""Parquet: one record a row, a row group after the other, some rows at a time."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import RecordError
from flows.readers.arrow_rows import add_rows, checked
from flows.readers.arrow_types import check_schema
from flows.readers.failures import Damages
from flows.readers.formats import Facts, Format
from flows.readers.parquet_costs import cost_of, rows_within
from flows.readers.parquet_footer import Group, cut_groups, read_footer
from flows.readers.parquet_pages import walk
from flows.readers.records import Sink
from flows.readers.source import Source
from flows.readers.streams import Allowance

_LAST_RECORD = (1 << 31) - 1
_BUFFER_BYTES = 1 << 20
"""Of a column at a time: without a buffer Arrow reads all of it in a row group, which may be the file."""


def read_parquet(source: Source, sink: Sink) -> None:
    """Read the rows of a file into `sink`; a row group that is damaged costs no other."""
    file = source.seekable(sink.settings.max_array_bytes, "max_array_bytes")
    groups, known = read_footer(file), _opened(file)
    first = 0
    for number, group in enumerate(groups):
        if not source.holds(group.begin):
            continue
        if not 0 <= group.rows <= _LAST_RECORD - first:
            raise RecordError("truncated_archive", f"row group {number} tells of {group.rows} rows; fetch it again")
        done = first
        try:
            for batch in _batches(file, known, number, group, source.allowance, sink.settings.max_array_bytes):
                add_rows(checked(batch), sink, done, source.allowance)
                done += batch.num_rows
        except RecordError as error:
            if error.reason in ("too_many_bad_records", "decompression_bomb"):
                raise
            sink.reject(done, error.reason, f"row group {number}: {error}", b"", truncated=True)
        first = max(done, first + group.rows)


def _opened(file: BinaryIO) -> Any:
    with Damages("the file's footer"):
        file.seek(0)
        opened = pq.ParquetFile(file, pre_buffer=False)
        check_schema(opened.schema_arrow)
    return opened


def _batches(
    file: BinaryIO, known: Any, number: int, group: Group, allowance: Allowance, limit: int
) -> Iterator[pa.RecordBatch]:
    with Damages("a column"):
        costs, held = [], []
        for place, column in enumerate(group.columns):
            chunk = walk(file, column, allowance, limit)
            cost = cost_of(
                chunk, column.kind, repeated=known.schema.column(place).max_repetition_level > 0, limit=limit
            )
            costs.append(cost)
            if cost.held:
                held.append(column.path)
        file.seek(0)
        opened = pq.ParquetFile(
            file,
            metadata=known.metadata,
            read_dictionary=held,
            buffer_size=_BUFFER_BYTES,
            pre_buffer=False,
            page_checksum_verification=True,
        )
        rows = rows_within(limit, costs)
        yield from opened.iter_batches(batch_size=rows, row_groups=[number], use_threads=False)


PARQUET = Format(
    "parquet",
    "Parquet",
    (".parquet", ".pq", ".parq"),
    lambda head: head.data.startswith((b"PAR1", b"PARE")),
    read_parquet,
    Facts(
        told_by="`PAR1`",
        numbers="rows, through all row groups",
        limits=("max_array_bytes", "max_record_bytes"),
        held="packed",
    ),
    cut_groups,
)
