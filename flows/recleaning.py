"""Cleaning a site again, because the user changed a profile or said what a line is."""

import time
from collections.abc import Callable

import pyarrow.compute as pc

from flows.changes import Changes, Recleaned, compare
from flows.errors import QueryError
from flows.run import Progress, Run
from flows.settings import Settings
from flows.sites.overrides import Status
from flows.stages import STAGES, open_tables, publish, read
from flows.tables.files import read_rows
from flows.tables.layout import Partition, bucket_of
from flows.tables.manifest import load_manifest
from flows.text import Repairs, normalise
from flows.warehouse.sites import check_site, close_lines, count_pages_with


def reclean_site(settings: Settings, site: str, *, progress: Progress | None = None) -> Recleaned:
    """Clean a site's pages again, by the rules as they are now, and publish what changed.

    Raises QueryError for a site that has no pages.
    """
    check_site(settings.processed, site)
    with open_tables(settings, progress=progress) as run:
        began = time.perf_counter()
        changes = _clean_again(run, site)
        seconds = time.perf_counter() - began
        return Recleaned(site, changes, seconds, tuple(run.notices), _losses(run, site))


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
        told = (site, changes, seconds, tuple(run.notices), _losses(run, site))
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
    """Clean the partitions that hold a site, through the ordinary stages."""
    run.manifest = load_manifest(run.layout.manifest)
    run.forced = dict.fromkeys(_partitions_of(run, site), frozenset({site}))
    run.choose_engine(sum(run.layout.file("documents", partition).stat().st_size for partition in run.forced))
    changes = Changes()
    stages: list[Callable[[Run], object]] = [stage for stage in STAGES if stage is not read]
    for stage in stages:
        if stage is publish:
            changes = compare(run.layout, sorted(run.forced), site)
        stage(run)
    return changes


def _losses(run: Run, site: str) -> tuple[str, ...]:
    return tuple(str(loss) for loss in run.losses if loss.site == site)


def _partitions_of(run: Run, site: str) -> list[Partition]:
    bucket = bucket_of(site, run.settings.buckets)
    return [
        partition
        for partition in run.layout.partitions("documents")
        if partition.bucket == bucket and _holds(run, partition, site)
    ]


def _holds(run: Run, partition: Partition, site: str) -> bool:
    sites = read_rows(run.layout.file("documents", partition), ["site"])["site"]
    return bool(pc.any(pc.equal(sites, site)).as_py())
