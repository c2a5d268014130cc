"""What the command line shows of takedowns."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.tables.tombstones import Takedown
from flows.takedown import Lifted, Receipt
from flows.terminal import SHOWN_ROWS, shown

OUT_OF_REACH = (
    "copydesk reaches its own tables and state alone. See for yourself to raw files, backups, snapshots of the file "
    "system, and what readers copied or have open."
)


def print_receipt(console: Console, receipt: Receipt) -> None:
    """Print what went, or of a trial would go, from where, who stands now, and which raw files still hold it."""
    takedown = receipt.takedown
    count = len(receipt.documents)
    sites = ", ".join(f"{shown(site)} {number:,}" for site, number in list(receipt.sites.items())[:SHOWN_ROWS])
    done = "were taken down" if receipt.published else "would be taken down; nothing has changed yet"
    console.print(Text(f"{count:,} document{'' if count == 1 else 's'} {done}", style="bold"), soft_wrap=True)
    facts = {
        "takedown": takedown.takedown_id if receipt.published else None,
        "reason": takedown.reason,
        "of sites": sites,
        "copies": "taken too" if takedown.duplicates else "stay where they are",
        "other pages": f"lose {receipt.lines:,} lines that are its words alone" if receipt.lines else None,
    }
    for name, value in facts.items():
        if value:
            console.print(Text(f"{name:<11} {shown(value)}"), soft_wrap=True)
    if not receipt.published:
        for title in receipt.titles:
            console.print(Text(f"{'article':<11} {shown(title)}"), soft_wrap=True)
    console.print()
    console.print(_removed(takedown))
    _print_rest(console, receipt)


def _removed(takedown: Takedown) -> Table:
    table = Table(header_style="dim", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("where")
    table.add_column("rows", justify="right")
    table.add_column("files written again", justify="right")
    for name, rows in takedown.removed.items():
        table.add_row(Text(name), f"{rows.rows:,}", f"{rows.files:,}")
    return table


def _print_rest(console: Console, receipt: Receipt) -> None:
    for keeper in receipt.keepers[:SHOWN_ROWS]:
        where = shown(keeper.url or keeper.site)
        told = f"article {keeper.article_id} is now that of {where}, document {keeper.document_id}"
        console.print(Text(told), soft_wrap=True)
    if len(receipt.keepers) > SHOWN_ROWS:
        console.print(f"{len(receipt.keepers) - SHOWN_ROWS:,} more articles have another document now", highlight=False)
    if receipt.raw_files:
        console.print("\nRaw files that still hold it (their names are shown here and kept nowhere):", highlight=False)
        for path in receipt.raw_files[:SHOWN_ROWS]:
            console.print(Text(f"  {shown(path)}"), soft_wrap=True)
        if len(receipt.raw_files) > SHOWN_ROWS:
            console.print(f"  and {len(receipt.raw_files) - SHOWN_ROWS:,} more", highlight=False)
    for notice in receipt.notices:
        console.print(Text(f"note: {shown(notice)}", style="yellow"), soft_wrap=True)
    console.print(Text(f"\n{OUT_OF_REACH}", style="dim"))
    if receipt.published:
        console.print(
            Text(f"To lift it: copydesk forget --undo {receipt.takedown.takedown_id}", style="dim"), soft_wrap=True
        )


def print_takedowns(console: Console, takedowns: Iterable[Takedown]) -> None:
    """Print a line per takedown, the latest last."""
    table = Table(header_style="dim", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("takedown", "when", "of", "documents", "reason"):
        table.add_column(name, justify="right" if name == "documents" else "left", overflow="fold")
    rows = sorted(takedowns, key=lambda takedown: takedown.takedown_id)
    for one in rows:
        documents = one.removed["documents"].rows if "documents" in one.removed else 0
        of = f"{'an' if one.scope == 'article' else 'a'} {one.scope}{' and its copies' if one.duplicates else ''}"
        table.add_row(one.takedown_id, f"{one.at:%Y-%m-%d %H:%M} UTC", of, f"{documents:,}", Text(shown(one.reason)))
    console.print(table if rows else "Nothing was taken down.", highlight=False)


def print_lifted(console: Console, lifted: Lifted) -> None:
    """Print that a takedown was lifted, and what the next run will read."""
    console.print(Text(f"takedown {lifted.takedown.takedown_id} is lifted", style="bold"), soft_wrap=True)
    count = len(lifted.raw_files)
    console.print(f"the next run reads {count:,} raw file{'' if count == 1 else 's'} again:", highlight=False)
    for path in lifted.raw_files[:SHOWN_ROWS]:
        console.print(Text(f"  {shown(path)}"), soft_wrap=True)
    if lifted.missing:
        told = f"note: {lifted.missing:,} raw file(s) that held something of it are gone: that stays away"
        console.print(Text(told, style="yellow"), soft_wrap=True)
