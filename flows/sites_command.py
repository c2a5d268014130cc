"""`copydesk sites`: sites and their lines, and the user's say on them."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from flows.errors import QueryError
from flows.options import Processed, Quiet
from flows.settings import Settings, load_settings
from flows.waiting import Wait, WaitingCommand

FORMATS = ("table", "csv", "json")
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")

Site = Annotated[str, typer.Argument(metavar="SITE", help="A site, as `copydesk sites` names it.")]
Line = Annotated[str, typer.Argument(metavar="LINE", help="A whole line, as it stands on the page.")]


class SitesGroup(TyperGroup):
    """Takes whatever isn't a command for a site: `copydesk sites SITE` is `copydesk sites show SITE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in that shows sites, where none is named."""
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["show", *args])


app = typer.Typer(
    cls=SitesGroup,
    help="List sites; show what was learned of one; say what a line of it is.\n\n"
    "`copydesk sites` lists the sites, `copydesk sites SITE` shows the lines that were learned of one.",
    subcommand_metavar="[SITE] | COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def show(
    site: Annotated[str | None, typer.Argument(metavar="[SITE]", help="A site, for its lines.")] = None,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="The lines of this month alone.")] = None,
    kind: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    processed: Processed = None,
) -> None:
    """List the sites, or the lines of one; `show` may be left out.

    With pages, articles, the share that was removed, its profile, and how many
    lines were learned, pinned and vetoed; of lines, the stories that have them.
    """
    if kind not in FORMATS:
        raise QueryError(f"--format {kind!r}: there is no such format; there are {', '.join(FORMATS)}")
    if month is not None and not _MONTH.match(month):
        raise QueryError(f"--month {month!r} is no month; months are written YYYY-MM")
    settings = load_settings(processed=processed)
    _show_sites(settings, kind) if site is None else _show_lines(settings, site, month, kind)


def _show_sites(settings: Settings, kind: str) -> None:
    from flows.sites import load_profiles
    from flows.tables.layout import Layout
    from flows.tables.overrides import load_overrides
    from flows.terminal_sites import print_idle_profiles, print_sites
    from flows.warehouse.sites import list_sites

    if not any(settings.processed.glob("documents/month=*")):
        raise QueryError(f"no tables in {settings.processed} yet; run `copydesk ingest` first")
    profiles = load_profiles(settings.profiles)
    sites = list_sites(settings.processed, profiles, load_overrides(Layout(settings.processed).overrides))
    if kind != "table":
        _write(sites, kind)
        return
    print_sites(Console(), sites, profiles)
    print_idle_profiles(Console(), sites, profiles, settings.profiles)


def _show_lines(settings: Settings, site: str, month: str | None, kind: str) -> None:
    from flows.sites import load_profiles
    from flows.tables.layout import Layout
    from flows.tables.overrides import load_overrides
    from flows.terminal_sites import print_lines
    from flows.warehouse.sites import check_site, list_lines, list_sites

    check_site(settings.processed, site)
    overrides = load_overrides(Layout(settings.processed).overrides)
    lines = list_lines(settings.processed, site, overrides, month=month)
    if kind != "table":
        _write(lines, kind)
        return
    profiles = load_profiles(settings.profiles)
    (row,) = list_sites(settings.processed, profiles, overrides, site=site).to_pylist()
    print_lines(Console(), row, lines, profiles)


def _write(table: Any, kind: str) -> None:
    from flows.warehouse.query import write_answer

    write_answer(table.to_reader(), sys.stdout.buffer, kind)


@app.command(cls=WaitingCommand)
def pin(site: Site, line: Line, processed: Processed = None, wait: Wait = None, quiet: Quiet = False) -> None:
    """Call a line furniture of its site, also where it never repeats.

    It survives runs, and the site's pages are cleaned again at once.
    """
    _override(site, line, "pinned", processed=processed, wait=wait, quiet=quiet)


@app.command(cls=WaitingCommand)
def veto(site: Site, line: Line, processed: Processed = None, wait: Wait = None, quiet: Quiet = False) -> None:
    """Keep a line of a site, however often it repeats.

    A rule that knows it removes it all the same: that is for a profile to
    mend. It survives runs, and the site's pages are cleaned again at once.
    """
    _override(site, line, "vetoed", processed=processed, wait=wait, quiet=quiet)


@app.command(cls=WaitingCommand)
def reset(site: Site, line: Line, processed: Processed = None, wait: Wait = None, quiet: Quiet = False) -> None:
    """Take a pin or a veto back: what is learned of the line counts again."""
    _override(site, line, None, processed=processed, wait=wait, quiet=quiet)


@app.command(cls=WaitingCommand)
def reclean(site: Site, processed: Processed = None, wait: Wait = None, quiet: Quiet = False) -> None:
    """Clean a site's pages again by the rules as they are now, and say what changed.

    For whoever writes a profile: the next run cleans what is new alone.
    """
    from flows.recleaning import reclean_site
    from flows.terminal import progress_shown
    from flows.terminal_sites import print_recleaned

    settings = load_settings(processed=processed, lock_wait_seconds=wait)
    with progress_shown(Console(stderr=True), quiet=quiet) as progress:
        told = reclean_site(settings, site, progress=progress)
    print_recleaned(Console(), told)


def _override(site: str, line: str, status: Any, *, processed: Path | None, wait: float | None, quiet: bool) -> None:
    from flows.recleaning import override_line
    from flows.terminal import progress_shown
    from flows.terminal_sites import print_override

    settings = load_settings(processed=processed, lock_wait_seconds=wait)
    with progress_shown(Console(stderr=True), quiet=quiet) as progress:
        told = override_line(settings, site, line, status, progress=progress)
    print_override(Console(), told)
