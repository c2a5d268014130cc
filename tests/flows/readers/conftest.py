"""What tests of single readers share."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
import pytest

from flows.readers import RawFile, Sink, read_stream
from flows.settings import load_settings

Read = Callable[..., tuple[list[dict[str, Any]], list[tuple[int, str, str]]]]
"""Reads bytes under a name: documents with their metadata, and number, reason and message of rejections."""


@pytest.fixture
def read() -> Read:
    def read(data: bytes, name: str, **settings: Any) -> tuple[list[dict[str, Any]], list[tuple[int, str, str]]]:
        sink = Sink(file=RawFile(name, len(data), 0), settings=load_settings(**settings), recognise=lambda _: None)
        read_stream(BytesIO(data), sink)
        documents, rejections = sink.rows.tables()
        return (
            [row | {"metadata": orjson.loads(row["metadata"])} for row in documents.to_pylist()],
            [(row["record_no"], row["reason"], row["message"]) for row in rejections.to_pylist()],
        )

    return read
