"""A run under way: its settings and clock, and what its stages found."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from flows.cleaning.language_model import load_ahead
from flows.cleaning.line_model import load_line_model
from flows.engine import Engine, Inline, Processes
from flows.readers import RawFile
from flows.readers.kept_pages import reading_version
from flows.report import STAGE_NAMES, Progress, RunReport, most_first
from flows.settings import Settings
from flows.sites import load_profiles
from flows.sites.overrides import Overrides
from flows.steps.clean import CleanResult
from flows.steps.kept import ReadResult
from flows.steps.losses import SiteLoss
from flows.steps.match import Matched
from flows.steps.merge import MergeResult
from flows.steps.reread import RereadResult
from flows.tables.counts import Counts, add_up, load_counts
from flows.tables.layout import Layout, Partition
from flows.tables.manifest import Known
from flows.tables.overrides import load_overrides
from flows.tables.store import Behind, Store, check_store, load_store, store_of
from flows.tables.tombstones import Tombstones, Trace, load_tombstones
from flows.tables.versions import find_stale, stale_notice, stale_reading_notice
from schemas.runs import RunCounts, RunSeconds

Unit = TypeVar("Unit")
Result = TypeVar("Result")

CLEANING_CODE = 9
"""Counted up when the cleaning code decides differently about any line."""
HELPED_PAGES = 1_000
"""From so many pages to clean it pays to take processes: they are up after a second, which this process would need for
loading and for cleaning as many."""
HELPED_BYTES = 1 << 20
"""So much that is new, a hundred long pages, has some thousand others of the same months cleaned again where they are
there; if not, a core that had nothing to do started in vain."""


@dataclass
class Run:
    """One run under way."""

    settings: Settings
    layout: Layout
    progress: Progress
    run_id: str
    started_at: datetime
    store: Store
    still_held: Callable[[], None] = lambda: None
    """Raises StorageError when the tables' folder was unmounted or replaced under the run."""
    behind: dict[str, Behind] = field(default_factory=dict)
    """Tables (and `state`) of an earlier version than today's: this run migrates them."""
    engine: Engine = field(default_factory=Inline)
    seconds: dict[str, float] = field(default_factory=dict)
    running: tuple[str, float] | None = None
    """The stage that runs now, and when it began."""
    leave_nothing: bool = False
    """Whether nothing of what this run replaces may stay behind for readers in mid-scan: a takedown sets it."""
    notices: list[str] = field(default_factory=list)
    files: list[RawFile] = field(default_factory=list)
    new_files: list[RawFile] = field(default_factory=list)
    manifest: dict[str, Known] = field(default_factory=dict)
    changed_sources: frozenset[str] = frozenset()
    read_results: list[ReadResult] = field(default_factory=list)
    reread_results: list[RereadResult] = field(default_factory=list)
    merge_results: list[MergeResult] = field(default_factory=list)
    clean_results: list[CleanResult] = field(default_factory=list)
    again: frozenset[str] | None = None
    """Raw files that are read again, whether they changed or not, and no others; None: what is new is read."""
    forced: dict[Partition, frozenset[str]] = field(default_factory=dict)
    """Sites of partitions to clean again though no raw file of theirs is new."""
    anew: bool = False
    """Whether every document is cleaned and matched again, whatever was decided before."""
    overrides: Overrides = field(default_factory=Overrides)
    """What the user said of lines."""
    tombstones: Tombstones = field(default_factory=Tombstones)
    """What was taken down."""
    forgotten: frozenset[Partition] = frozenset()
    """Partitions that hold something of what this run takes down."""
    traces: set[Trace] = field(default_factory=set)
    """What this run found of what was taken down."""
    cleaned: dict[Partition, frozenset[str]] = field(default_factory=dict)
    """The sites of each partition that this run cleans."""
    held: dict[Partition, Counts] = field(default_factory=dict)
    """What each partition holds, in figures; from the dedupe stage on: will hold."""
    state_files: list[Path] = field(default_factory=list)
    """Staged files of the index, to be published with the tables."""
    staged: dict[Partition, tuple[str, ...]] = field(default_factory=dict)
    """The tables of each partition that this run changes."""
    matched: Matched | None = None
    counts: RunCounts | None = None
    losses: list[SiteLoss] = field(default_factory=list)
    """Sites that lose far more than usual in the partitions that this run cleaned."""

    @property
    def cleaning_version(self) -> str:
        """Rules, settings and code that this run cleans with."""
        return self.store.cleaning_version

    @property
    def nothing_new(self) -> bool:
        """Whether no raw file is new or changed, and nothing is to be tried or cleaned again or taken down."""
        return not (self.new_files or self.changed_sources or self.forced or self.forgotten)

    def choose_engine(self, new_bytes: int) -> None:
        """Take processes when there is enough to do for them."""
        wanted, workers = self.settings.engine, self.settings.workers
        many = wanted == "processes" or (wanted == "auto" and new_bytes >= self.settings.inline_bytes)
        self.engine = Processes(workers) if many and workers > 1 else Inline()
        if new_bytes >= HELPED_BYTES:  # they come up while this process reads
            self.get_help(add_up(self.held).rows.get("documents", 0))

    def get_help(self, pages: int) -> None:
        """Take processes for so many pages, where what is new alone wouldn't be worth it."""
        if not isinstance(self.engine, Inline):
            return
        if self.settings.engine == "auto" and self.settings.workers > 1 and pages >= HELPED_PAGES:
            self.engine = Processes(self.settings.workers)
        else:
            load_ahead()

    def map(
        self, stage: str, step: Callable[[Unit], Result], units: Sequence[Unit], *, light: bool = False
    ) -> list[Result]:
        """Run a step over units on the engine, showing progress; `light` units are done here before others are up."""
        engine = Inline() if light and not self.engine.is_up else self.engine
        return engine.map(step, units, lambda done, total: self.progress(stage, done, total))

    def report(self) -> RunReport:
        """Return what the run did, and what the tables hold."""
        total = add_up(self.held)
        return RunReport(
            run_id=None if self.nothing_new else self.run_id,
            counts=self.counts or self.count_tables(files_written=0),
            seconds=self.run_seconds(),
            removed_by_role=most_first(total.removed),
            rejected_by_reason=most_first(total.rejected),
            losses=tuple(map(str, self.losses)),
            notices=self.told(),
        )

    def told(self) -> tuple[str, ...]:
        """Return what the user should know: what came up, and what stands as other rules than today's left it."""
        held, told = load_store(self.layout.store), list(self.notices)
        if held is not None and held.cleaning_version != self.cleaning_version:
            stale = find_stale(self.layout, self.cleaning_version)
            told += [stale_notice(stale, self.cleaning_version)] if stale.pages else []
        if held is not None and held.reading_version not in ("", self.store.reading_version):
            stale = find_stale(self.layout, self.store.reading_version, "reading_version")
            told += [stale_reading_notice(stale, self.store.reading_version)] if stale.pages else []
        return tuple(told)

    def elapsed(self) -> dict[str, float]:
        """Return the wall time of each stage, the running one's so far."""
        if self.running is None:
            return self.seconds
        stage, began = self.running
        return {**self.seconds, stage: self.seconds.get(stage, 0.0) + time.perf_counter() - began}

    def run_seconds(self) -> RunSeconds:
        """Return the wall time of each stage so far."""
        elapsed = self.elapsed()
        return RunSeconds(**{name: round(elapsed.get(name, 0.0), 6) for name in STAGE_NAMES})

    def count_tables(self, *, files_written: int) -> RunCounts:
        """Count this run's reading, and the tables as they will stand."""
        total = add_up(self.held)
        return RunCounts(
            files=len(self.files),
            files_read=len(self.new_files),
            records=sum(result.records for result in self.read_results),
            withheld=sum(result.withheld for result in self.merge_results),
            documents=total.rows.get("documents", 0),
            articles=total.outcomes.get("article", 0),
            revisions=total.outcomes.get("revision", 0),
            duplicates=total.outcomes.get("duplicate", 0),
            rejections=total.rows.get("rejections", 0),
            removed_lines=total.rows.get("removed_lines", 0),
            files_written=files_written,
        )


