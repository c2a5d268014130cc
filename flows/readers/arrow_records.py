"""Arrow: files and streams of batches, one record a row."""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

import pyarrow as pa

from flows.errors import RecordError
from flows.readers.arrow_messages import CONTINUATION, MAGIC, MAX_HEADER, Messages
from flows.readers.arrow_rows import add_rows, checked
from flows.readers.arrow_types import check_schema
from flows.readers.failures import Damages
from flows.readers.formats import Facts, Format
from flows.readers.records import Sink
from flows.readers.source import Head, Source


def read_arrow(source: Source, sink: Sink) -> None:
    """Read the batches into `sink`, one after the other; a file's are read as a stream's, up to where it breaks off."""
    is_file = source.head.data.startswith(MAGIC)
    if is_file:
        source.stream.read(len(MAGIC))
    messages = Messages(cast(BinaryIO, source.stream), source.allowance, sink.settings.max_array_bytes)
    first = 0
    reader = _next(messages, lambda: pa.ipc.open_stream(messages))
    if reader is None:
        return
    with Damages("the schema"):
        check_schema(reader.schema)
    while (batch := _next(messages, reader.read_next_batch)) is not None:
        add_rows(checked(batch), sink, first, source.allowance)
        first += batch.num_rows
    if is_file and not messages.whole:
        raise RecordError("truncated_archive", "the file ends early; what came before is kept; fetch it again")


def _next(messages: Messages, read: Callable[[], Any]) -> Any:
    """Return what is read, None at the end. Raises RecordError for why the messages ended, if they did early."""
    try:
        with Damages("a batch"):
            return read()
    except StopIteration:
        pass
    except RecordError:
        if messages.failure is None:
            raise
    if messages.failure is not None:
        raise messages.failure
    return None


def _recognised(head: Head) -> bool:
    return head.data.startswith(MAGIC) or (
        head.data.startswith(CONTINUATION) and 0 < int.from_bytes(head.data[4:8], "little") <= MAX_HEADER
    )


ARROW = Format(
    "arrow",
    "Arrow and Feather",
    (".arrow", ".arrows", ".feather", ".ipc"),
    _recognised,
    read_arrow,
    Facts(
        told_by="`ARROW1`, or a stream's first message",
        numbers="rows, through all batches",
        limits=("max_array_bytes", "max_record_bytes"),
    ),
)
