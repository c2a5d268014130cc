"""What the command line shows of a rebuild, and of what one would change."""

from collections.abc import Iterator
from itertools import pairwise

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.changes import Changes
from flows.rebuilding import Rebuilt
from flows.steps.diff import ArticleDiff, LineChange
from flows.steps.edits import SiteCounts, shared_ends
from flows.terminal import SHOWN_ROWS, shown

CONTEXT_LINES = 2
"""Lines that stay, shown before and after those that change."""
SHOWN_LINES = 60
"""Lines of one article; a page that is another altogether has thousands."""
SHOWN_CHARS = 240
"""Of a line that stays or comes or goes as a whole."""
HEADLINE_CHARS = 100
AROUND_CHARS = 60
"""Of a line that changes inside, on both sides of the change."""
KEY = (
    "lines: taken out of texts (-), given back (+); other: articles whose text stays and of which something else "
    "changes; share: of the site's articles"
)
STYLES = {" ": "", "-": "red", "+": "green"}


def print_rebuilt(console: Console, told: Rebuilt) -> None:
    """Print what a rebuild came to."""
    if told.run_id is None:
        console.print(Text.assemble(("Nothing differs", "bold"), f": {_again(told)}; nothing was written."))
    else:
        files = f"{told.files_written:,} files written"
        console.print(Text.assemble(("rebuilt", "bold"), f" by {told.cleaning_version}: {_again(told)}, {files}."))
        _print_changes(console, told.changes, "No article changed.")
    _print_warnings(console, told)


def print_preview(console: Console, told: Rebuilt) -> None:
    """Print what a rebuild would change, and some of the articles line by line."""
    console.print(Text(f"{_versions(told)}{_again(told)}; nothing is published."), soft_wrap=True)
    _print_changes(console, told.changes, "No article would change.")
    for diff in told.sample:
        console.print()
        _print_article(console, diff)
    if told.changes.total.edits > len(told.sample):
        rest = f"\n{len(told.sample)} of {told.changes.total.edits:,} articles shown, the largest changes of each site"
        console.print(Text(f"{rest} first; --sample N shows more"), style="dim")
    _print_warnings(console, told)


def _again(told: Rebuilt) -> str:
    partitions, pages = told.changes.partitions, told.changes.documents
    cleaned = f"{pages:,} page{_s(pages)} in {partitions:,} partition{_s(partitions)} cleaned again"
    return f"{_read(told)}{cleaned} in {told.seconds:.1f} s"


def _read(told: Rebuilt) -> str:
    if not told.reread:
        return ""
    return f"{told.reread:,} kept page{_s(told.reread)} read again, {told.reread_changed:,} to another document; "


def _versions(told: Rebuilt) -> str:
    others = [version for version in told.before if version != told.cleaning_version]
    return f"cleaned by {', '.join(others)}, today's rules are {told.cleaning_version}\n" if others else ""


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _print_changes(console: Console, changes: Changes, nothing: str) -> None:
    if not changes.any:
        console.print(nothing, highlight=False)
        return
    console.print()
    console.print(_sites_table(changes))
    console.print(f"\n{KEY}", style="dim")
    for line in _outcomes(changes):
        console.print(line, highlight=False)


