"""`copydesk rejected` and `copydesk retry`: what couldn't become an article, and another try after a fix."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from flows.errors import QueryError
from flows.options import AcceptRejections, Engine, Processed, Quiet, Raw, Strict, WithPrefect, Workers
from flows.settings import Settings, load_settings
from flows.waiting import Wait

SHOWN = 20
"""Records: some screens of them."""
SHOWN_SOURCES = 5

Source = Annotated[
    str | None,
    typer.Option(
        metavar="PATH",
        help="What came of this folder or file below the raw folder alone, or of paths that fit a pattern: '*.jsonl'.",
        show_default=False,
    ),
]


def rejected(
    reason: Annotated[
        str | None, typer.Argument(metavar="[REASON]", help="Show the records that were rejected for it.")
    ] = None,
    source: Source = None,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help=f"Records of a reason that are shown, or sources beneath each. (default: {SHOWN}, or {SHOWN_SOURCES})",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    processed: Processed = None,
) -> None:
    """Count the records that couldn't become articles, by reason and source.

    With a REASON, show them: where each stands, why it was rejected, how it
    begins, and what to do. docs/rejections.md has all reasons.
    """
    from flows.terminal_rejected import counts_as_json, print_counts
    from flows.warehouse.rejected import choose, count_rejected

    settings = load_settings(processed=processed)
    chosen = choose(reason, source, raw=settings.raw)
    if not any(settings.processed.glob("documents/month=*")):
        raise QueryError(f"no tables in {settings.processed} yet; run `copydesk ingest` first")
    if reason is not None:
        _show(settings.processed, reason, chosen, limit=limit or SHOWN, json=json)
        return
    counts = count_rejected(settings.processed, chosen)
    if json:
        print(counts_as_json(counts))
    else:
        print_counts(Console(), counts, chosen, processed=settings.processed, sources=limit or SHOWN_SOURCES)


def _show(processed: Path, reason: str, chosen: Any, *, limit: int, json: bool) -> None:
    from flows.terminal_rejected import print_rejections, rejections_as_json
    from flows.warehouse.rejected import ReasonCount, count_rejected, list_rejected

    (count,) = count_rejected(processed, chosen) or [ReasonCount(reason)]
    rows = list_rejected(processed, chosen, limit=limit)
    if json:
        print(rejections_as_json(rows, count))
    else:
        print_rejections(Console(), rows, count, chosen, processed=processed)


def retry(
    reason: Annotated[
        str | None, typer.Option(metavar="REASON", help="What was rejected for it alone.", show_default=False)
    ] = None,
    source: Source = None,
    raw: Raw = None,
    processed: Processed = None,
    engine: Engine = None,
    workers: Workers = None,
    strict: Strict = False,
    accept_rejections: AcceptRejections = False,
    prefect: WithPrefect = False,
    wait: Wait = None,
    quiet: Quiet = False,
) -> None:
    """Run rejected records again, after a fix: all, or those of a reason or source.

    What passes becomes a document and leaves the table; what doesn't, stays.
    A fix may be a setting, a profile, a right to read, or a newer copydesk.
    With PREFECT_API_URL set, it runs as a Prefect flow.
    """
    from flows.terminal_rejected import print_retried

    settings = load_settings(
        raw=raw,
        processed=processed,
        engine=engine,
        workers=workers,
        strict=strict or None,
        accept_rejections=accept_rejections or None,
        lock_wait_seconds=wait,
    )
    with_prefect = prefect or os.environ.get("PREFECT_API_URL")
    run = _retry_with_prefect if with_prefect else _retry_here
    print_retried(Console(), run(settings, reason, source, quiet))


def _retry_here(settings: Settings, reason: str | None, source: str | None, quiet: bool) -> Any:
    from flows.retrying import retry as run_stages
    from flows.terminal import progress_shown

    with progress_shown(Console(stderr=True), quiet=quiet) as progress:
        return run_stages(settings, reason=reason, source=source, progress=progress)


def _retry_with_prefect(settings: Settings, reason: str | None, source: str | None, _quiet: bool) -> Any:
    from flows.retry import retry_flow

    return retry_flow(
        reason=reason,
        source=source,
        raw=str(settings.raw),
        processed=str(settings.processed),
        engine=settings.engine,
        workers=settings.workers,
        strict=settings.strict,
        accept_rejections=settings.accept_rejections,
        lock_wait_seconds=settings.lock_wait_seconds,
    )
