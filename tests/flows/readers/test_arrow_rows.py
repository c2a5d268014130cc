"""Rows of Parquet and of Arrow, which are read alike."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.flows.readers.conftest import Read
from tests.flows.readers.tables import TEXT, URL, WRITE

PAGE = (
    '<html><head><meta charset="windows-1252"></head><body><p>Die Fähre fährt für drei Wochen nicht.</p></body></html>'
)


@pytest.mark.parametrize("form", WRITE)
def test_columns_of_every_kind_are_read(read: Read, form: str) -> None:
    person = pa.struct([("name", pa.string()), ("born", pa.date32())])
    table = pa.table(
        {
            "url": pa.array([URL, URL]).dictionary_encode(),
            "text": pa.array([TEXT.encode(), TEXT.encode()], pa.binary()),
            "authors": pa.array([[{"name": "Ada Stern", "born": date(1980, 1, 2)}], []], pa.list_(person)),
            "tags": pa.array([["harbour", "tug"], None], pa.large_list(pa.large_string())),
            "date": pa.array([datetime(2025, 3, 3, 8)] * 2, pa.timestamp("ns")),
            "modified": pa.array([datetime(2025, 3, 3, 9, tzinfo=UTC)] * 2, pa.timestamp("ms", tz="Europe/Oslo")),
            "crawled_at": pa.array([date(2025, 3, 4)] * 2),
            "more": pa.array([[("k", 1.5)], []], pa.map_(pa.string(), pa.float64())),
            "price": pa.array([Decimal("1.50")] * 2, pa.decimal128(9, 2)),
            "picture": pa.array([b"\x89PNG\r\n\0"] * 2),
        }
    )
    documents, rejections = read(WRITE[form](table), f"a.{form}")
    assert rejections == []
    first, second = documents
    known = first["metadata"]
    assert (first["text"], first["url"], first["format"]) == (TEXT, URL, "parquet" if form == "parquet" else "arrow")
    assert (known["authors"], known["tags"]) == (["Ada Stern"], ["harbour", "tug"])
    assert known["published_at"] == "2025-03-03T08:00:00+00:00"
    assert (known["modified_at"], first["fetched_at"]) == (
        "2025-03-03T09:00:00+00:00",
        datetime(2025, 3, 4, tzinfo=UTC),
    )
    assert known["extra"] == {"more": {"k": 1.5}, "price": "1.50", "picture": "7 bytes that aren't text"}
    assert "authors" not in second["metadata"]


@pytest.mark.parametrize("form", WRITE)
def test_a_column_of_pages_is_read_in_their_own_character_sets(read: Read, form: str) -> None:
    documents, rejections = read(WRITE[form](pa.table({"url": [URL], "html": [PAGE.encode("cp1252")]})), "a")
    assert rejections == []
    assert documents[0]["text"] == "Die Fähre fährt für drei Wochen nicht."


def test_a_row_has_the_same_hash_in_parquet_and_arrow_however_it_is_packed(read: Read) -> None:
    table = pa.table({"url": [URL], "text": [TEXT], "at": pa.array([0], pa.timestamp("us"))})
    large = table.set_column(1, "text", table["text"].cast(pa.large_string()).dictionary_encode())
    packed = [write(one) for write in WRITE.values() for one in (table, large)]
    assert len({read(data, "a")[0][0]["content_hash"] for data in packed}) == 1


@pytest.mark.parametrize("form", WRITE)
def test_a_row_without_text_costs_no_other(read: Read, form: str) -> None:
    documents, rejections = read(WRITE[form](pa.table({"url": [URL] * 3, "text": [TEXT, None, TEXT]})), "a")
    assert [document["record_no"] for document in documents] == [0, 2]
    assert [(number, reason) for number, reason, _ in rejections] == [(1, "missing_text")]


@pytest.mark.parametrize("form", WRITE)
def test_texts_that_arent_utf8_and_times_beyond_calendars_cost_no_row(read: Read, form: str) -> None:
    broken = pa.array([b"The ferr\xe9 left on Monday, as ever.", TEXT.encode()])
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), broken.view(pa.string()))
    when = pa.array([2**62, 0], pa.timestamp("us"))
    documents, rejections = read(
        WRITE[form](pa.table({"text": broken.view(pa.string()), "tags": lists, "when": when})), "a"
    )
    assert rejections == []
    assert [document["text"][:8] for document in documents] == ["The ferr", "The harb"]
    assert documents[0]["metadata"]["reading"]["encoding"]


@pytest.mark.parametrize("form", WRITE)
def test_times_of_a_zone_that_there_is_not_are_read_in_utc(read: Read, form: str) -> None:
    when = pa.array([0], pa.timestamp("s")).view(pa.timestamp("s", tz="Ferry/Landing"))
    (document,), _ = read(WRITE[form](pa.table({"text": [TEXT], "date": when})), "a")
    assert document["metadata"]["published_at"] == "1970-01-01T00:00:00+00:00"


@pytest.mark.parametrize("form", WRITE)
@pytest.mark.parametrize(
    ("kind", "reason"), [("columns", "too_large"), ("parts", "too_large"), ("depth", "nested_too_deep")]
)
def test_columns_without_number_or_end_are_refused(read: Read, form: str, kind: str, reason: str) -> None:
    text = pa.array([TEXT])
    if kind == "columns":
        table = pa.table([text] * 10_001, names=[f"c{number}" for number in range(10_001)])
    elif kind == "parts":
        table = pa.table({"text": pa.StructArray.from_arrays([text] * 10_001, [str(n) for n in range(10_001)])})
    else:
        for _ in range(40):
            text = pa.ListArray.from_arrays(pa.array([0, 1], pa.int32()), text)
        table = pa.table({"text": text})
    documents, rejections = read(WRITE[form](table), "a")
    assert (documents, [told for _, told, _ in rejections]) == ([], [reason])
