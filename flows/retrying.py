"""Another try at what was rejected, after a fix: what passes now leaves the table, all else stays as it is."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import QueryError
from flows.opening import open_tables
from flows.readers import RawFile, scan
from flows.report import Progress, RunReport
from flows.rereading import reread
from flows.run import Run
from flows.settings import Settings
from flows.stages import Counts, audit, clean, dedupe, publish, read
from flows.steps.payloads import PayloadTask, payload_step
from flows.steps.staging import work_file
from flows.tables.layout import Partition, bucket_of
from flows.tables.manifest import Known, load_manifest
from flows.tables.tombstones import hidden
from flows.warehouse.rejected import choose, count_still, find_rejected

PAYLOAD_FILES = 256
"""Raw files that are gone, a unit of work: a payload is 64 KiB at most, and few files have many."""


@dataclass(frozen=True)
class Retried:
    """What came of trying again."""

    tried: int
    """Rejections."""
    still: dict[str, int]
    """Those that are rejected all the same, by the reason they have now."""
    lost: tuple[str, ...]
    """Raw files that must be brought back first: they are gone, and the table keeps but the beginning of a record."""
    report: RunReport

    @property
    def passed(self) -> int:
        """How many left the table."""
        return self.tried - sum(self.still.values())


@dataclass
class Retry:
    """A retry under way: a run that reads again what was rejected, and nothing else."""

    run: Run
    tried: pa.Table
    """Columns source_path, record_no, stage, reason, document_id, month, site."""
    gone: tuple[RawFile, ...] = ()
    """Raw files of rejections that aren't there any more."""
    lost: frozenset[str] = frozenset()
    """Those of them of which the table doesn't keep enough."""

    def choose(self, there: Collection[str]) -> None:
        """Choose what is read and cleaned again; `there` are the raw files."""
        cleaning = pc.equal(self.tried["stage"], "clean")
        sources = set(self.tried.filter(pc.invert(cleaning))["source_path"].to_pylist())
        self.run.again = frozenset(sources.intersection(there))
        self.gone = _as_they_were(load_manifest(self.run.layout.manifest), sources.difference(there))
        self.lost = frozenset(sources) - self.run.again - {file.path for file in self.gone}
        forced: dict[Partition, frozenset[str]] = {}
        for row in self.tried.filter(cleaning).select(["month", "site"]).to_pylist():
            partition = Partition(row["month"], bucket_of(row["site"], self.run.settings.buckets))
            forced[partition] = forced.get(partition, frozenset()) | {row["site"]}
        self.run.forced = forced

    def read(self, run: Run) -> Counts:
        """Read the raw files of rejected records again, and the payloads of those that are gone; return counts."""
        counts = read(run)
        results = run.map("read", payload_step, list(self._payload_tasks()))
        run.read_results = [*run.read_results, *(result.read for result in results)]
        run.changed_sources |= {file.path for file in self.gone}
        self.lost = self.lost.union(*(result.lost for result in results))
        return {**counts, "payloads": sum(result.read.records for result in results)}

    def _payload_tasks(self) -> Iterator[PayloadTask]:
        layout = self.run.layout
        rows = self.tried.select(["source_path", "record_no", "stage"]).to_pylist()
        for number, start in enumerate(range(0, len(self.gone), PAYLOAD_FILES)):
            files = self.gone[start : start + PAYLOAD_FILES]
            own = {file.path for file in files}
            yield PayloadTask(
                layout=layout,
                files=files,
                places=frozenset((*row.values(),) for row in rows if row["source_path"] in own),
                settings=self.run.settings,
                documents=work_file(layout, "read", f"payloads-{number:06d}"),
                rejections=work_file(layout, "rejected", f"payloads-{number:06d}"),
                folder=layout.staging / "work" / "payloads" / str(number),
            )

    @property
    def stages(self) -> tuple[Callable[[Run], Counts], ...]:
        """What is run, in order."""
        return (self.read, reread, clean, dedupe, audit, publish)

    def report(self) -> Retried:
        """Return what came of it."""
        processed = self.run.layout.root
        still = count_still(processed, self.tried) if len(self.tried) else {}
        return Retried(len(self.tried), still, tuple(sorted(self.lost)), self.run.report())


def _as_they_were(manifest: Mapping[str, Known], paths: Iterable[str]) -> tuple[RawFile, ...]:
    """Return raw files that are gone, as they were when they were read."""
    known = ((path, manifest.get(path) or manifest.get(hidden(path))) for path in sorted(paths))
    return tuple(
        RawFile(path, was.size, was.mtime_ns, was.sidecar_size, was.sidecar_mtime_ns) for path, was in known if was
    )


@contextmanager
def open_retry(
    settings: Settings, *, reason: str | None = None, source: str | None = None, progress: Progress | None = None
) -> Iterator[Retry]:
    """Take the lock, and yield a retry whose stages are to be run in turn.

    Raises QueryError for a reason that there isn't, VersionError for tables that must be migrated first.
    """
    chosen = choose(reason, source, raw=settings.raw)
    if not any(settings.processed.glob("rejections/month=*")):
        raise QueryError(f"no tables in {settings.processed} yet; run `copydesk ingest` first")
    there = {file.path for file in scan(settings.raw)}  # a missing raw folder would make all of them gone
    with open_tables(settings, progress=progress) as run:
        retry = Retry(run, find_rejected(run.layout.root, chosen))
        retry.choose(there)
        yield retry


def retry(
    settings: Settings, *, reason: str | None = None, source: str | None = None, progress: Progress | None = None
) -> Retried:
    """Run rejected records again, all of them or those of a reason or source, and publish what differs."""
    with open_retry(settings, reason=reason, source=source, progress=progress) as under_way:
        for stage in under_way.stages:
            stage(under_way.run)
        return under_way.report()
