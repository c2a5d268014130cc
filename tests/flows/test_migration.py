"""Tables of earlier versions: migrated in a run, read as they are, and refused where they are newer."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from flows import publication
from flows.errors import VersionError
from flows.recleaning import override_line, reclean_site
from flows.report import RunReport
from flows.settings import Settings, load_settings
from flows.sites import load_profiles
from flows.sites.overrides import Overrides
from flows.stages import ingest
from flows.tables import journal, store
from flows.tables.layout import Layout
from flows.warehouse.lookup import explain
from flows.warehouse.query import ask
from flows.warehouse.sites import list_sites
from flows.warehouse.views import connect
from schemas import TABLES

FROZEN = Path(__file__).parents[1] / "frozen" / "layout-1"
OF_READING = {"documents": ["metadata"], "articles": ["published_zone", "modified_precision", "modified_zone"]}
"""Columns that hold more when the raw files are read today: the first reader kept no zones."""
Migration = tuple[Path, RunReport, list[str]]
"""The tables after it, its report, and the files it moved, in order."""
SITE = "saltmarsh-bell.example"


def settings_for(folder: Path, **given: Any) -> Settings:
    return load_settings(raw=folder / "raw", processed=folder / "processed", engine="inline", buckets=1, **given)


def thaw(folder: Path) -> Path:
    shutil.copytree(FROZEN, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with raw files, and tables that the first version made of them."""
    return thaw(tmp_path / "old")


@pytest.fixture(scope="module")
def migration(tmp_path_factory: pytest.TempPathFactory) -> Migration:
    """A run of today's code over tables of the first version, without the raw files."""
    folder = thaw(tmp_path_factory.mktemp("migrated"))
    shutil.rmtree(folder / "raw")
    (folder / "raw").mkdir()
    moved: list[str] = []

    def watched(layout: Layout, staged: journal.Publication) -> None:
        moved.extend(move.target for move in (*staged.leaving, *staged.moves))
        journal.publish(layout, staged)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(publication, "publish", watched)
        report = ingest(settings_for(folder))
    return folder / "processed", report, moved


def files_of(processed: Path) -> dict[str, bytes]:
    """Every file but those of the month's runs and of the lock."""
    return {
        path.relative_to(processed).as_posix(): path.read_bytes()
        for path in processed.rglob("*")
        if path.is_file() and path.name != "lock" and "runs" not in path.relative_to(processed).parts
    }