def _sites_table(changes: Changes) -> Table:
    table = Table(header_style="dim", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("site", overflow="fold")
    for name in ("pages", "articles", "changed", "came", "went", "other", "lines", "share"):
        table.add_column(name, justify="right", no_wrap=True)
    rows = [(site, counts) for site, counts in changes.sites.items() if counts.any]
    rows.sort(key=lambda row: (-row[1].edits, -row[1].facts, row[0]))
    for site, counts in rows[:SHOWN_ROWS]:
        _add_row(table, Text(shown(site), style="bold"), counts)
    if len(rows) > SHOWN_ROWS:
        table.add_row(Text(f"and {len(rows) - SHOWN_ROWS:,} more sites", style="dim"))
    alike = len(changes.sites) - len(rows)
    if alike:
        table.add_row(Text(f"{alike:,} site{_s(alike)} alike", style="dim"))
    if len(rows) > 1:
        _add_row(table, Text("all", style="dim"), changes.total)
    return table


def _add_row(table: Table, name: Text, counts: SiteCounts) -> None:
    lines = Text.assemble((f"-{counts.removed:,}", "red"), " ", (f"+{counts.restored:,}", "green"))
    numbers = (counts.pages, counts.articles, counts.changed, counts.came, counts.went, counts.facts)
    table.add_row(name, *(f"{number:,}" if number else "–" for number in numbers), lines, f"{counts.share:.0%}")


def _outcomes(changes: Changes) -> Iterator[str]:
    moved = [f"{count:,} from {old} to {new}" for (old, new), count in changes.outcomes.items() if old != new]
    others = [f"{count:,} {new}{_s(count)}" for (old, new), count in changes.outcomes.items() if old == new]
    if changes.columns:
        yield f"other: {', '.join(f'{count:,} {name}' for name, count in changes.columns.items())}"
    if moved:
        yield f"documents that become something else: {', '.join(moved)}"
    if others:
        yield f"documents that stand for another article than before: {', '.join(others)}"


def _print_article(console: Console, diff: ArticleDiff) -> None:
    edit = diff.edit
    console.print(
        Text.assemble((f"{shown(edit.site)}, {edit.month}: ", "dim"), (_headline(diff), "bold")),
        soft_wrap=True,
    )
    console.print(
        Text(f"{shown(diff.source)}, article {edit.article_id[:8]} {_fate(diff)}", style="dim"), soft_wrap=True
    )
    lines = list(_near_changes(diff.lines))
    _print_lines(console, lines[:SHOWN_LINES])
    if len(lines) > SHOWN_LINES:
        console.print(Text(f"... {len(lines) - SHOWN_LINES:,} more lines", style="dim"))


def _print_lines(console: Console, lines: list[LineChange | None]) -> None:
    """Print lines beside their numbers; on a terminal, what doesn't fit goes on below its text."""
    mates = _mates(lines)
    width = max([3, *(len(str(line.line_no)) for line in lines if line and line.line_no)])
    rows = [(_margin(line, width), _line_text(line, mates) if line else Text()) for line in lines]
    if not console.is_terminal:
        for margin, text in rows:
            console.print(margin + text, soft_wrap=True)
        return
    table = Table.grid()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _margin(line: LineChange | None, width: int) -> Text:
    """A line's number and sign; dots for a gap."""
    if line is None:
        return Text(f"{'...':>{width}}   ", style="dim")
    number = "" if line.line_no is None else str(line.line_no)
    return Text.assemble((f"{number:>{width}} {line.sign} ", STYLES[line.sign] or "dim"))


def _headline(diff: ArticleDiff) -> str:
    first = next((line.text for line in diff.lines), "")
    return _cut(diff.title or first, most=HEADLINE_CHARS)


def _fate(diff: ArticleDiff) -> str:
    old, new = diff.outcome
    if diff.edit.kind == "went":
        return f"goes: its document becomes {_named(new)}"
    if diff.edit.kind == "came":
        return f"comes: its document was {_named(old)}"
    return "changes"


def _named(outcome: str | None) -> str:
    return {"article": "part of another article", "rejected": "rejected", None: "nothing"}.get(outcome, f"a {outcome}")


def _near_changes(lines: list[LineChange]) -> Iterator[LineChange | None]:
    """Yield the lines that change and those near them; None for each gap."""
    changed = [number for number, line in enumerate(lines) if line.sign != " "]
    near = sorted(
        {n for at in changed for n in range(at - CONTEXT_LINES, at + CONTEXT_LINES + 1) if 0 <= n < len(lines)}
    )
    for before, number in pairwise([-1, *near]):
        if number > before + 1:
            yield None
        yield lines[number]
    if near and near[-1] < len(lines) - 1:
        yield None


def _mates(lines: list[LineChange | None]) -> dict[int, str]:
    """Return by identity the text that a line had or will have, for lines that change inside."""
    mates = {}
    for old, new in pairwise(lines):
        if old and new and (old.sign, new.sign) == ("-", "+") and old.line_no == new.line_no:
            mates[id(old)], mates[id(new)] = new.text, old.text
    return mates


def _line_text(line: LineChange, mates: dict[int, str]) -> Text:
    style, text = STYLES[line.sign], Text()
    mate = mates.get(id(line))
    if mate is None:
        text.append(_cut(line.text), style=style or "default")
    else:
        _append_changed(text, line.text, mate, style)
    if line.sign != " ":
        text.append(_label(line), style="dim")
    elif line.role not in ("paragraph", None):
        text.append(f"   [{line.role}]", style="dim")
    return text


def _label(line: LineChange) -> str:
    if line.line_no is None:
        return "   [headline]"
    if line.reason is None:
        return ""
    return f"   [{'was ' if line.sign == '+' else ''}{line.role}: {shown(line.reason)}]"


def _append_changed(text: Text, line: str, mate: str, style: str) -> None:
    """Append a line of which a part changes, the part underlined."""
    start, end = shared_ends(line, mate)
    middle = line[start : len(line) - end]
    text.append(_cut(line[:start], tail=True), style=style)
    text.append(_cut(middle), style=f"{style} underline bold")
    text.append(_cut(line[len(line) - end :], most=AROUND_CHARS), style=style)


def _cut(line: str, *, most: int = SHOWN_CHARS, tail: bool = False) -> str:
    """Return the beginning of a line (or its end), fit for a terminal."""
    if tail:
        return shown(line if len(line) <= AROUND_CHARS else f"...{line[-AROUND_CHARS:]}")
    return shown(line if len(line) <= most else f"{line[:most]}...")


def _print_warnings(console: Console, told: Rebuilt) -> None:
    for loss in told.losses[:SHOWN_ROWS]:
        console.print(Text(f"loss: {shown(loss)}", style="red"))
    if len(told.losses) > SHOWN_ROWS:
        console.print(Text(f"loss: {len(told.losses) - SHOWN_ROWS} more sites", style="red"))
    for notice in told.notices:
        console.print(Text(f"note: {shown(notice)}", style="yellow"))
