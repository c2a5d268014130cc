"""Cleaning a site again, because the user changed a profile or said what a line is."""

import time
from dataclasses import dataclass

from flows.changes import Changes
from flows.errors import QueryError
from flows.opening import open_tables
from flows.rebuilding import Rebuild
from flows.report import Progress
from flows.run import Run
from flows.settings import Settings
from flows.sites.overrides import Status
from flows.text import Repairs, normalise
from flows.warehouse.sites import check_site, close_lines, count_pages_with


@dataclass(frozen=True)
class Recleaned:
    """What came of cleaning a site again."""

    site: str
    changes: Changes
    seconds: float
    notices: tuple[str, ...]
    losses: tuple[str, ...]
    """Where the site now loses far more than usual."""
    line: str | None = None
    """The line that the user decided about."""
    status: Status | None = None
    """What it is now; None: what is learned of it."""
    before: Status | None = None
    pages_with_line: int = 0


def reclean_site(settings: Settings, site: str, *, progress: Progress | None = None) -> Recleaned:
    """Clean a site's pages again, by the rules as they are now, and publish what changed.

    Raises QueryError for a site that has no pages.
    """
    check_site(settings.processed, site)
    with open_tables(settings, progress=progress) as run:
        began = time.perf_counter()
        changes = _clean_again(run, site)
        seconds = time.perf_counter() - began
        return Recleaned(site, changes, seconds, run.told(), _losses(run, site))


def override_line(
    settings: Settings, site: str, line: str, status: Status | None, *, progress: Progress | None = None
) -> Recleaned:
    """Pin or veto a line of a site, or (None) take that back, clean its pages again and publish what changed.

    Raises QueryError for a site that has no pages, a line to veto that no page has, and one to take back that
    nothing was said of.
    """
    check_site(settings.processed, site)
    wanted = _normalised(line)
    with open_tables(settings, progress=progress) as run:
        began = time.perf_counter()
        before = run.overrides.of(site, wanted)
        pages = count_pages_with(settings.processed, site, wanted)
        _check_line(run, site, wanted, status, pages)
        changes = Changes()
        if status != before:
            run.overrides = run.overrides.updated(site, wanted, status)
            changes = _clean_again(run, site)
        seconds = time.perf_counter() - began
        told = (site, changes, seconds, run.told(), _losses(run, site))
        return Recleaned(*told, line=wanted, status=status, before=before, pages_with_line=pages)


def _normalised(line: str) -> str:
    """Return a line as documents hold it."""
    text = normalise(line, Repairs())
    if not text or "\n" in text:
        raise QueryError(f"LINE is {'empty' if not text else 'more than one line'}; give one whole line of a page")
    return text


def _check_line(run: Run, site: str, line: str, status: Status | None, pages: int) -> None:
    if status == "vetoed" and not pages:
        close = close_lines(run.layout.root, site, line)
        hint = f"did you mean {' or '.join(map(repr, close))}?" if close else f"`copydesk sites {site}` lists its lines"
        raise QueryError(f"no page of {site} has the line {line!r}, whole and alone; {hint}")
    if status is None and run.overrides.of(site, line) is None:
        said = [repr(known) for known in run.overrides.by_site.get(site, {})]
        hint = f"lines of {site} that are: {', '.join(said)}" if said else f"no line of {site} is"
        raise QueryError(f"{line!r} is neither pinned nor vetoed; {hint}")


def _clean_again(run: Run, site: str) -> Changes:
    """Clean the pages of a site again and publish what differs, as a rebuild does."""
    rebuild = Rebuild(run)
    rebuild.choose({site})
    for stage in rebuild.stages:
        stage(run)
    return rebuild.changes


def _losses(run: Run, site: str) -> tuple[str, ...]:
    return tuple(str(loss) for loss in run.losses if loss.site == site)
