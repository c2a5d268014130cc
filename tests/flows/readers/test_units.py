"""Whole files through the readers: what becomes of each, and that nothing is lost."""

import gzip
import json
import lzma
import os
import random
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flows.errors import RawFolderError
from flows.readers import Slice, UnitTables, plan, read_unit, scan
from flows.readers.formats import Cut
from flows.readers.json_records import LINES
from flows.settings import load_settings

GOOD = {"text": "The quay will be closed to lorries from Monday.", "url": "https://courier.example/q"}
Write = Callable[..., Path]


def read_all(raw: Path, **given: object) -> list[UnitTables]:
    settings = load_settings(raw=raw, **given)
    units = plan(scan(raw), raw, settings)
    return [read_unit(unit, raw=raw, settings=settings, sites=lambda _: None) for unit in units]


def reasons(raw: Path, **given: object) -> list[tuple[int, str]]:
    found = [row for unit in read_all(raw, **given) for row in unit.rejections.to_pylist()]
    return [(row["record_no"], row["reason"]) for row in found]


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"", [(0, "empty_file")]),
        ("a.txt", b" \n\t\n", [(0, "empty_file")]),
        ("a.txt", b"\x89PNG\r\n\x1a\n\0\0\0", [(0, "binary_file")]),
        ("a.txt", b"text with a \0 in it", [(0, "binary_file")]),
        ("a.docx", b"a,b\n", [(0, "unsupported_format")]),
        ("a.txt.meta.json", b"{}", [(0, "orphan_sidecar")]),
        ("a.jsonl", b"", [(0, "empty_file")]),
        ("a.jsonl", lines(GOOD).encode() + b'{"text": \n' + lines(GOOD).encode(), [(1, "malformed_json")]),
        ("a.jsonl", lines(GOOD, [1], "x").encode(), [(1, "not_an_object"), (2, "not_an_object")]),
        ("a.jsonl", lines({"url": "https://courier.example"}).encode(), [(0, "missing_text")]),
        ("a.jsonl", lines({"text": " \u200b "}).encode(), [(0, "missing_text")]),
        ("a.jsonl", lines({**GOOD, "date": "2025-02-30"}).encode(), [(0, "impossible_date")]),
        ("a.jsonl", lines({**GOOD, "title": "x" * 5000}).encode(), [(0, "invalid_field")]),
        ("a.json", b"[]", [(0, "empty_file")]),
        ("a.json", b'[{"text": "a"}, 3]', [(1, "not_an_object")]),
        ("a.json", b"{", [(0, "malformed_json")]),
        ("a.json", b"[" * 100_000, [(0, "malformed_json")]),
        ("a.jsonl.gz", gzip.compress(lines(GOOD).encode() * 500, mtime=0)[:-20], [(500, "truncated_archive")]),
        ("a.json.gz", gzip.compress(b"[]", mtime=0)[:8], [(0, "truncated_archive")]),
    ],
)
def test_a_bad_record_is_a_rejection_that_says_why(
    raw: Path, write: Write, name: str, content: bytes, expected: list[tuple[int, str]]
) -> None:
    write(f"courier.example/2025-03-01/{name}", content)
    found = reasons(raw)
    if expected[0][1] == "truncated_archive" and expected[0][0]:
        assert [reason for _, reason in found] == ["truncated_archive"]  # how many lines came through is zlib's affair
    else:
        assert found == expected


def test_a_rejection_names_file_record_value_and_what_to_do(raw: Path, write: Write) -> None:
    write("courier.example/2025-03-01/a.jsonl", lines(GOOD, {**GOOD, "date": "2025-02-30"}))
    (unit,) = read_all(raw)
    (row,) = unit.rejections.to_pylist()
    assert row["stage"] == "validate"
    assert row["month"] == "2025-03"
    assert row["message"].startswith(
        "courier.example/2025-03-01/a.jsonl, record 1: field `published_at`: value '2025-02-30'"
    )
    assert "mend the record" in row["message"]
    assert json.loads(row["payload"])["date"] == "2025-02-30"


def test_a_line_over_the_limit_costs_no_other_and_keeps_its_beginning(raw: Path, write: Write) -> None:
    write("a.jsonl", lines(GOOD, {"text": "x" * 5000}, GOOD))
    (unit,) = read_all(raw, max_record_bytes=2048, payload_bytes=100)
    (row,) = unit.rejections.to_pylist()
    assert (row["record_no"], row["reason"], row["payload_truncated"]) == (1, "too_large", True)
    assert len(row["payload"]) == 100
    assert unit.documents["record_no"].to_pylist() == [0, 2]


@pytest.mark.parametrize("name", ["a.jsonl", "a"])
def test_lines_of_which_the_first_is_longer_than_a_files_head_are_lines(raw: Path, write: Write, name: str) -> None:
    write(name, lines({"text": "x" * 100_000}, GOOD) + '{"text": ' + "[" * 100_000 + "\n" + lines(GOOD))
    (unit,) = read_all(raw, max_record_bytes=200_000)
    assert unit.documents["record_no"].to_pylist() == [0, 1, 3]
    assert unit.rejections["reason"].to_pylist() == ["malformed_json"]


