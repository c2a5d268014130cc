"""Publishing a run: its tables, its state and its own row in `runs`, in one journal."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows import __version__
from flows.carriage import hand_over
from flows.report import peak_memory_bytes
from flows.run import Run
from flows.steps.kept import discard_kept
from flows.steps.staging import next_file
from flows.tables.counts import write_counts
from flows.tables.files import read_rows, same_bytes, write_table
from flows.tables.journal import Move, Publication, publish
from flows.tables.layout import Layout, Partition
from flows.tables.manifest import Known, write_manifest
from flows.tables.moves import plan_publication
from flows.tables.overrides import write_overrides
from flows.tables.store import Store, retired_files, write_store
from flows.tables.tombstones import Tombstones, stage_tombstones
from flows.tables.upgrade import upgraded
from flows.tables.versions import versions_of
from flows.warehouse.views import views_sql
from schemas import RUNS, TABLES
from schemas import Run as RunRow

SQL_FILE = "copydesk.sql"


def publish_run(run: Run) -> int:
    """Move everything that the run staged into place; return how many Parquet files of tables it wrote.

    Where nothing differs from what is published, nothing is written, the run's own row neither.
    """
    entries = [(name, partition) for partition, names in sorted(run.staged.items()) for name in names]
    sources = {entry: next_file(run.layout, *entry) for entry in entries}
    tables_alone = plan_publication(run.layout, entries, sources, grace_seconds=run.settings.reader_grace_seconds)
    state = _state_moves(run)
    if not entries and not state:
        discard_kept(run.layout)
        return 0
    earlier = _earlier_runs(run) if run.behind else []
    tables = sum(not name.startswith("_") for name, _ in entries) + len(earlier) + 1
    run.counts = run.count_tables(files_written=tables)
    moves = (*tables_alone.moves, *earlier, _runs_move(run), *state)
    publication = hand_over(run, replace(tables_alone, moves=moves))
    run.still_held()
    publish(run.layout, publication)
    discard_kept(run.layout)
    return tables


def _runs_move(run: Run) -> Move:
    """Stage the month's runs, this one added."""
    partition = _own_month(run)
    published = run.layout.file("runs", partition)
    fresh = pa.Table.from_pylist([_run_row(run)], schema=RUNS.schema)
    rows = pa.concat_tables([upgraded(read_rows(published), RUNS), fresh]) if published.exists() else fresh
    return _stage_runs(run, partition, rows)


def _earlier_runs(run: Run) -> list[Move]:
    """Stage the runs of all other months as today's version has them."""
    others = [partition for partition in run.layout.partitions("runs") if partition != _own_month(run)]
    return [
        _stage_runs(run, partition, upgraded(read_rows(run.layout.file("runs", partition)), RUNS))
        for partition in others
    ]


def _own_month(run: Run) -> Partition:
    return Partition(f"{run.started_at:%Y-%m}", 0)


def _stage_runs(run: Run, partition: Partition, rows: pa.Table) -> Move:
    staged = next_file(run.layout, "runs", partition)
    write_table(RUNS, rows, staged, cleaning_version=versions_of(rows, default=run.cleaning_version))
    return _move(run.layout, staged, run.layout.file("runs", partition))


def _run_row(run: Run) -> dict[str, Any]:
    assert run.counts is not None
    row = RunRow(
        run_id=run.run_id,
        started_at=run.started_at,
        finished_at=datetime.now(UTC),
        status="published",
        version=__version__,
        cleaning_version=run.cleaning_version,
        settings=run.settings.model_dump_json(),
        counts=run.counts,
        seconds=run.run_seconds(),
        peak_memory_bytes=peak_memory_bytes(),
        month=_own_month(run).month,
    )
    return row.model_dump()


def _state_moves(run: Run) -> list[Move]:
    """Stage the manifest, the store's description, the overrides and the views, those that differ alone."""
    layout = run.layout
    staged = {
        layout.manifest: layout.staging / "next" / layout.manifest.name,
        layout.store: layout.staging / "next" / layout.store.name,
        layout.root / SQL_FILE: layout.staging / "next" / SQL_FILE,
    }
    # every partition has a file in every table, so after this run none is without
    staged[layout.counts] = layout.staging / "next" / layout.counts.name
    staged |= {layout.state / path.relative_to(layout.staging / "next"): path for path in run.state_files}
    tombstones = run.tombstones.with_hashes(run.traces)
    write_manifest(staged[layout.manifest], tombstones.conceal(run.manifest))
    write_counts(staged[layout.counts], run.held)
    write_store(staged[layout.store], _store(run))
    staged[layout.root / SQL_FILE].write_text(views_sql(layout.root, present=TABLES), encoding="utf-8")
    if run.overrides.by_site or layout.overrides.exists():
        staged[layout.overrides] = layout.staging / "next" / layout.overrides.name
        write_overrides(staged[layout.overrides], run.overrides)
    if not tombstones.is_empty:
        staged |= stage_tombstones(layout, tombstones)
    moves = [_move(layout, source, target) for target, source in staged.items() if not same_bytes(source, target)]
    gone = retired_files(layout) if run.behind else []
    return moves + [Move(None, path.relative_to(layout.root).as_posix()) for path in gone]


def _store(run: Run) -> Store:
    """Name the rules and readers that cleaned and read any page, as the tables will stand: today's, once all have."""
    assert run.matched is not None
    rows = run.matched.standing.rows
    return replace(
        run.store,
        cleaning_version=versions_of(rows, default=run.cleaning_version),
        reading_version=versions_of(rows, default="", column="reading_version"),
    )


def publish_state(layout: Layout, manifest: dict[str, Known], tombstones: Tombstones) -> None:
    """Publish what is known of raw files and of takedowns, and nothing else."""
    staged = {layout.manifest: layout.staging / "next" / layout.manifest.name}
    write_manifest(staged[layout.manifest], tombstones.conceal(manifest))
    staged |= stage_tombstones(layout, tombstones)
    publish(layout, Publication(tuple(_move(layout, source, target) for target, source in staged.items())))


def _move(layout: Layout, source: Path, target: Path) -> Move:
    return Move(source.relative_to(layout.root).as_posix(), target.relative_to(layout.root).as_posix())
