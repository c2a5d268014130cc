"""The stages of a run over an engine: read, clean, dedupe, audit, publish. No Prefect.

Each stage can be run again after it failed: it writes below the staging folder alone. Only publishing
touches the tables, through a journal that makes it all or nothing.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.budget import check_budget
from flows.laws import check_conservation, check_keys, check_losses
from flows.migration import ids_of_files, size_of
from flows.opening import open_run
from flows.publication import publish_run
from flows.reading import find_new_files, read_new_files, same_raw
from flows.report import Progress, RunReport
from flows.run import Run
from flows.settings import Settings
from flows.steps.assemble import AssembleTask, assemble_step
from flows.steps.audit import AuditTask, audit_step
from flows.steps.clean import CleanTask, clean_step
from flows.steps.handover import stage_decisions, stage_index
from flows.steps.kept import discard_kept
from flows.steps.match import match_documents
from flows.steps.merge import MergeTask, merge_step
from flows.steps.read import REJECTIONS_BUCKET
from flows.steps.staging import work_file, write_batches
from flows.steps.targets import Teasers, changed_targets, stage_targets
from flows.tables.ids import ID, hash_id, to_hex
from flows.tables.index import FACTS, load_months
from flows.tables.layout import Partition

Counts = dict[str, int]

MERGED_HERE = 10_000
"""So many documents are brought together in a quarter of a second."""
ASSEMBLED_PER_PAGE = 4
"""Documents whose tables are assembled and audited in the time that cleaning a page takes."""


@contextmanager
def timed(run: Run, stage: str) -> Iterator[None]:
    """Take a stage's time."""
    run.still_held()
    run.running = (stage, time.perf_counter())
    try:
        yield
    finally:
        run.seconds = run.elapsed()
        run.running = None


def read(run: Run) -> Counts:
    """Read new and changed raw files into staged documents; return counts."""
    with timed(run, "read"), same_raw(run.settings.raw):
        find_new_files(run)
        if run.nothing_new:
            discard_kept(run.layout)
            return {"files": len(run.files), "files_read": 0, "records": 0}
        run.choose_engine(sum(file.size for file in run.new_files) + size_of(run.layout, run.forced))
        read_new_files(run)
    return {
        "files": len(run.files),
        "files_read": len(run.new_files),
        "records": sum(result.records for result in run.read_results),
        "rejected": sum(result.rejected for result in run.read_results),
    }


def clean(run: Run) -> Counts:
    """Clean every partition that new documents touch; return counts."""
    with timed(run, "clean"):
        if run.nothing_new:
            return {"partitions": 0}
        _merge(run)
        check_budget(run)  # before the work of cleaning, as soon as it is known what is new
        run.cleaned = _to_clean(run)
        tasks = [
            CleanTask(run.layout, partition, sites, run.settings, run.cleaning_version, run.overrides)
            for partition, sites in run.cleaned.items()
        ]
        run.clean_results = run.map("clean", clean_step, tasks)
    return {
        "partitions": len(run.cleaned),
        "documents": sum(result.new for result in run.merge_results),
        "cleaned": sum(result.cleaned for result in run.clean_results),
        "rejected": sum(result.rejected for result in run.clean_results),
    }


def _to_clean(run: Run) -> dict[Partition, frozenset[str]]:
    """Return the sites that have new documents or lose some; a month's pages are evidence of the next month's too."""
    sites = {partition: forced for partition, forced in run.forced.items() if forced}
    grown = {result.partition: result.sites for result in run.merge_results if result.sites}
    there = set(run.held) | set(grown)
    for partition, new in grown.items():
        for one in (partition, partition.following):
            if one in there:
                sites[one] = sites.get(one, frozenset()) | new
    return dict(sorted(sites.items()))


def _merge(run: Run) -> None:
    """Bring new documents together with those their partitions hold."""
    batches: dict[Partition, list[tuple[Path, int]]] = {}
    for result in run.read_results:
        for partition, numbers in result.batches.items():
            batches.setdefault(partition, []).extend((result.documents, number) for number in numbers)
    reread: dict[Partition, list[tuple[Path, int]]] = {}
    moved: dict[Partition, list[str]] = {}
    for again in run.reread_results:
        for partition, number in again.batches:
            reread.setdefault(partition, []).append((again.documents, number))
        for partition, key in again.moved:
            moved.setdefault(partition, []).append(key)
    documents = _documents_of(run, batches)
    run.get_help(documents)
    known = _ids_of_changed_files(run)
    tasks = [
        MergeTask(
            run.layout,
            one,
            tuple(batches.get(one, ())),
            known,
            reread=tuple(reread.get(one, ())),
            moved=tuple(moved.get(one, ())),
            again=one in run.forgotten,
        )
        for one in sorted({*batches, *run.forgotten, *reread, *moved})
    ]
    records = sum(result.records for result in run.read_results)
    run.merge_results = run.map("clean", merge_step, tasks, light=documents + records <= MERGED_HERE)
    run.traces = {trace for result in run.merge_results for trace in result.traces}