def test_an_item_of_an_array_over_the_limit_costs_no_other(raw: Path, write: Write) -> None:
    write("a.json", json.dumps([GOOD, {"text": "x" * 5000}, GOOD]))
    (unit,) = read_all(raw, max_record_bytes=2048)
    assert unit.documents["record_no"].to_pylist() == [0, 2]
    assert unit.rejections["reason"].to_pylist() == ["too_large"]


def test_a_text_over_the_limit_is_rejected(raw: Path, write: Write) -> None:
    write("a.txt", "x" * 5000)
    assert reasons(raw, max_record_bytes=2048) == [(0, "too_large")]


def test_a_text_of_too_many_lines_is_rejected(raw: Path, write: Write) -> None:
    write("a.txt", "a\n" * 2000)
    assert reasons(raw, max_record_lines=1000) == [(0, "too_large")]


def test_what_came_before_the_end_of_a_truncated_archive_is_kept(raw: Path, write: Write) -> None:
    records = [{"text": f"Story {number} of the day, {number * 7919} times told."} for number in range(5000)]
    write("a.jsonl.gz", gzip.compress(lines(*records).encode(), mtime=0)[:-2000])
    (unit,) = read_all(raw)
    assert unit.documents.num_rows > 1000
    assert unit.rejections["reason"].to_pylist() == ["truncated_archive"]
    assert unit.rejections["payload"][0].as_py().startswith(b"\x1f\x8b")


def test_a_broken_sidecar_rejects_its_file_alone(raw: Path, write: Write) -> None:
    write("a.txt", "A text.")
    write("a.txt.meta.json", b"{broken")
    write("b.txt", "Another text.")
    (unit,) = read_all(raw)
    assert unit.rejections["reason"].to_pylist() == ["malformed_sidecar"]
    assert unit.documents["source_path"].to_pylist() == ["b.txt"]


def test_an_unreadable_file_is_a_rejection(raw: Path, write: Write) -> None:
    write("a.txt", "A text.")
    files = scan(raw)
    (raw / "a.txt").unlink()
    settings = load_settings(raw=raw)
    (unit,) = plan(files, raw, settings)
    tables = read_unit(unit, raw=raw, settings=settings, sites=lambda _: None)
    assert tables.rejections["reason"].to_pylist() == ["unreadable_file"]


def test_slices_of_a_long_file_give_what_the_whole_gives(raw: Path, write: Write) -> None:
    records = [{"text": f"Story number {number} of the day."} for number in range(4000)]
    write("a.jsonl", lines(*records))
    settings = load_settings(raw=raw, slice_bytes=1024 * 64)
    assert len(plan(scan(raw), raw, settings)) == 1  # a slice is at least what is read at once
    write("a.jsonl", lines(*(records * 20)))
    units = plan(scan(raw), raw, settings)
    assert len(units) > 1
    sliced = [row for unit in read_all(raw, slice_bytes=1024 * 64) for row in unit.documents.to_pylist()]
    whole = [row for unit in read_all(raw) for row in unit.documents.to_pylist()]
    assert sliced == whole
    assert [row["record_no"] for row in sliced] == list(range(80_000))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.jsonl.gz", lambda data: gzip.compress(data, mtime=0)),
        ("a.jsonl.xz", lzma.compress),
        ("a.jsonl", lambda data: data.decode().encode("utf-16")),
        ("a.jsonl", lambda data: data.decode().encode("utf-16-le")),
    ],
    ids=["gzip", "xz", "utf-16", "utf-16 without a mark"],
)
def test_a_long_file_whose_lines_can_not_be_found_is_read_in_one_piece(
    raw: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    drawn = random.Random(3)  # what is drawn doesn't pack well, so that the file is longer than a slice
    records = [
        {"text": f"Berth {n}: " + " ".join(f"{drawn.getrandbits(64):x}" for _ in range(99))} for n in range(1500)
    ]
    (raw / name).write_bytes(pack(lines(*records).encode()))
    assert (raw / name).stat().st_size > 1 << 20
    (unit,) = read_all(raw, slice_bytes=1 << 18)
    assert unit.rejections.to_pylist() == []
    assert unit.documents["text"].to_pylist() == [record["text"] for record in records]


@pytest.mark.parametrize(
    ("path", "meta", "site", "origin"),
    [
        ("x.example/2025-03-01/a.txt", {"url": "https://www.bbc.co.uk/a"}, "bbc.co.uk", "path"),
        ("x.example/2025-03-01/a.txt", {"source": "www.dagen.example"}, "dagen.example", "path"),
        ("x.example/2025/03/01/a.txt", {}, "x.example", "path"),
        ("2025-03-01/a.txt", {}, "unknown", "path"),
        ("20250301_a.txt", {}, "unknown", "path"),
        ("a.txt", {"crawled_at": "2025-03-01"}, "unknown", "metadata"),
        ("2025-02-31/a.txt", {}, "unknown", "mtime"),
    ],
)
def test_site_and_fetch_time_come_from_the_best_that_is_known(
    raw: Path, write: Write, path: str, meta: dict[str, str], site: str, origin: str
) -> None:
    write(path, "The quay will be closed.", **meta)
    (unit,) = read_all(raw)
    (row,) = unit.documents.to_pylist()
    assert (row["site"], row["fetched_at_origin"]) == (site, origin)
    if origin != "mtime":
        assert row["month"] == "2025-03"


def test_a_missing_raw_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RawFolderError, match="is missing; make it"):
        scan(tmp_path / "nowhere")


