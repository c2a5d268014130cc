"""What came of a file: its rows, and the bytes that each record was made of."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.errors import RecordError
from flows.readers import Sink, Slice, read_slice
from flows.settings import Settings


@dataclass
class Recorder(Sink):
    """A sink that keeps the bytes of each record it is given."""

    raws: list[bytes] = field(default_factory=list)
    gave_rest: bool = False
    """Whether the rest of a source was refused as one record."""

    def add(self, record_no: int, record: Any, raw: bytes, repairs: Any = None, page: Any = None) -> None:
        self.raws.append(raw)
        super().add(record_no, record, raw, repairs, page)

    def reject(self, record_no: int, reason: str, message: str, raw: bytes, truncated: bool = False) -> None:
        self.raws.append(raw)
        super().reject(record_no, reason, message, raw, truncated)

    def refuse_rest(self, error: RecordError, beginning: bytes) -> None:
        self.gave_rest = True
        super().refuse_rest(error, beginning)


@dataclass(frozen=True)
class Reading:
    """What came of one file."""

    documents: pa.Table
    rejections: pa.Table
    records: int
    passed_over: Counter[str]
    raws: list[bytes]
    gave_rest: bool
    format: str

    def told(self) -> tuple[Any, ...]:
        """Return all that two readings of the same bytes have in common."""
        rows = self.rejections.to_pylist()
        return self.records, sorted(self.passed_over.items()), [sorted(row.items()) for row in rows]


def read_part(part: Slice, raw: Path, settings: Settings) -> Reading:
    """Read a file, or a slice of it, as a run does."""
    taken: list[tuple[pa.Table, pa.Table]] = []
    sink = Recorder(part.file, settings, lambda _: None, take=lambda *some: taken.append(some))
    read_slice(part, raw, sink)
    taken.append(sink.rows.tables())
    documents, rejections = (pa.concat_tables(some).combine_chunks() for some in zip(*taken, strict=True))
    return Reading(documents, rejections, sink.records, sink.passed_over, sink.raws, sink.gave_rest, sink.format)


def joined(parts: list[Reading]) -> Reading:
    """Return what came of several slices as of one file."""
    return Reading(
        documents=pa.concat_tables([part.documents for part in parts]).combine_chunks(),
        rejections=pa.concat_tables([part.rejections for part in parts]).combine_chunks(),
        records=sum(part.records for part in parts),
        passed_over=sum((part.passed_over for part in parts), Counter[str]()),
        raws=[raw for part in parts for raw in part.raws],
        gave_rest=any(part.gave_rest for part in parts),
        format=parts[0].format,
    )