def _documents_of(run: Run, partitions: Iterable[Partition]) -> int:
    """Count the documents that partitions hold."""
    return sum(run.held[one].rows.get("documents", 0) for one in partitions if one in run.held)


def _ids_of_changed_files(run: Run) -> Path | None:
    """Stage the ids of documents that changed raw files gave before."""
    if not run.changed_sources:
        return None
    if "state" in run.behind:  # an earlier layout's index isn't this one's
        known = ids_of_files(run.layout, run.changed_sources)
    else:
        sources = pa.array([hash_id(path) for path in sorted(run.changed_sources)], ID)
        fields = pa.schema([FACTS.field(name) for name in ("document_id", "source", "bucket")])
        rows = load_months(run.layout.index, fields).rows
        known = to_hex(rows.filter(pc.is_in(rows["source"], value_set=sources))["document_id"].combine_chunks())
    path = work_file(run.layout, "known", "ids")
    write_batches(path, pa.schema([("document_id", pa.string())]), [pa.table({"document_id": known})])
    return path


def dedupe(run: Run) -> Counts:
    """Decide each document's outcome and stage the tables; return counts."""
    with timed(run, "dedupe"):
        if run.nothing_new:
            return {"documents": 0}
        run.matched = match_documents(run.layout, run.cleaned, run.settings, anew=run.anew)
        teasers = Teasers(run.layout, run.cleaned)
        changed = {*run.forced, *run.cleaned, *run.matched.partitions(), *changed_targets(run.matched, teasers)}
        partitions = sorted({*changed, *_rejected_partitions(run), *_with_changed_rejections(run), *run.forgotten})
        stage_decisions(run.matched.standing, partitions)
        stage_targets(run.matched, teasers, partitions)
        run.state_files = [*stage_index(run.matched, run.settings), *teasers.stage()]
        paths = tuple(result.rejections for result in run.read_results if result.rejected)
        tasks = [
            AssembleTask(
                layout=run.layout,
                partition=partition,
                settings=run.settings,
                cleaning_version=run.cleaning_version,
                read_rejections=paths,
                changed_sources=run.changed_sources,
            )
            for partition in partitions
        ]
        run.get_help(_documents_of(run, partitions) // ASSEMBLED_PER_PAGE)
        results = run.map("dedupe", assemble_step, tasks)
        run.staged = {result.partition: result.changed for result in results if result.changed}
        run.traces |= {trace for result in results for trace in result.traces}
        run.held = {**run.held, **{result.partition: result.counts for result in results}}
    return {"decided": run.matched.decided, "compared": run.matched.compared, **run.matched.outcomes}


def _rejected_partitions(run: Run) -> set[Partition]:
    return {Partition(month, REJECTIONS_BUCKET) for result in run.read_results for month in result.rejection_months}


def _with_changed_rejections(run: Run) -> set[Partition]:
    """Partitions that may hold rejections of raw files that were read again."""
    if not run.changed_sources:
        return set()
    return {one for one, counts in run.held.items() if one.bucket == REJECTIONS_BUCKET and counts.rejected}


def audit(run: Run) -> Counts:
    """Check the staged tables against the laws; return counts. Raises AuditError."""
    with timed(run, "audit"):
        if run.nothing_new:
            return {"partitions": 0}
        partitions = sorted(run.staged)
        tasks = [AuditTask(run.layout, partition, run.settings) for partition in partitions]
        results = run.map("audit", audit_step, tasks)
        check_conservation(run)
        check_keys(run)
        check_budget(run, cleaned=True)
        check_losses(run)
        outcomes: Counter[str] = Counter()
        for result in results:
            outcomes.update(result.outcomes)
    return {"partitions": len(partitions), "rebuilt": sum(result.checked for result in results), **outcomes}


def publish(run: Run) -> Counts:
    """Move the staged files into place; return counts."""
    with timed(run, "publish"):
        written = 0 if run.nothing_new else publish_run(run)
    return {"files_written": written}


STAGES: tuple[Callable[[Run], Counts], ...] = (read, clean, dedupe, audit, publish)


def ingest(settings: Settings, *, progress: Progress | None = None) -> RunReport:
    """Run all stages in this process and return the report."""
    with open_run(settings, progress=progress) as run:
        for stage in STAGES:
            stage(run)
        return run.report()
