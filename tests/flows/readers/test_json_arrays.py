"""Long JSON arrays, item by item."""

from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import RecordError
from flows.readers import json_records
from flows.readers.json_arrays import split_arrays
from tests.flows.readers.conftest import Read

TEXT = "The harbour board voted on Monday, [not] {twice}, for a \\ second “tug”."
ITEMS = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text('a"\\,[]{} \né', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\,[]', max_size=4), inner, max_size=3),
    max_leaves=8,
).filter(lambda value: not isinstance(value, list))


def chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@given(st.lists(ITEMS, max_size=5), st.integers(1, 40), st.sampled_from([8, 30, 10_000]), st.booleans())
def test_items_are_the_arrays_wherever_it_is_cut(values: list[object], size: int, limit: int, spread: bool) -> None:
    data = orjson.dumps(values, option=orjson.OPT_INDENT_2 if spread else 0)
    items = list(split_arrays(chunks(b" \n" + data + b"\n", size), limit))
    assert len(items) == len(values)
    for item, value in zip(items, values, strict=True):
        assert orjson.loads(item.data) == value if item.whole else len(item.data) == limit


@pytest.mark.parametrize("end", [b"", b",", b", {", b'] "', b"] x", b"], ["])
def test_an_array_that_does_not_end_well_is_malformed(end: bytes) -> None:
    items = split_arrays([b'[{"a": 1}', end], 100)
    assert next(items).data == b'{"a": 1}'
    with pytest.raises(RecordError, match="what came before is kept"):
        next(items)


@pytest.mark.parametrize("joint", [b"][", b"]\n[", b",", b"", b",\n", b"],["])
def test_arrays_that_follow_one_another_are_one(joint: bytes) -> None:
    items = split_arrays([b'[{"a": 1}', joint, b'{"b": 2}]'], 100)
    assert [item.data for item in items] == [b'{"a": 1}', b'{"b": 2}']


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every array that is longer than a head split into its items."""
    monkeypatch.setattr(json_records, "WHOLE_BYTES", 1 << 16)
    monkeypatch.setattr(json_records, "_CHUNK", 1000)


def array(*records: object) -> bytes:
    return orjson.dumps(list(records), option=orjson.OPT_INDENT_2)


RECORDS = [{"text": f"{TEXT} {number}", "title": None, "tags": ["a", {"b": "\\"}]} for number in range(600)]


def test_a_long_array_gives_the_documents_of_a_short_one(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = array(*RECORDS)
    whole = read(packed, "a.json")
    monkeypatch.setattr(json_records, "WHOLE_BYTES", 1 << 16)
    assert len(packed) > 1 << 16
    assert read(packed, "a.json", max_array_bytes=1024) == whole
    assert len(whole[0]) == 600


@pytest.mark.usefixtures("long")
def test_bad_items_of_a_long_array_cost_no_other(read: Read) -> None:
    bad = [{"title": "No text"}, 7, {"text": "x" * 9000}]
    packed = array(*RECORDS, *bad, RECORDS[0]).replace(b'"No text"', b"No text")
    documents, rejections = read(packed, "a.json", max_record_bytes=1024)
    assert [document["record_no"] for document in documents] == [*range(600), 603]
    assert [(number, reason) for number, reason, _ in rejections] == [
        (600, "malformed_json"),
        (601, "not_an_object"),
        (602, "too_large"),
    ]


@pytest.mark.usefixtures("long")
def test_items_before_a_long_arrays_early_end_are_kept(read: Read) -> None:
    documents, rejections = read(array(*RECORDS)[:-20], "a.json")
    assert len(documents) == 599
    assert [(number, reason) for number, reason, _ in rejections] == [(599, "malformed_json")]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_byte_order_mark_costs_no_record(read: Read, name: str) -> None:
    record = orjson.dumps({"text": TEXT})
    documents, _ = read(b"\xef\xbb\xbf" + (b"[" + record + b"]" if name == "a.json" else record), name)
    assert [document["text"] for document in documents] == [TEXT]
