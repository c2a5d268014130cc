"""Files that carry the version before: every reader sees one version, whole, whenever it opened what."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flows.tables.carrying import carry, extent_of, same_content, shed
from flows.tables.files import write_parquet

Sizes = list[int]


def rows(version: int, count: int) -> pa.Table:
    texts = [f"row {n} of version {version}, {hash((version, n))}" for n in range(count)]
    return pa.table({"text": pa.array(texts, pa.string()), "n": pa.array(range(count), pa.int64())})


def write_plain(path: Path, table: pa.Table) -> Path:
    write_parquet(table, path, metadata={"copydesk.table": "articles"}, sorting=["n"])
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("carrying")


@given(sizes=st.lists(st.sampled_from([0, 1, 3, 40, 400, 900, 25_000]), min_size=2, max_size=7))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whoever_read_the_old_footer_or_length_finds_the_old_rows_in_the_new_file(folder: Path, sizes: Sizes) -> None:
    published = write_plain(folder / "published", rows(0, sizes[0]))
    for version, count in enumerate(sizes[1:], 1):
        before = rows(version - 1, sizes[version - 1])
        old_footer, old_size = pq.read_metadata(published), published.stat().st_size
        plain = write_plain(folder / "plain", rows(version, count))
        carry(plain, published, folder / "next")
        (folder / "next").replace(published)
        now = rows(version, count)
        assert pq.read_table(published).equals(now)
        assert pq.ParquetFile(published, metadata=old_footer).read().equals(before)
        assert published.stat().st_size >= old_size
        cut = pa.BufferReader(published.read_bytes()[:old_size])  # opened by a length that was known before
        assert pq.ParquetFile(cut).read().num_rows in {len(now), len(before)}
        assert same_content(plain, published)
        assert pq.read_schema(published).metadata == pq.read_schema(plain).metadata
        assert pq.read_metadata(published).num_row_groups == pq.read_metadata(plain).num_row_groups


@given(sizes=st.lists(st.sampled_from([1, 40, 400, 900]), min_size=30, max_size=40))
@hypothesis_settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_that_is_replaced_ever_so_often_stays_a_few_times_as_long_as_its_longest_version(
    folder: Path, sizes: Sizes
) -> None:
    published = write_plain(folder / "published", rows(0, sizes[0]))
    longest = published.stat().st_size
    for version, count in enumerate(sizes[1:], 1):
        plain = write_plain(folder / "plain", rows(version, count))
        longest = max(longest, plain.stat().st_size)
        carry(plain, published, folder / "next")
        (folder / "next").replace(published)
    assert published.stat().st_size <= 5 * longest + 20_000


def test_what_is_shed_is_gone_and_all_else_stays_where_it_was(tmp_path: Path) -> None:
    old = write_plain(tmp_path / "old", rows(1, 50))
    plain = write_plain(tmp_path / "plain", rows(2, 70))
    carry(plain, old, tmp_path / "carrying")
    shed(tmp_path / "carrying", tmp_path / "light")
    footer = pq.read_metadata(tmp_path / "carrying")
    assert pq.ParquetFile(tmp_path / "light", metadata=footer).read().equals(rows(2, 70))
    assert (tmp_path / "light").stat().st_size == (tmp_path / "carrying").stat().st_size
    assert same_content(tmp_path / "light", plain)
    was, there = extent_of(old), (tmp_path / "carrying").read_bytes()
    held = old.read_bytes()[was.start : was.end]
    assert held in there
    assert held[:200] not in (tmp_path / "light").read_bytes()
    if os.name == "posix":
        assert (tmp_path / "light").stat().st_blocks <= (tmp_path / "carrying").stat().st_blocks


def test_other_rows_are_other_content_and_a_missing_file_is_like_none(tmp_path: Path) -> None:
    old = write_plain(tmp_path / "old", rows(1, 50))
    plain = write_plain(tmp_path / "plain", rows(2, 50))
    carry(plain, old, tmp_path / "carrying")
    assert same_content(plain, tmp_path / "carrying")
    assert same_content(plain, plain)
    assert not same_content(old, tmp_path / "carrying")
    assert not same_content(old, plain)
    assert not same_content(plain, tmp_path / "missing")
    assert not same_content(tmp_path / "missing", plain)


def test_a_plain_file_that_replaces_one_that_carries_is_known_again(tmp_path: Path) -> None:
    first = write_plain(tmp_path / "first", rows(1, 50))
    second = write_plain(tmp_path / "second", rows(2, 50))
    carry(second, first, tmp_path / "a")
    carry(first, tmp_path / "a", tmp_path / "b")
    assert same_content(first, tmp_path / "b")
    assert pq.read_table(tmp_path / "b").equals(rows(1, 50))
