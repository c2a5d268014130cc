"""Parquet as it is found, and as it is built to harm."""

import io
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import RecordError
from flows.readers import plan, read_unit, scan
from flows.readers.parquet_footer import Column
from flows.readers.parquet_pages import walk
from flows.readers.streams import Allowance
from flows.readers.units import UnitTables
from flows.settings import load_settings
from schemas import DOCUMENTS
from tests.flows.readers.conftest import Read
from tests.flows.readers.tables import TEXT, URL, numbered, parquet, repeated

Write = Callable[..., Path]


def read_all(raw: Path, **given: object) -> list[UnitTables]:
    settings = load_settings(raw=raw, **given)
    units = plan(scan(raw), raw, settings)
    return [read_unit(unit, raw=raw, settings=settings, sites=lambda _: None) for unit in units]


@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
def test_every_encoding_of_texts_is_read(read: Read, encoding: str) -> None:
    packed = parquet(numbered(1000), use_dictionary=False, column_encoding={"text": encoding}, data_page_version="2.0")
    documents, rejections = read(packed, "a.parquet")
    assert rejections == []
    assert [document["record_no"] for document in documents] == list(range(1000))


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "brotli", "zstd", "lz4"])
def test_every_compression_of_pages_is_read(read: Read, codec: str) -> None:
    documents, _ = read(parquet(numbered(3), compression=codec), "a.parquet")
    assert [document["text"] for document in documents] == numbered(3)["text"].to_pylist()


def test_slices_of_a_long_file_give_what_the_whole_gives(raw: Path, write: Write) -> None:
    table = numbered(400)
    packed = parquet(table.set_column(0, "text", [[*table["text"].to_pylist()[:-1], None]]), row_group_size=20)
    write("a.parquet", packed)
    (whole,), sliced = read_all(raw), read_all(raw, slice_bytes=1024)
    assert len(sliced) > 4
    assert pa.concat_tables([unit.documents for unit in sliced]).equals(whole.documents)
    assert pa.concat_tables([unit.rejections for unit in sliced]).equals(whole.rejections)
    assert whole.rejections["record_no"].to_pylist() == [399]


def test_a_damaged_row_group_costs_no_other(raw: Path, write: Write) -> None:
    packed = parquet(
        numbered(30), row_group_size=10, compression="zstd", use_dictionary=False, write_page_checksum=True
    )
    middle = pq.ParquetFile(io.BytesIO(packed)).metadata.row_group(1).column(0)
    end = middle.data_page_offset + middle.total_compressed_size
    write("a.parquet", packed[: end - 30] + b"\xff" * 20 + packed[end - 10 :])
    (found,) = read_all(raw)
    assert found.documents["record_no"].to_pylist() == [*range(10), *range(20, 30)]
    (rejection,) = found.rejections.to_pylist()
    assert (rejection["record_no"], rejection["reason"]) == (10, "truncated_archive")
    assert "row group 1" in rejection["message"]


def test_a_file_without_its_end_is_damaged(read: Read) -> None:
    documents, rejections = read(parquet(numbered(30))[:-1], "a.parquet")
    assert (documents, [reason for _, reason, _ in rejections]) == ([], ["truncated_archive"])


def test_a_page_that_goes_on_beyond_the_file_is_damage() -> None:
    header = bytes([0x15, 0x00, 0x15, 0x08, 0x15]) + b"\xfe\xff\xff\xff\x0f" + bytes([0x2C, 0x15, 0x02, 0x15, 0, 0, 0])
    column = Column(path="text", kind=6, values=1, packed=100, begin=0)
    with pytest.raises(RecordError, match="beyond the file's end"):
        walk(io.BytesIO(header), column, Allowance(load_settings(), 1 << 30), 1 << 32)


def test_an_encrypted_file_says_so(read: Read) -> None:
    assert [reason for _, reason, _ in read(b"PARE" + b"\0" * 100 + b"PARE", "a.parquet")[1]] == ["encrypted_member"]


def test_data_sets_of_news_are_read_without_settings(read: Read) -> None:
    row = {
        "title": "A tug",
        "text": TEXT,
        "domain": "courier.example",
        "date": "2025-03-03 08:00:00",
        "description": "The board voted.",
        "url": "https://courier.example/tug",
        "image_url": None,
    }
    (document,), _ = read(parquet(pa.Table.from_pylist([row])), "train-00000-of-00001.parquet")
    assert (document["text"], document["site"], document["url"]) == (TEXT, "courier.example", row["url"])
    known = document["metadata"]
    assert (known["title"], known["published_at"]) == ("A tug", "2025-03-03T08:00:00+00:00")


def test_documents_that_were_published_are_read_again(read: Read) -> None:
    moment = datetime(2025, 3, 4, 5, tzinfo=UTC)
    given = {"site": "courier.example", "url": URL, "fetched_at": moment, "text": TEXT, "metadata": '{"title":"A tug"}'}
    fields = [DOCUMENTS.full_schema.field(name) for name in given]
    (document,), _ = read(parquet(pa.Table.from_pylist([given], schema=pa.schema(fields))), "a.parquet")
    assert {name: document[name] for name in given if name != "metadata"} == {
        name: value for name, value in given.items() if name != "metadata"
    }


HUGE = "tug " * (1 << 20)
KEPT = {"compression": "zstd", "dictionary_pagesize_limit": 64 << 20}
LISTS = pa.ListArray.from_arrays(pa.array([0, 100, 200], pa.int32()), repeated(HUGE, 200))
BOMBS: dict[str, Callable[[], bytes]] = {
    "a text repeated": lambda: parquet(pa.table({"text": repeated(HUGE, 5000)}), **KEPT),
    "a text repeated in a list": lambda: parquet(pa.table({"tags": LISTS}), **KEPT),
    "texts that share all": lambda: parquet(
        pa.table({"text": [HUGE] * 60}),
        compression="zstd",
        use_dictionary=False,
        column_encoding={"text": "DELTA_BYTE_ARRAY"},
    ),
    "a page of zeros": lambda: parquet(
        pa.table({"text": ["\0" * (40 << 20)]}), compression="zstd", use_dictionary=False
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_small_file_that_decodes_to_gigabytes_takes_no_memory(read: Read, bomb: str) -> None:
    packed = BOMBS[bomb]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    documents, rejections = read(
        packed, "a", max_record_bytes=1 << 20, max_array_bytes=32 << 20, max_rejected_per_file=20
    )
    assert documents == []
    assert {reason for _, reason, _ in rejections} & {"too_large", "decompression_bomb", "too_many_bad_records"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10
