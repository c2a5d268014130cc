"""`copydesk forget`: takedowns, told before they are done, listed, lifted."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from flows.errors import QueryError
from flows.options import Processed, Quiet, Raw
from flows.settings import Settings, load_settings
from flows.waiting import Wait


def forget(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="ARTICLE|DOCUMENT|URL|SITE",
            help="An article's or document's id (8 characters do), a URL, or a site; to --undo, a takedown's id too.",
        ),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why; it is kept, so it may not name what is taken down.", show_default=False)
    ] = None,
    duplicates: Annotated[
        bool | None,
        typer.Option(
            "--duplicates/--only-this-url",
            help="Take its copies under other URLs and sites too, or leave them. (default: take them; of a site, leave "
            "other sites theirs)",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go, and end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    receipt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the receipt to FILE as JSON.", show_default=False)
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Lift a takedown.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the takedowns.")] = False,
    raw: Raw = None,
    processed: Processed = None,
    wait: Wait = None,
    quiet: Quiet = False,
) -> None:
    """Take an article, an address or a site out of all tables and state, for good.

    Its revisions and copies go too. A tombstone, hashes alone, keeps it out of
    later runs, even if the raw file is still there.
    """
    settings = load_settings(raw=raw, processed=processed, lock_wait_seconds=wait)
    if listed:
        _list(settings)
        return
    if target is None:
        raise QueryError("name what to forget: an article's or document's id, a URL or a site; --list lists takedowns")
    if undo:
        _undo(settings, target)
        return
    if reason is None:
        raise QueryError('say why: --reason "..." (it is kept, so it may not name what is taken down)')
    _forget(settings, target, reason, duplicates=duplicates, ask=not yes, dry_run=dry_run, receipt=receipt, quiet=quiet)


def _forget(
    settings: Settings,
    target: str,
    reason: str,
    *,
    duplicates: bool | None,
    ask: bool,
    dry_run: bool,
    receipt: Path | None,
    quiet: bool,
) -> None:
    from flows.takedown import forget as take_down
    from flows.terminal import progress_shown
    from flows.terminal_takedowns import print_receipt

    def run(**given: Any) -> Any:
        with progress_shown(Console(stderr=True), quiet=quiet) as progress:
            return take_down(settings, target, reason=reason, duplicates=duplicates, progress=progress, **given)

    if ask and not dry_run and not sys.stdin.isatty():
        raise QueryError("there is no terminal to ask on; --dry-run shows what would go, --yes doesn't ask")
    shown = run(trial=True) if ask or dry_run else None
    if shown is not None:
        print_receipt(Console(), shown)
    if dry_run:
        _write_receipt(receipt, shown)
        return
    if ask:
        typer.confirm("Take this down?", abort=True)
    told = run(shown=shown)
    print_receipt(Console(), told)
    _write_receipt(receipt, told)


def _write_receipt(path: Path | None, receipt: Any) -> None:
    from flows.tables.files import written
    from flows.takedown import as_json

    if path is not None:
        with written(path) as file:
            file.write(as_json(receipt))


def _list(settings: Settings) -> None:
    from flows.tables.layout import Layout
    from flows.tables.tombstones import load_takedowns
    from flows.terminal_takedowns import print_takedowns

    layout = Layout(settings.processed)
    print_takedowns(Console(), load_takedowns(layout))
    if layout.journal.exists():
        told = "a run is publishing, or was killed then and the next one ends it; its takedown may not be listed yet"
        print(f"copydesk: {told}", file=sys.stderr)


def _undo(settings: Settings, target: str) -> None:
    from flows.takedown import undo
    from flows.terminal_takedowns import print_lifted

    print_lifted(Console(), undo(settings, target))
