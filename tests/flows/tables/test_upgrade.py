"""Rows of earlier versions, as today's version has them."""

import pyarrow as pa
import pytest

from flows.errors import StorageError
from flows.tables import upgrade
from flows.tables.upgrade import upgraded
from schemas import DOCUMENTS, REJECTIONS, RUNS

REJECTION = {
    "source_path": "crawl/a.jsonl",
    "record_no": 3,
    "stage": "read",
    "reason": "malformed_json",
    "message": "line 4 ends too early",
    "payload": b"{",
    "payload_truncated": False,
}


def without(kind: pa.DataType, name: str) -> pa.DataType:
    """The type of records, or of a list of them, as it was before they had a field."""
    if pa.types.is_list(kind):
        return pa.list_(without(kind.value_type, name))
    return pa.struct([field for field in kind if field.name != name])


def test_a_column_that_is_new_stands_as_the_change_says() -> None:
    rows = upgraded(pa.Table.from_pylist([REJECTION, REJECTION]), REJECTIONS)
    assert rows.schema.equals(REJECTIONS.schema)
    assert rows["document_id"].to_pylist() == [None, None]
    assert rows.drop_columns(["document_id"]).to_pylist() == [REJECTION, REJECTION]


def test_no_rows_have_todays_columns_too() -> None:
    empty = pa.Table.from_pylist([REJECTION]).slice(1)
    assert upgraded(empty, REJECTIONS).schema.equals(REJECTIONS.schema)


def test_some_columns_are_brought_alone() -> None:
    rows = upgraded(pa.Table.from_pylist([REJECTION]), REJECTIONS, ["document_id", "reason"])
    assert rows.to_pylist() == [{"document_id": None, "reason": "malformed_json"}]


def test_a_column_that_every_version_has_must_be_there() -> None:
    rows = pa.Table.from_pylist([REJECTION]).drop_columns(["reason"])
    with pytest.raises(StorageError, match="rejections: column reason is missing"):
        upgraded(rows, REJECTIONS)


def test_a_field_that_is_new_in_records_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "defaults_of", lambda _table: {"counts.files_read": 7})
    kind = without(RUNS.schema.field("counts").type, "files_read")
    before = pa.array([{"files": 1}, {"files": 2}, None], kind).slice(1)  # a part of a larger array
    counts = upgraded(pa.table({"counts": before}), RUNS, ["counts"])["counts"]
    assert counts.type == RUNS.schema.field("counts").type
    assert [row and (row["files"], row["files_read"]) for row in counts.to_pylist()] == [(2, 7), None]


def test_a_field_that_is_new_in_lists_of_records_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "defaults_of", lambda _table: {"markup.depth": 7})
    kind = without(DOCUMENTS.schema.field("markup").type, "depth")
    lines = [[{"tag": "h1"}], None, [], [{"tag": "p"}, {"tag": "a"}]]
    markup = upgraded(pa.table({"markup": pa.array(lines, kind).slice(1)}), DOCUMENTS, ["markup"])["markup"]
    assert markup.type == DOCUMENTS.schema.field("markup").type
    told = [row and [(line["tag"], line["depth"]) for line in row] for row in markup.to_pylist()]
    assert told == [None, [], [("p", 7), ("a", 7)]]
