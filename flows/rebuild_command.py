"""`copydesk rebuild` and `copydesk diff`: make the tables again by today's rules, or see first what that changes."""

import os
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from flows.errors import QueryError
from flows.options import Engine, Processed, Quiet, Strict, WithPrefect, Workers
from flows.settings import Settings, load_settings
from flows.waiting import Wait

FORMATS = ("text", "json")
EXIT_CHANGES = 1
SAMPLE = 5

Sites = Annotated[
    list[str] | None, typer.Option("--site", metavar="SITE", help="Pages of this site alone; may be given again.")
]
Since = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Pages of this month and later alone.")]


def rebuild(
    sites: Sites = None,
    since: Since = None,
    processed: Processed = None,
    engine: Engine = None,
    workers: Workers = None,
    strict: Strict = False,
    prefect: WithPrefect = False,
    wait: Wait = None,
    quiet: Quiet = False,
) -> None:
    """Make the tables again from the kept pages, by today's rules, model and settings.

    For when rules have changed: `copydesk diff` shows what it would change.
    All that differs is published at once, or nothing. It reads no raw file.
    With PREFECT_API_URL set, it runs as a Prefect flow.
    """
    from flows.terminal_changes import print_rebuilt

    settings = load_settings(
        processed=processed, engine=engine, workers=workers, strict=strict or None, lock_wait_seconds=wait
    )
    with_prefect = prefect or os.environ.get("PREFECT_API_URL")
    make = _rebuild_with_prefect if with_prefect else _rebuild_here
    print_rebuilt(Console(highlight=False), make(settings, sites, since, quiet))


def _rebuild_here(settings: Settings, sites: list[str] | None, since: str | None, quiet: bool) -> Any:
    from flows.rebuilding import rebuild as run_stages
    from flows.terminal import progress_shown

    with progress_shown(Console(stderr=True), quiet=quiet) as progress:
        return run_stages(settings, sites=sites or None, since=since, progress=progress)


def _rebuild_with_prefect(settings: Settings, sites: list[str] | None, since: str | None, _quiet: bool) -> Any:
    from flows.rebuild import rebuild_flow

    return rebuild_flow(
        sites=sites or None,
        since=since,
        processed=str(settings.processed),
        engine=settings.engine,
        workers=settings.workers,
        strict=settings.strict,
        lock_wait_seconds=settings.lock_wait_seconds,
    )


def diff(
    sites: Sites = None,
    since: Since = None,
    sample: Annotated[int, typer.Option(min=0, max=1000, metavar="N", help="Articles shown line by line.")] = SAMPLE,
    kind: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when something would change.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="No colours.")] = False,
    processed: Processed = None,
    engine: Engine = None,
    workers: Workers = None,
    wait: Wait = None,
    quiet: Quiet = False,
) -> None:
    """Show what a rebuild by today's rules would change, and publish nothing.

    Counts by site, then some of the articles: lines that today's rules take
    out (-) and give back (+), each with its role and reason.
    """
    from flows.rebuilding import preview
    from flows.terminal import progress_shown
    from flows.terminal_changes import print_preview

    if kind not in FORMATS:
        raise QueryError(f"--format {kind!r}: there is no such format; there are {', '.join(FORMATS)}")
    settings = load_settings(processed=processed, engine=engine, workers=workers, lock_wait_seconds=wait)
    with progress_shown(Console(stderr=True), quiet=quiet) as progress:
        told = preview(settings, sites=sites or None, since=since, sample=sample, progress=progress)
    if kind == "json":
        _write_json(told)
    else:
        without = plain or bool(os.environ.get("NO_COLOR"))
        print_preview(Console(color_system=None if without else "auto", highlight=False), told)
    if exit_code and told.changes.any:
        raise typer.Exit(EXIT_CHANGES)


def _write_json(told: Any) -> None:
    import json

    changes = told.changes
    answer = {
        "cleaning_version": {"before": told.before, "now": told.cleaning_version},
        "reread": {"pages": told.reread, "changed": told.reread_changed},
        "partitions": changes.partitions,
        "documents": changes.documents,
        "sites": {site: {**asdict(counts), "share": counts.share} for site, counts in changes.sites.items()},
        "total": {**asdict(changes.total), "share": changes.total.share},
        "columns": changes.columns,
        "outcomes": [
            {"before": before, "after": after, "documents": count}
            for (before, after), count in changes.outcomes.items()
        ],
        "sample": [_article(shown) for shown in told.sample],
        "losses": told.losses,
    }
    print(json.dumps(answer, indent=1))


def _article(shown: Any) -> dict[str, Any]:
    edit = shown.edit
    return {
        "kind": edit.kind,
        "site": edit.site,
        "month": edit.month,
        "article_id": edit.article_id,
        "document_id": shown.document_id,
        "source": shown.source,
        "title": shown.title,
        "outcome": {"before": shown.outcome[0], "after": shown.outcome[1]},
        "lines": [asdict(line) for line in shown.lines],
    }
