"""Arrow's files and streams as they are found, and as they are built to harm."""

import struct

import pyarrow as pa
import pytest

from tests.flows.readers.conftest import Read
from tests.flows.readers.tables import TEXT, arrow, numbered, repeated, stream


def test_batches_before_a_cut_are_kept(read: Read) -> None:
    packed = arrow(numbered(30), rows=10)
    documents, rejections = read(packed[: len(packed) * 3 // 5], "a.arrow")
    assert [document["record_no"] for document in documents] in (list(range(10)), list(range(20)))
    assert [reason for _, reason, _ in rejections] == ["truncated_archive"]


def test_texts_in_places_of_others_are_read(read: Read) -> None:
    texts = pa.array(["short", TEXT, None], pa.string_view())
    documents, _ = read(stream(pa.table({"text": texts, "title": pa.array(["A", "B", "C"], pa.string_view())})), "a")
    assert [(document["text"], document["metadata"]["title"]) for document in documents] == [
        ("short", "A"),
        (TEXT, "B"),
    ]


def test_a_dictionary_that_grows_is_read(read: Read) -> None:
    batches = [
        pa.record_batch({"text": pa.array([f"{TEXT} {n}" for n in range(end)]).dictionary_encode()}) for end in (2, 4)
    ]
    documents, rejections = read(stream(pa.Table.from_batches(batches), emit_dictionary_deltas=True), "a.arrows")
    assert rejections == []
    assert [document["text"][-1] for document in documents] == list("010123")


@pytest.mark.parametrize("kind", ["list_view", "union", "run_end"])
def test_a_column_of_a_kind_that_no_scraper_writes_is_named(read: Read, kind: str) -> None:
    column = {
        "list_view": lambda: pa.array([["a"]], pa.list_view(pa.string())),
        "union": lambda: pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array(["a"])]),
        "run_end": lambda: pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array(["a"])),
    }[kind]()
    _, ((_, reason, message),) = read(stream(pa.table({"text": [TEXT], "odd": column})), "a")
    assert reason == "unsupported_format"
    assert "column `odd`" in message


def test_offsets_beyond_a_batch_are_damage(read: Read) -> None:
    packed = stream(pa.table({"text": pa.array(["a" * 16, "b" * 16])}))
    offsets = b"\x00\x00\x00\x00\x10\x00\x00\x00\x20\x00\x00\x00"
    assert packed.count(offsets) == 1
    documents, rejections = read(packed.replace(offsets, b"\x00\x00\x00\x00\x10\x00\x00\x00\xff\xff\xff\x7f"), "a")
    assert (documents, [reason for _, reason, _ in rejections]) == ([], ["truncated_archive"])


HUGE = "tug " * (1 << 18)


def in_place(count: int) -> pa.Array:
    """Texts that are all the same place of a buffer."""
    view = struct.pack("<i4sii", len(HUGE), HUGE[:4].encode(), 0, 0)
    return pa.Array.from_buffers(
        pa.string_view(), count, [None, pa.py_buffer(view * count), pa.py_buffer(HUGE.encode())]
    )


def nulls(count: int) -> pa.Array:
    return pa.Array.from_buffers(pa.null(), count, [None])


BOMBS = {
    "a text repeated": lambda: arrow(pa.table({"text": repeated(HUGE, 5000)}), compression="zstd"),
    "a text repeated in place": lambda: arrow(pa.table({"text": in_place(5000)})),
    "zeros": lambda: arrow(pa.table({"text": ["\0" * (40 << 20)]}), compression="zstd"),
    "nulls": lambda: stream(pa.table({"text": nulls(1 << 30)})),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_small_file_that_decodes_to_gigabytes_is_refused(read: Read, bomb: str) -> None:
    documents, rejections = read(
        BOMBS[bomb](), "a", max_record_bytes=1 << 18, max_array_bytes=32 << 20, max_rejected_per_file=20
    )
    assert documents == []
    assert {reason for _, reason, _ in rejections} & {"too_large", "decompression_bomb", "too_many_bad_records"}
