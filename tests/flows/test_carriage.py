"""Handing over to readers: what a publication replaces is carried along until the next one."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from flows.errors import AuditError
from flows.opening import open_run
from flows.settings import Settings
from flows.stages import STAGES, ingest
from flows.tables.carrying import extent_of
from flows.tables.layout import Layout
from flows.takedown import forget
from tests.conftest import STORIES, Run, Write, page

GRACE = 0.05
MARK_BYTES = 56
EDITIONS = [
    f"The harbour master added a note of his own in edition {number}, which asks the skippers to wait for the school bus."
    for number in range(4)
]


@pytest.fixture
def edition(write: Write, run: Run) -> Callable[[int], Any]:
    """Bring the next revision of a page, and publish it."""

    def bring(number: int) -> Any:
        write(
            f"courier.example/2025-03-0{number + 1}/{number}.txt",
            page("ferry", extra=(EDITIONS[number],)),
            url="https://courier.example/ferry",
        )
        time.sleep(2 * GRACE)
        return run(reader_grace_seconds=GRACE)

    return bring


def bytes_of(processed: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted((processed / "articles").rglob("*.parquet")))


def test_who_read_a_footer_before_a_publication_finds_its_rows_after_it(
    edition: Callable[[int], Any], processed: Path
) -> None:
    edition(0)
    (path,) = (processed / "articles").rglob("*.parquet")
    footer, before = pq.read_metadata(path), pq.read_table(path, partitioning=None)
    edition(1)
    assert pq.ParquetFile(path, metadata=footer).read().equals(before)
    now = pq.ParquetFile(path).read()
    assert EDITIONS[1] in now["body"][0].as_py()
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{path}')").fetchall() == [(1,)]


def test_a_first_run_writes_plain_files_and_carries_nothing(edition: Callable[[int], Any], processed: Path) -> None:
    edition(0)
    assert not Layout(processed).carried.exists()


def test_a_run_over_unchanged_input_changes_no_byte_of_files_that_carry(
    edition: Callable[[int], Any], run: Run, processed: Path
) -> None:
    edition(0)
    edition(1)
    assert json.loads(Layout(processed).carried.read_text())
    before = {path: (path.stat().st_ino, path.read_bytes()) for path in processed.rglob("*.*") if path.is_file()}
    assert run(reader_grace_seconds=GRACE).run_id is None
    assert {path: (path.stat().st_ino, path.read_bytes()) for path in before} == before


def test_the_next_publication_lets_go_of_what_the_one_before_carried(
    edition: Callable[[int], Any], write: Write, run: Run, processed: Path
) -> None:
    edition(0)
    edition(1)
    held = set(json.loads(Layout(processed).carried.read_text()))
    assert "articles/month=2025-03" in {name.rsplit("/", 1)[0] for name in held}
    size = sum(path.stat().st_size for path in (processed / "articles").rglob("*.parquet"))
    write("fjordpost.example/2025-05-01/other.txt", "\n".join(STORIES["orchard"]))
    time.sleep(2 * GRACE)
    run(reader_grace_seconds=GRACE)
    after = set(json.loads(Layout(processed).carried.read_text()))
    assert not {name for name in after if name.startswith("articles/month=2025-03")}
    (path,) = (processed / "articles/month=2025-03").rglob("*.parquet")
    assert path.stat().st_size == size
    assert EDITIONS[1] in pq.ParquetFile(path).read()["body"][0].as_py()


def test_a_run_that_must_leave_nothing_behind_leaves_nothing_that_was_carried(
    edition: Callable[[int], Any], settings: Callable[..., Settings], write: Write, processed: Path
) -> None:
    edition(0)
    edition(1)
    write("fjordpost.example/2025-05-01/other.txt", "\n".join(STORIES["orchard"]))
    with open_run(settings(reader_grace_seconds=GRACE)) as run:
        run.leave_nothing = True
        for stage in STAGES:
            stage(run)
    assert nothing_is_carried(processed)


def test_a_takedown_leaves_nothing_that_was_carried(
    edition: Callable[[int], Any], settings: Callable[..., Settings], write: Write, processed: Path
) -> None:
    write("fjordpost.example/2025-03-01/other.txt", "\n".join(STORIES["orchard"]))
    edition(0)
    edition(1)
    assert not nothing_is_carried(processed)
    forget(settings(reader_grace_seconds=GRACE), "https://courier.example/ferry", reason="asked for")
    assert nothing_is_carried(processed)


def nothing_is_carried(processed: Path) -> bool:
    """Tell whether files hold but zeros beside their own rows."""
    for path in processed.glob("*/month=*/*.parquet"):
        found, content = extent_of(path), path.read_bytes()
        before_footer = found.size - found.footer - (MARK_BYTES if found.digest else 0)
        gaps = content[4 : found.start] + content[found.end : before_footer]
        if gaps.strip(b"\0"):
            return False
    return not json.loads(Layout(processed).carried.read_text())


def test_without_a_grace_files_are_as_plain_as_a_first_run_makes_them(
    edition: Callable[[int], Any], run: Run, settings: Callable[..., Settings], processed: Path, tmp_path: Path
) -> None:
    edition(0)
    edition(1)
    for number in (2, 3):
        (tmp_path / "raw/courier.example" / f"2025-03-0{number + 1}").mkdir()
        (tmp_path / "raw/courier.example" / f"2025-03-0{number + 1}" / "x.txt").write_text(
            page("library", extra=(EDITIONS[number],))
        )
    run(reader_grace_seconds=0)
    ingest(settings(processed=tmp_path / "once", reader_grace_seconds=0))
    for name in ("documents", "articles", "removed_lines"):
        (ours,) = (processed / name).rglob("*.parquet")
        assert ours.read_bytes() == (tmp_path / "once" / ours.relative_to(processed)).read_bytes()


def test_a_file_that_would_hold_other_rows_than_were_audited_is_not_published(
    edition: Callable[[int], Any], processed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.steps import carry

    edition(0)
    before = bytes_of(processed)

    def forgetful(plain: Path, old: Path, target: Path) -> None:
        pq.write_table(pq.ParquetFile(plain).read().slice(1), target)

    monkeypatch.setattr(carry, "carry", forgetful)
    with pytest.raises(AuditError, match="would hold other rows than were audited"):
        edition(1)
    assert bytes_of(processed) == before
