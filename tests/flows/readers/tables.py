"""Tables as files of rows: Parquet, Arrow's files, and its streams."""

import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TEXT = "The harbour board voted on Monday.\nA second tug is to be bought, “soon”."
URL = "https://courier.example/tug"


def parquet(table: pa.Table, **options: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def arrow(table: pa.Table, compression: str | None = None, rows: int | None = None) -> bytes:
    file = io.BytesIO()
    with pa.ipc.new_file(file, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table, max_chunksize=rows)
    return file.getvalue()


def stream(table: pa.Table, **options: Any) -> bytes:
    file = io.BytesIO()
    with pa.ipc.new_stream(file, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return file.getvalue()


def numbered(count: int, text: str = TEXT) -> pa.Table:
    return pa.table({"text": [f"{text} {number}" for number in range(count)]})


def repeated(value: str, rows: int) -> pa.Array:
    """One text in a dictionary that every row points at."""
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([value]))


WRITE: dict[str, Callable[[pa.Table], bytes]] = {"parquet": parquet, "arrow": arrow, "arrows": stream}