def rows_of(processed: Path, name: str, *, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    table = ds.dataset(processed / name, partitioning="hive").to_table().drop_columns(list(without))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def test_a_run_brings_every_file_to_todays_version(migration: Migration) -> None:
    processed, report, _ = migration
    for name, table in TABLES.items():
        paths = list((processed / name).rglob("*.parquet"))
        assert paths
        for path in paths:
            schema = pq.read_schema(path)
            assert schema.equals(table.schema)
            assert schema.metadata[b"copydesk.schema_version"] == str(table.version).encode()
    held = store.load_store(Layout(processed).store)
    assert held is not None
    assert not held.behind(store.store_of(settings_for(processed.parent), "now"))
    assert any("articles 1 to 2, documents 1 to 4" in notice for notice in report.notices)


def test_it_needs_no_raw_file(migration: Migration) -> None:
    _, report, _ = migration
    assert (report.counts.files_read, report.counts.documents, report.counts.articles) == (0, 19, 14)
    assert any("15 raw file(s) read before are gone" in notice for notice in report.notices)


def test_migrated_tables_are_those_that_todays_code_makes_of_the_raw_files(
    migration: Migration, tmp_path: Path
) -> None:
    processed, _, _ = migration
    shutil.copytree(FROZEN / "raw", tmp_path / "raw")
    ingest(settings_for(tmp_path))
    for name in set(TABLES) - {"runs", "rejections"}:
        without = tuple(OF_READING.get(name, ()))
        assert rows_of(processed, name, without=without) == rows_of(tmp_path / "processed", name, without=without)


@pytest.mark.parametrize(("today", "months"), [("2026-11-30", 1), ("2026-12-01", 2)])
def test_runs_of_every_month_are_brought_along(
    old: Path, monkeypatch: pytest.MonkeyPatch, today: str, months: int
) -> None:
    """The frozen tables' runs are of November 2026."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.fromisoformat(today).replace(tzinfo=tz)

    monkeypatch.setattr("flows.run.datetime", Then)
    ingest(settings_for(old))
    paths = list((old / "processed" / "runs").rglob("*.parquet"))
    assert len(paths) == months
    assert all(pq.read_schema(path).equals(TABLES["runs"].schema) for path in paths)
    before = [row["run_id"] for row in rows_of(FROZEN / "processed", "runs")]
    assert [row["run_id"] in before for row in rows_of(old / "processed", "runs")].count(True) == len(before)
    assert len(rows_of(old / "processed", "runs")) == len(before) + 1


def test_rejections_of_reading_and_past_runs_are_carried_over(migration: Migration) -> None:
    processed, _, _ = migration
    before = [row for row in rows_of(FROZEN / "processed", "rejections") if row["stage"] != "clean"]
    after = [row for row in rows_of(processed, "rejections") if row["stage"] != "clean"]
    assert len(before) == 6
    assert after == [{**row, "document_id": None} for row in before]
    cleaned = [row for row in rows_of(processed, "rejections") if row["stage"] == "clean"]
    assert [row["document_id"] is not None for row in cleaned] == [True]
    first, second = sorted(rows_of(processed, "runs"), key=lambda row: str(row["started_at"]))
    counts = first["counts"]
    assert counts.pop("withheld") is None
    assert [first] == rows_of(FROZEN / "processed", "runs")
    assert second["counts"]["documents"] == first["counts"]["documents"]


def test_a_run_after_it_writes_nothing(migration: Migration) -> None:
    processed, _, _ = migration
    before = files_of(processed)
    assert ingest(settings_for(processed.parent)).run_id is None
    assert files_of(processed) == before


def test_new_raw_files_are_read_in_the_same_run(old: Path) -> None:
    page = "The bridge at Lower Holme is shut to lorries until its bearings have been looked at, the county said."
    (old / "raw" / SITE / "2025-04-09").mkdir()
    (old / "raw" / SITE / "2025-04-09" / "0007.txt").write_text(page)
    report = ingest(settings_for(old))
    assert (report.counts.files_read, report.counts.documents) == (1, 20)
    assert page in [row["body"] for row in rows_of(old / "processed", "articles")]


def test_a_raw_file_that_changed_keeps_its_documents_ids_in_the_same_run(old: Path) -> None:
    feed = old / "raw" / "crawl" / "2025-03-14" / "valley-courier.jsonl"
    first, *others = feed.read_text().splitlines(keepends=True)
    feed.write_text("".join([others[0], first, *others[1:]]))
    report = ingest(settings_for(old))
    assert (report.counts.files_read, report.counts.documents) == (1, 19)
    before, after = (
        {row["document_id"] for row in rows_of(place, "documents")}
        for place in (FROZEN / "processed", old / "processed")
    )
    assert after == before


@pytest.mark.parametrize("wanted", ["before the journal", "after the journal", "after move 7"])
def test_a_migration_cut_short_is_ended_or_begun_again_by_the_next_run(
    old: Path, migration: Migration, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    def die(step: str) -> None:
        if step.startswith(wanted):
            raise SystemExit

    shutil.rmtree(old / "raw")
    (old / "raw").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(publication, "publish", lambda layout, staged: journal.publish(layout, staged, step=die))
        with pytest.raises(SystemExit):
            ingest(settings_for(old))
    report = ingest(settings_for(old))
    assert any("earlier copydesk" in notice for notice in report.notices) == (wanted == "before the journal")
    here, there = files_of(old / "processed"), files_of(migration[0])
    del here["copydesk.sql"], there["copydesk.sql"]  # it names its folder
    assert here == there


def test_a_strict_run_migrates_what_loses_no_more_than_before(old: Path) -> None:
    report = ingest(settings_for(old, strict=True))
    assert report.losses == (f"{SITE}, 2025-04: 1 of 3 documents lose far more than usual",)
    assert report.run_id


def test_files_that_only_earlier_layouts_had_are_taken_away(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "RETIRED", ("signatures/*.bin",))
    left = old / "processed" / "_state" / "signatures" / "a.bin"
    left.parent.mkdir()
    left.write_bytes(b"\0")
    ingest(settings_for(old))
    assert not left.exists()


def test_what_a_page_says_of_its_lines_and_a_user_of_a_site_outlives_a_migration(
    write: Callable[..., Path], settings: Callable[..., Settings], processed: Path
) -> None:
    page = "<html><body><nav><a href='/'>Home</a></nav><article><h1>Weir mended</h1><p>{}</p></article></body></html>"
    for day, text in enumerate(
        ("The weir was mended in May, the miller says.", "No eel has come up it since June."), 1
    ):
        write(f"mill.example/2025-05-0{day}/0.html", page.format(text))
    ingest(settings())
    override_line(settings(), "mill.example", "Home", "pinned")
    before = files_of(processed)
    state = Layout(processed)
    first = {"layout_version": 1, "buckets": settings().buckets, "shingle_words": 3, "signature_hashes": 128}
    state.store.write_text(json.dumps({**first, "cleaning_version": "1.older"}))  # as the first layout had it
    shutil.rmtree(state.index)
    shutil.rmtree(state.teasers, ignore_errors=True)
    state.counts.unlink()
    report = ingest(settings())
    assert any("state 1 to 3" in notice for notice in report.notices)
    assert files_of(processed) == before
    assert all(row["markup"] for row in rows_of(processed, "documents"))


def mixed_states(old: Path, migration: Migration) -> Iterator[Path]:
    """Yield the folder as it is before a migration, after some of its moves, and after all.

    Tables that are new since are there from the start: before, nothing names them.
    """
    processed, _, moved = migration
    for name in set(TABLES) - {path.name for path in (FROZEN / "processed").iterdir()}:
        shutil.copytree(processed / name, old / "processed" / name)
    assert len(moved) > 20
    yield old / "processed"
    for number, target in enumerate(moved, 1):
        (old / "processed" / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(processed / target, old / "processed" / target)
        if target.startswith("articles/") or number in (8, 16, len(moved)):
            yield old / "processed"


def test_duckdb_reads_all_of_todays_columns_of_a_mixed_folder(old: Path, migration: Migration) -> None:
    counts: set[tuple[int, ...]] = set()
    for processed in mixed_states(old, migration):
        connection = connect(processed)
        for name, table in TABLES.items():
            assert connection.sql(f"FROM {name}").columns == table.full_schema.names
        found = connection.sql(
            "SELECT count(*), count(flags), count(title), (SELECT count(*) FROM documents WHERE markup IS NULL), "
            "(SELECT count(evidence.score) FROM removed_lines) FROM articles WHERE month >= '2025-03'"
        ).fetchall()
        counts.update(found)
    assert {(row[0], row[2], row[3]) for row in counts} == {(14, 14, 19)}
    flagged = sorted({row[1] for row in counts})
    assert flagged[0] == 0
    assert len(flagged) == 3  # no month, one, both
    assert flagged[-1] == 14


def test_the_sql_file_works_on_its_own_on_a_mixed_folder(old: Path, migration: Migration) -> None:
    processed = migration[0]
    todays = (processed / "copydesk.sql").read_text().replace(str(processed), str(old / "processed"))
    for _ in mixed_states(old, migration):
        connection = duckdb.connect()
        connection.execute(todays)
        assert connection.sql("SELECT count(*) FROM articles WHERE published_zone IS NULL").fetchall() == [(14,)]


def test_pyarrow_reads_a_mixed_folder_with_todays_schema(old: Path, migration: Migration) -> None:
    partitioning = ds.partitioning(pa.schema([("month", pa.string())]), flavor="hive")
    for processed in mixed_states(old, migration):
        for name, table in TABLES.items():
            rows = ds.dataset(processed / name, schema=table.full_schema, partitioning=partitioning).to_table()
            assert rows.schema.names == table.full_schema.names
            assert rows["month"].null_count == 0


def test_commands_that_read_take_tables_of_the_first_version(old: Path) -> None:
    processed = old / "processed"
    assert ask(processed, "SELECT count(*) AS n FROM articles WHERE flags IS NULL").read_all().to_pylist() == [
        {"n": 14}
    ]
    assert ask(processed, "FROM pages").read_all().num_rows == 0
    assert explain(processed, "0003.txt").document["outcome"] == "revision"  # type: ignore[union-attr]
    assert list_sites(processed, load_profiles(), Overrides())["pages"].to_pylist() == [7, 5, 5, 2]


def test_a_command_that_would_clean_a_part_alone_asks_for_a_migration_first(old: Path) -> None:
    before = files_of(old / "processed")
    with pytest.raises(VersionError, match=r"earlier copydesk \(articles 1 to 2, .*run `copydesk ingest` first"):
        reclean_site(settings_for(old), SITE)
    assert files_of(old / "processed") == before


def newer_layout(processed: Path) -> str:
    path = Layout(processed).store
    path.write_text(json.dumps({**json.loads(path.read_text()), "layout_version": 99, "unheard_of": True}))
    return "the folder's layout is of version 99"


def newer_table(processed: Path) -> str:
    path = Layout(processed).store
    path.write_text(json.dumps({**json.loads(path.read_text()), "tables": {"articles": 99}}))
    return "table articles is of version 99"


def unknown_table(processed: Path) -> str:
    path = Layout(processed).store
    path.write_text(json.dumps({**json.loads(path.read_text()), "tables": {"comments": 1}}))
    return "table comments is of version 1, copydesk .* has no such table"


def newer_file(processed: Path) -> str:
    path = next((processed / "documents" / "month=2025-04").iterdir())
    rows = pq.read_table(path, partitioning=None)
    metadata = {**rows.schema.metadata, b"copydesk.schema_version": b"99"}
    pq.write_table(rows.replace_schema_metadata(metadata), path)
    return "table documents is of version 99"


COMMANDS: dict[str, Callable[[Path], Any]] = {
    "ingest": lambda folder: ingest(settings_for(folder)),
    "query": lambda folder: ask(folder / "processed", "SELECT 1"),
    "explain": lambda folder: explain(folder / "processed", "0003.txt"),
    "sites": lambda folder: list_sites(folder / "processed", load_profiles(), Overrides()),
    "reclean": lambda folder: reclean_site(settings_for(folder), SITE),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("change", [newer_layout, newer_table, unknown_table, newer_file])
def test_tables_of_a_newer_copydesk_are_refused_and_left_as_they_are(
    old: Path, change: Callable[[Path], str], command: str
) -> None:
    told = change(old / "processed")
    before = files_of(old / "processed")
    with pytest.raises(VersionError, match=f"{told}.*upgrade copydesk; the tables are untouched"):
        COMMANDS[command](old)
    assert files_of(old / "processed") == before


@pytest.mark.parametrize("arguments", [("ingest", "-q"), ("query", "SELECT 1"), ("explain", "0003.txt")])
def test_newer_tables_end_a_command_with_one_line_and_its_own_code(
    old: Path, copydesk: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    newer_layout(old / "processed")
    done = copydesk(*arguments, COPYDESK_RAW=str(old / "raw"), COPYDESK_PROCESSED=str(old / "processed"))
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith(f"copydesk: {old / 'processed' / '_state' / 'store.json'}: the folder's layout")
    assert done.stderr.count("\n") == 1
