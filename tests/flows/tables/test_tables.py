"""Files on disk: layout, bytes, moves, locks, reconstruction."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import SettingsError, StorageError
from flows.settings import load_settings
from flows.tables.files import read_rows, same_bytes, write_table
from flows.tables.journal import publish
from flows.tables.layout import Layout, Partition, bucket_of
from flows.tables.moves import plan_publication
from flows.tables.reconstruct import rebuild_texts
from flows.tables.store import Store, check_store, load_store, store_of, write_store
from schemas import DUPLICATES, SITE_LINES

ROWS = pa.table(
    {
        "document_id": [f"{n:032x}" for n in range(3)],
        "article_id": ["b" * 32, "a" * 32, "a" * 32],
        "method": ["near", "exact", "revision"],
        "similarity": [0.9, 1.0, 0.5],
        "kind": ["reprint", "wire", "update"],
    }
)


@pytest.mark.parametrize(
    ("month", "before", "after"), [("2025-01", "2024-12", "2025-02"), ("2025-12", "2025-11", "2026-01")]
)
def test_a_partition_knows_its_neighbours(month: str, before: str, after: str) -> None:
    partition = Partition(month, 3)
    assert partition.previous == Partition(before, 3)
    assert partition.following == Partition(after, 3)
    assert partition.path == f"month={month}/part-0003.parquet"


def test_a_site_is_always_in_the_same_bucket() -> None:
    assert bucket_of("swissinfo.ch", 8) == 2
    assert 0 <= bucket_of("\ud800", 8) < 8


def test_the_same_rows_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    for name, rows in {"a": ROWS, "b": ROWS.take([2, 0, 1])}.items():
        write_table(DUPLICATES, rows, tmp_path / name, cleaning_version="1.x")
    assert same_bytes(tmp_path / "a", tmp_path / "b")
    assert not same_bytes(tmp_path / "a", tmp_path / "missing")


def test_a_file_is_zstd_sorted_with_statistics_and_says_what_it_holds(tmp_path: Path) -> None:
    write_table(DUPLICATES, ROWS, tmp_path / "a", cleaning_version="1.x")
    file = pq.ParquetFile(tmp_path / "a")
    group = file.metadata.row_group(0)
    assert {group.column(n).compression for n in range(group.num_columns)} == {"ZSTD"}
    assert group.column(1).statistics.min == "a" * 32
    assert file.read()["article_id"].to_pylist() == ["a" * 32, "a" * 32, "b" * 32]
    assert file.schema_arrow.metadata[b"copydesk.cleaning_version"] == b"1.x"
    assert file.schema_arrow.metadata[b"copydesk.table"] == b"duplicates"
    assert (
        file.schema_arrow.field("similarity").metadata[b"description"]
        == DUPLICATES.schema.field("similarity").metadata[b"description"]
    )


def test_an_empty_partition_has_the_schema_of_a_full_one(tmp_path: Path) -> None:
    write_table(SITE_LINES, SITE_LINES.schema.empty_table(), tmp_path / "a", cleaning_version="1")
    assert read_rows(tmp_path / "a").schema.equals(SITE_LINES.schema)


def test_an_article_that_moves_leaves_before_it_arrives(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    one, two = Partition("2025-03", 0), Partition("2025-04", 0)

    def put(path: Path, ids: list[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"article_id": pa.array(ids, pa.string())}), path)

    put(layout.file("articles", one), ["x", "stays"])
    put(layout.file("articles", two), ["y"])
    staged = {("articles", one): layout.staging / "one", ("articles", two): layout.staging / "two"}
    put(staged["articles", one], ["y", "stays"])  # x and y change places
    put(staged["articles", two], ["x"])
    publication = plan_publication(layout, list(staged), staged, grace_seconds=0)

    def ids() -> list[str]:
        return [i for p in (one, two) for i in read_rows(layout.file("articles", p))["article_id"].to_pylist()]

    def step(_: str) -> None:
        assert len(set(ids())) == len(ids())
        assert "stays" in ids()

    publish(layout, publication, step=step)
    assert sorted(ids()) == ["stays", "x", "y"]


def test_lines_spans_and_blanks_go_together_again() -> None:
    paragraphs = pa.table(
        {"document_id": ["a", "a"], "line_no": pa.array([2, 5], pa.int32()), "text": ["two", "five!"]}
    )
    removed = pa.table(
        {
            "document_id": ["a", "a", "b"],
            "line_no": pa.array([4, 5, 1], pa.int32()),
            "start": pa.array([None, 2, None], pa.int32()),
            "end": pa.array([None, 5, None], pa.int32()),
            "text": ["four", "XYZ", "b"],
        }
    )
    texts = rebuild_texts(pa.array(["b", "a", "c"]), paragraphs, removed)
    assert texts.to_pylist() == ["b", "\ntwo\n\nfour\nfiXYZve!", ""]


def test_settings_that_tables_were_made_with_cannot_change_under_them(tmp_path: Path) -> None:
    path = tmp_path / "_state" / "store.json"
    write_store(path, store_of(load_settings(buckets=8), "1"))
    with pytest.raises(SettingsError, match=r"buckets = 4: the tables in .* were made with 8"):
        check_store(load_store(path), store_of(load_settings(buckets=4), "1"), tmp_path)
    with pytest.raises(SettingsError, match=r"bands = 10: the tables in .* were made with 16"):
        check_store(load_store(path), store_of(load_settings(buckets=8, bands=10), "1"), tmp_path)
    check_store(load_store(path), store_of(load_settings(buckets=8), "2"), tmp_path)
    path.write_text("{}")
    with pytest.raises(StorageError, match="can't be read"):
        load_store(path)


def test_a_folder_is_behind_in_what_is_older_or_missing_in_it() -> None:
    today = Store(
        layout_version=3,
        buckets=8,
        shingle_words=3,
        signature_hashes=128,
        cleaning_version="1",
        tables={"a": 2, "b": 1},
    )
    assert today.behind(today) == {}
    assert replace(today, tables={"a": 2}).behind(today) == {"b": (0, 1)}
    assert replace(today, layout_version=1, tables={}).behind(today) == {"a": (1, 2), "state": (1, 3)}


def test_state_of_an_earlier_layout_binds_no_setting_but_the_buckets(tmp_path: Path) -> None:
    today = store_of(load_settings(buckets=8), "1")
    before = replace(today, layout_version=1, bands=0, signature_hashes=64)
    check_store(before, today, tmp_path)
    with pytest.raises(SettingsError, match="buckets = 8"):
        check_store(replace(before, buckets=4), today, tmp_path)
    with pytest.raises(SettingsError, match="signature_hashes = "):
        check_store(replace(today, signature_hashes=64), today, tmp_path)
