"""Arrays that are no JSON, as appending, stopping and joining leave them."""

import time

import pytest

from flows.errors import RecordError
from flows.readers.json_pieces import objects_in
from tests.flows.readers.conftest import Read

ONE = '{"text": "A tug, ]}{[ “left”", "n": [1, {"a": {}}]}'


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"[{ONE}][{ONE}]", 2),
        (f"[\n{ONE},\n]{ONE}\n]", 2),
        (f"{ONE}\n\n{ONE}{ONE},", 3),
        ("[[]]", 0),
    ],
)
def test_objects_are_found_whatever_stands_between_them(text: str, count: int) -> None:
    assert list(objects_in(text.encode())) == [ONE.encode()] * count


@pytest.mark.parametrize(
    ("text", "numbers", "reason"),
    [
        (f"[{ONE},{ONE}, 7, {ONE}", [0, 1], "no object begins there"),
        (f"[{ONE},{ONE[:-9]}", [0], "an object from byte"),
        (f"[{ONE},{ONE},\n", [0, 1], "ends early"),
        (f"[{ONE},{{bad}},{ONE}]", [0], "an object from byte"),
        (f'[{ONE},{{"text": "a\nb"}},{ONE}]', [0, 2], "control character"),
        (f"[{ONE}," + '{"a":' * 100_000, [0], "an object from byte"),
    ],
    ids=["number", "cut", "cut between", "bad", "line end in a string", "deep"],
)
def test_what_cant_be_read_costs_nothing_before_it(text: str, numbers: list[int], reason: str, read: Read) -> None:
    documents, rejections = read(text.encode(), "a.json")
    assert [row["record_no"] for row in documents] == numbers
    assert [kind for _, kind, _ in rejections] == ["malformed_json"]
    assert reason in rejections[0][2]


def test_a_piece_is_the_document_that_it_is_in_a_whole_array(read: Read) -> None:
    whole, _ = read(f"[{ONE}]".encode(), "a.json")
    cut, _ = read(f"[{ONE},".encode("utf-16"), "a.json")
    assert [row["content_hash"] for row in cut] == [row["content_hash"] for row in whole]


@pytest.mark.parametrize("filling", ["[", "{", '{"a":', '{"', "[{},", '{"a": "b"}', '{}"'])
def test_pieces_are_found_in_linear_time(filling: str) -> None:
    began = time.process_time()
    with pytest.raises(RecordError, match="not JSON"):
        list(objects_in((filling * 100_000 + "!").encode()))
    assert time.process_time() - began < 2


def test_records_by_publisher_are_read_as_records(read: Read) -> None:
    documents, _ = read(b'{"The Courier": [{"text": "A tug"}], "Post": [{"text": "Left", "publisher": "P"}]}', "a.json")
    assert [(row["text"], row["site"]) for row in documents] == [("A tug", "the courier"), ("Left", "p")]
    documents, _ = read(b'{"articles": [{"text": "A tug"}]}', "a.json")
    assert [(row["text"], row["site"]) for row in documents] == [("A tug", "unknown")]


@pytest.mark.parametrize(
    "data", [b'{"text": []}', b'{"tags": [{"text": "A tug"}]}', b'{"a": []}', b"{}", b'{"a": [1]}']
)
def test_a_record_of_lists_is_one_record(data: bytes, read: Read) -> None:
    documents, rejections = read(data, "a.json")
    assert (documents, [reason for _, reason, _ in rejections]) == ([], ["missing_text"])