def test_a_folder_that_may_not_be_read_is_one_clear_line(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("flows.readers.raw_files.os.scandir", refused)
    with pytest.raises(RawFolderError, match="can't be read: Permission denied; grant access"):
        scan(raw)


def test_a_file_name_that_is_no_text_is_read_and_told(raw: Path) -> None:
    (raw / os.fsdecode(b"bad\xffname.txt")).write_text("The quay.")
    (raw / "new\nline.txt").write_text("The ferry.")
    (unit,) = read_all(raw)
    assert unit.documents["source_path"].to_pylist() == ["bad\\xffname.txt", "new\\x0aline.txt"]


def test_hidden_files_and_what_tells_of_the_folder_are_left_alone(raw: Path, write: Write) -> None:
    write(".hidden.txt", "hidden")
    write("README.md", "about this folder")
    write("a.txt", "The quay.")
    assert [file.path for file in scan(raw)] == ["a.txt"]


def test_what_is_no_file_is_never_opened_and_told(raw: Path, write: Write, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for the tables")
    (raw / "link.txt").symlink_to(secret)
    (raw / "loop").symlink_to(raw)
    os.mkfifo(raw / "pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(raw / "socket.json"))
        write("a.txt", "The quay.")
        (unit,) = read_all(raw)
    assert unit.documents["source_path"].to_pylist() == ["a.txt"]
    assert {row["source_path"]: row["reason"] for row in unit.rejections.to_pylist()} == dict.fromkeys(
        ("link.txt", "loop", "pipe.jsonl", "socket.json"), "not_a_file"
    )


def test_a_folder_in_it_that_may_not_be_read_costs_no_other(
    raw: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("shut/a.txt", "The ferry.")
    write("open/a.txt", "The quay.")
    honest = os.scandir

    def refused(path: Path) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path)

    monkeypatch.setattr("flows.readers.raw_files.os.scandir", refused)
    (unit,) = read_all(raw)
    assert unit.documents["source_path"].to_pylist() == ["open/a.txt"]
    assert [(row["source_path"], row["reason"]) for row in unit.rejections.to_pylist()] == [("shut", "unreadable_file")]


@hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary()
    | st.lists(st.binary(max_size=40)).map(lambda parts: b"\n".join(parts))
    | st.recursive(st.none() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["text", "url", "date", "authors", "title", "x"]), x)).map(lambda v: json.dumps(v).encode()),
    name=st.sampled_from(["a.txt", "a.jsonl", "a.json", "a.jsonl.gz", "a.txt.meta.json", "a"]),
)  # fmt: skip
def test_no_bytes_make_a_reader_raise_or_lose_a_record(raw: Path, content: bytes, name: str) -> None:
    for old in raw.iterdir():
        old.unlink()
    (raw / name).write_bytes(content)
    (unit,) = read_all(raw)
    assert unit.records == unit.documents.num_rows + unit.rejections.num_rows >= 1


def test_a_long_file_in_which_cutting_fails_is_read_in_one_piece(
    raw: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: object, _wanted: int) -> list[Cut]:
        raise RecursionError

    write("a.jsonl", b'{"text": "one"}\n' * 200)
    monkeypatch.setattr("flows.readers.units.detect", lambda _source: replace(LINES, cuts=fail))
    assert plan(scan(raw), raw, load_settings(raw=raw, slice_bytes=1024)) == [(Slice(scan(raw)[0]),)]


@pytest.mark.parametrize("mark", [b"BZh9", b"\x1f\x8b", b"\xff\xfe", b"\0{" * 9], ids=repr)
def test_what_looks_like_a_mark_in_a_files_middle_is_none(
    mark: bytes, raw: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.readers.json_records._CHUNK", 64)
    good = lines(GOOD).encode()
    write("a.jsonl", good + (mark + b"\n" + good) * 100)
    found = [read_all(raw, slice_bytes=size) for size in (1024, 1025, 1100, 1 << 20)]
    assert [sum(len(part.documents) for part in parts) for parts in found] == [101] * 4
    assert [len(parts) > 5 for parts in found] == [True, True, True, False]
