"""What the command line shows of sites."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.sites import NamedProfile, Profiles
from flows.terminal import SHOWN_ROWS, shown

if TYPE_CHECKING:
    from flows.changes import Changes
    from flows.recleaning import Recleaned

WHOSE = {"shipped": "shipped", "user": "yours"}
STYLES = {"learned": "", "pinned": "red", "vetoed": "green"}


def print_sites(console: Console, sites: pa.Table, profiles: Profiles) -> None:
    """Print a row per site."""
    table = _table()
    table.add_column("site", overflow="fold")
    for name in ("pages", "articles", "removed"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("learned", overflow="fold")
    table.add_column("profile", overflow="fold")
    for row in sites.slice(0, SHOWN_ROWS).to_pylist():
        table.add_row(
            Text(shown(row["site"]), style="bold"),
            f"{row['pages']:,}",
            f"{row['articles']:,}",
            _percent(row["removed_share"]),
            _line_counts(row),
            Text(shown(_profile(profiles.by_site.get(row["site"], ())))),
        )
    console.print(table)
    cut = f"{SHOWN_ROWS} of {len(sites):,} sites; --format csv has all. " if len(sites) > SHOWN_ROWS else ""
    console.print(
        f"\n{cut}removed: mean share of an article's page. A site's lines: copydesk sites SITE",
        style="dim",
        highlight=False,
    )


def print_idle_profiles(console: Console, sites: pa.Table, profiles: Profiles, folder: Path | None) -> None:
    """Name the user's profiles of sites that have no pages: most likely `site` is spelled otherwise there."""
    there = set(sites["site"].to_pylist())
    for site, (own, *_) in profiles.by_site.items():
        if own.whose == "user" and site not in there:
            note = f"note: {folder}/{own.name}.toml is of {shown(site)}, which has no pages"
            console.print(Text(note, style="yellow"), soft_wrap=True)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _table() -> Table:
    """A table without rules between columns: eighty of them hold more."""
    return Table(header_style="dim", box=None, pad_edge=False, padding=(0, 2, 0, 0))


def _line_counts(row: dict[str, Any]) -> Text:
    """How many lines were learned, and of how many the user said what they are."""
    text = Text(f"{row['learned_lines']:,}")
    for status in ("pinned", "vetoed"):
        if row[f"{status}_lines"]:
            text.append(f", {row[f'{status}_lines']:,} {status}", style=STYLES[status])
    return text


def _profile(own: tuple[NamedProfile, ...]) -> str:
    if not own:
        return "–"
    first, *extended = own
    return f"{first.name} ({WHOSE[first.whose]}{', extends the shipped one' if extended else ''})"


def print_lines(console: Console, site: dict[str, Any], lines: pa.Table, profiles: Profiles) -> None:
    """Print what is known of one site, and its lines, most frequent first."""
    own = profiles.by_site.get(site["site"], ())
    facts = {
        "site": site["site"],
        "pages": f"{site['pages']:,}, {site['articles']:,} of them articles",
        "removed": f"{_percent(site['removed_share'])} of an article's page (mean, in characters)",
        "profile": _profile(own),
        "versions": ", ".join(f"from {day}" for day in profiles.changes(site["site"])[1:]),
    }
    for name, value in facts.items():
        if value:
            console.print(Text(f"{name:<9} {shown(value)}"), soft_wrap=True)
    if not len(lines):
        console.print("\nNothing was learned here: no line repeats on two stories of it.", highlight=False)
        return
    console.print()
    console.print(_lines_table(lines))
    if len(lines) > SHOWN_ROWS:
        console.print(f"{SHOWN_ROWS} of {len(lines):,} lines; --format csv has all", style="dim", highlight=False)


def _lines_table(lines: pa.Table) -> Table:
    table = _table()
    table.add_column("month", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    table.add_column("stories", justify="right", no_wrap=True)
    for name in ("status", "role"):
        table.add_column(name, no_wrap=True)
    table.add_column("line", overflow="fold", ratio=1)
    for row in lines.slice(0, SHOWN_ROWS).to_pylist():
        there = row["month"] is not None
        table.add_row(
            row["month"] or "–",
            _percent(row["share"]),
            f"{row['documents']:,}/{row['site_documents']:,}" if there else "none",
            Text(row["status"], style=STYLES[row["status"]]),
            row["role"] or "–",
            Text(shown(row["line"])),
        )
    return table


def print_override(console: Console, told: "Recleaned") -> None:
    """Print what pinning, vetoing or resetting a line came to."""
    verb = told.status or "reset"
    style = STYLES.get(told.status or "", "bold")
    console.print(
        Text.assemble((verb, style), f" for {shown(told.site)}: ", (shown(told.line or ""), "bold")),
        soft_wrap=True,
    )
    if told.status == told.before:
        console.print("  It was so already: nothing was written.", highlight=False)
        return
    if not told.pages_with_line:
        console.print("  No page has this line yet; it counts for those to come.", style="yellow")
    else:
        pages = f"{told.pages_with_line:,} page{_s(told.pages_with_line)}"
        console.print(f"  On {pages}. {_changed(told.changes, told.site)}", highlight=False)
    _print_end(console, told)


def print_recleaned(console: Console, told: "Recleaned") -> None:
    """Print what cleaning a site again came to."""
    console.print(Text.assemble(("cleaned again", "bold"), f": {shown(told.site)}"), soft_wrap=True)
    console.print(f"  {_changed(told.changes, told.site)}", highlight=False)
    _print_end(console, told)


def _print_end(console: Console, told: "Recleaned") -> None:
    partitions = told.changes.partitions
    console.print(
        f"  {partitions:,} partition{_s(partitions)} cleaned again in {told.seconds:.1f} s.",
        style="dim",
        highlight=False,
    )
    for loss in told.losses:
        console.print(Text(f"loss: {shown(loss)}", style="red"))
    for notice in told.notices:
        console.print(Text(f"note: {shown(notice)}", style="yellow"))


def _changed(changes: "Changes", site: str) -> str:
    counts = changes.of(site)
    if not (counts.edits or counts.removed or counts.restored):
        return "No article changed."
    lines = f"{counts.removed:,} line{_s(counts.removed)} removed, {counts.restored:,} restored"
    pages = (
        "" if counts.pages_changed == counts.edits else f", on {counts.pages_changed:,} page{_s(counts.pages_changed)}"
    )
    return f"{counts.edits:,} article{_s(counts.edits)} changed: {lines}{pages}."


def _s(number: int) -> str:
    return "" if number == 1 else "s"