def new_run(settings: Settings, layout: Layout, progress: Progress | None, *, anew: bool = False) -> Run:
    """Return a run that is about to begin. Raises SettingsError when the tables were made with others.

    Raises VersionError when a newer copydesk made them.
    """
    now = datetime.now(UTC)
    store = store_of(settings, cleaning_version(settings), reading_version(settings))
    held = load_store(layout.store)
    check_store(held, store, layout.root, anew=anew)
    return Run(
        settings=settings,
        layout=layout,
        progress=progress or (lambda _stage, _done, _total: None),
        run_id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        started_at=now,
        store=store,
        anew=anew,
        overrides=load_overrides(layout.overrides),
        tombstones=load_tombstones(layout),
        held=load_counts(layout.counts),
        behind=held.behind(store) if held else {},
    )


def close_run(run: Run) -> None:
    """Stop what the run started."""
    run.engine.close()


def cleaning_version(settings: Settings) -> str:
    """Name what decides about lines: code, rules and settings."""
    decisive = {
        "rules": load_profiles(settings.profiles).fingerprint,
        "template_min_stories": settings.template_min_stories,
        "template_min_share": settings.template_min_share,
        "story_overlap": settings.story_overlap,
        "line_model": load_line_model(settings.line_model).version,
        "max_removed_share": settings.max_removed_share,
        "min_kept_of_site": settings.min_kept_of_site,
        "min_kept_of_before": settings.min_kept_of_before,
    }
    digest = hashlib.blake2b(json.dumps(decisive, sort_keys=True).encode(), digest_size=4).hexdigest()
    return f"{CLEANING_CODE}.{digest}"
