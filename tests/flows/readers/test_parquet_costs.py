"""What rows of Parquet may take, by what their pages say."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import RecordError
from flows.readers.parquet_costs import MAX_ROWS, cost_of, rows_within
from flows.readers.parquet_footer import read_footer
from flows.readers.parquet_pages import Chunk, walk
from flows.readers.streams import Allowance
from flows.settings import load_settings
from tests.flows.readers.conftest import Read
from tests.flows.readers.tables import TEXT, parquet

MIB = 1 << 20
FULL = {"dictionary_pagesize_limit": 2048, "data_page_size": 4096}
"""Dictionaries that are full after some dozen texts: what comes then stands in the pages themselves."""


def chunk_of(packed: bytes) -> tuple[Chunk, int]:
    file = io.BytesIO(packed)
    (column,) = read_footer(file)[0].columns
    return walk(file, column, Allowance(load_settings(), len(packed)), 256 * MIB), column.kind


@pytest.mark.parametrize("options", [{}, {"use_dictionary": False}, FULL, {"data_page_version": "2.0"}])
def test_pages_tell_at_least_what_arrow_unpacks(options: dict[str, object]) -> None:
    texts = [f"{TEXT} {number % 700}" for number in range(3000)]
    packed = parquet(pa.table({"text": texts}), compression="zstd", **options)
    chunk, kind = chunk_of(packed)
    cost = cost_of(chunk, kind, repeated=False, limit=256 * MIB)
    assert chunk.values == 3000
    unpacked = pq.read_table(io.BytesIO(packed), read_dictionary=["text"] if cost.held else None).nbytes
    assert cost.of(3000) + cost.open >= unpacked


def test_a_full_dictionary_is_not_read_as_one() -> None:
    texts = [f"{TEXT} {number}" for number in range(3000)]
    chunk, kind = chunk_of(parquet(pa.table({"text": texts}), **FULL))
    cost = cost_of(chunk, kind, repeated=False, limit=256 * MIB)
    assert (cost.held, cost.most) == (False, None)
    assert cost.row == chunk.dictionary > 2048


def test_lists_with_a_full_dictionary_are_read(read: Read) -> None:
    tags = [[f"{TEXT} {number} {place}" for place in range(5)] for number in range(600)]
    table = pa.table({"text": [TEXT] * 600, "tags": tags})
    documents, rejections = read(parquet(table, **FULL), "a.parquet", max_array_bytes=4 * MIB)
    assert rejections == []
    assert [document["metadata"]["tags"] for document in documents] == tags


def test_pages_that_are_open_at_once_are_counted_together() -> None:
    cost = cost_of(Chunk(values=10, unpacked=MIB, densest=10, dictionary=MIB // 2), 6, repeated=False, limit=MIB)
    assert rows_within(MIB, [cost] * 2) == MAX_ROWS
    with pytest.raises(RecordError, match="a row may take"):
        rows_within(MIB, [cost] * 3)


def test_fewer_rows_are_unpacked_together_the_more_they_may_take() -> None:
    few = cost_of(Chunk(values=10, unpacked=100, densest=10), 6, repeated=False, limit=MIB)
    many = cost_of(Chunk(values=10**6, unpacked=10**9, densest=1000), 6, repeated=False, limit=MIB)
    assert rows_within(MIB, [few]) == MAX_ROWS
    assert rows_within(MIB, [few, many]) == MAX_ROWS // 4
