"""Making the tables again from the kept documents, by today's rules, model and settings, or showing what it changes."""

import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flows.changes import Changes, compare, show_edits
from flows.errors import QueryError
from flows.migration import size_of
from flows.opening import open_tables
from flows.report import Progress
from flows.rereading import reread
from flows.run import Run
from flows.settings import Settings
from flows.stages import Counts, audit, clean, dedupe, publish
from flows.steps.diff import ArticleDiff
from flows.tables.layout import Layout
from flows.tables.manifest import load_manifest
from flows.tables.pages import find_pages
from flows.tables.store import load_store
from flows.tables.versions import SEPARATOR
from flows.warehouse.sites import check_site

_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$", re.ASCII)


@dataclass(frozen=True)
class Rebuilt:
    """What came of making tables again."""

    run_id: str | None
    """None: nothing differs, nothing was written."""
    cleaning_version: str
    before: tuple[str, ...]
    """The versions of the rules that the pages were cleaned by."""
    changes: Changes
    files_written: int
    reread: int
    """Kept pages that were read again."""
    reread_changed: int
    """Of them, those of which another text, markup or metadata came."""
    seconds: float
    losses: tuple[str, ...]
    """Sites that now lose far more than usual."""
    notices: tuple[str, ...]
    sample: tuple[ArticleDiff, ...] = ()


@dataclass
class Rebuild:
    """A rebuild under way: a run that reads nothing and cleans again what it is told to."""

    run: Run
    sample: int = 0
    """Articles to show of those that change."""
    rereads: bool = False
    """Whether kept pages are read again first, where another reader than today's read them."""
    changes: Changes = field(default_factory=Changes)
    shown: tuple[ArticleDiff, ...] = ()
    files_written: int = 0
    before: tuple[str, ...] = ()
    began: float = field(default_factory=time.perf_counter)

    def choose(self, sites: Collection[str] | None = None, since: str | None = None) -> None:
        """Choose what is cleaned again: the pages of all sites or some, of all months or from one on."""
        run = self.run
        run.manifest = load_manifest(run.layout.manifest)
        run.forced = find_pages(run.layout, sites=sites, since=since or "")
        run.choose_engine(size_of(run.layout, run.forced))
        held = load_store(run.layout.store)
        self.before = tuple(held.cleaning_version.split(SEPARATOR)) if held else ()

    def compare(self, run: Run) -> Counts:
        """Compare what is staged with what is published; return counts."""
        self.changes = compare(run, sample=self.sample)
        self.shown = tuple(show_edits(run, self.changes))
        total = self.changes.total
        return {name: getattr(total, name) for name in ("changed", "came", "went", "removed", "restored")}

    def publish(self, run: Run) -> Counts:
        """Move what differs into place; return counts."""
        counts = publish(run)
        self.files_written = counts["files_written"]
        return counts

    @property
    def stages(self) -> tuple[Callable[[Run], Counts], ...]:
        """What is run, in order; without the last, nothing that is published is touched."""
        cleaning = (clean, dedupe, audit, self.compare, self.publish)
        return (reread, *cleaning) if self.rereads else cleaning

    def report(self) -> Rebuilt:
        """Return what came of it."""
        return Rebuilt(
            run_id=self.run.run_id if self.files_written else None,
            cleaning_version=self.run.cleaning_version,
            before=self.before,
            changes=self.changes,
            files_written=self.files_written,
            reread=sum(result.read for result in self.run.reread_results),
            reread_changed=sum(result.changed for result in self.run.reread_results),
            seconds=time.perf_counter() - self.began,
            losses=tuple(map(str, self.run.losses)),
            notices=self.run.told() if self.files_written else tuple(self.run.notices),
            sample=self.shown,
        )


@contextmanager
def open_rebuild(
    settings: Settings,
    *,
    sites: Collection[str] | None = None,
    since: str | None = None,
    sample: int = 0,
    progress: Progress | None = None,
) -> Iterator[Rebuild]:
    """Take the lock, and yield a rebuild whose stages are to be run in turn.

    Raises QueryError for a site or a month that has no pages, LockedError when another run is at work.
    """
    _check(settings, sites, since)
    everything = not sites and since is None
    with open_tables(settings, progress=progress, anew=everything) as run:
        rebuild = Rebuild(run, sample=sample, rereads=True)
        rebuild.choose(sites or None, since)
        yield rebuild


def rebuild(
    settings: Settings,
    *,
    sites: Collection[str] | None = None,
    since: str | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Clean kept documents again by today's rules, model and settings, and publish what differs."""
    with open_rebuild(settings, sites=sites, since=since, progress=progress) as under_way:
        for stage in under_way.stages:
            stage(under_way.run)
        return under_way.report()


def preview(
    settings: Settings,
    *,
    sites: Collection[str] | None = None,
    since: str | None = None,
    sample: int = 0,
    progress: Progress | None = None,
) -> Rebuilt:
    """Do as `rebuild` does, publish nothing, and show some of the articles that would change."""
    lenient = settings.model_copy(update={"strict": False})  # what a strict run stops for is what is to be looked at
    with open_rebuild(lenient, sites=sites, since=since, sample=sample, progress=progress) as under_way:
        for stage in under_way.stages[:-1]:
            stage(under_way.run)
        return under_way.report()


def _check(settings: Settings, sites: Collection[str] | None, since: str | None) -> None:
    """Raise QueryError for what names no pages, before anything is made or locked."""
    if since is not None and not _MONTH.match(since):
        raise QueryError(f"--since {since!r} is no month; months are written YYYY-MM, as in 2025-03")
    layout = Layout(settings.processed)
    months = sorted({partition.month for partition in layout.partitions("documents")})
    if not months:
        raise QueryError(f"no tables in {settings.processed} yet; run `copydesk ingest` first")
    for site in sites or ():
        check_site(settings.processed, site)
    if since and since > months[-1]:
        raise QueryError(f"--since {since}: there are no pages of that month or later; the last are of {months[-1]}")
    if since and sites and not find_pages(layout, sites=sites, since=since):
        raise QueryError(f"--since {since}: {', '.join(sites)} has no pages of that month or later")
