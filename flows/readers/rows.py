"""Rows: documents and rejections as readers give them, on their way into columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from flows.readers.kept_pages import KEPT
from schemas import DOCUMENTS, REJECTIONS

READ_SCHEMA = pa.schema(
    [
        pa.field("source_path", pa.string(), nullable=False),
        pa.field("record_no", pa.int32(), nullable=False),
        pa.field("format", pa.string(), nullable=False),
        pa.field("site", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("fetched_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("fetched_at_origin", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("metadata", pa.string(), nullable=False),
        pa.field("markup", DOCUMENTS.schema.field("markup").type),
        pa.field("reading_version", pa.string()),
        pa.field("page", KEPT),
        pa.field("month", pa.string(), nullable=False),
        pa.field("content_hash", pa.string(), nullable=False),
    ]
)
"""Documents as readers give them: no id yet, and the hash of the record's bytes."""

Take = Callable[[pa.Table, pa.Table], None]
"""Takes documents and rejections that a sink hands on."""


@dataclass
class Rows:
    """Documents and rejections of one source or several, until they are handed on."""

    documents: list[tuple[Any, ...]] = field(default_factory=list)
    rejections: list[dict[str, Any]] = field(default_factory=list)
    characters: int = 0

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """Return them as tables, and hold them no more."""
        rejections = pa.Table.from_pylist(self.rejections, schema=REJECTIONS.full_schema)
        documents = documents_table(self.documents)
        self.documents, self.rejections, self.characters = [], [], 0
        return documents, rejections


def documents_table(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Lay documents into columns."""
    columns = list(zip(*rows, strict=True)) or [()] * len(READ_SCHEMA)
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns, READ_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=READ_SCHEMA)
