"""What the command line shows: progress, summaries, explanations, tables of answers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.filesize import pick_unit_and_suffix
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from flows.report import IN_BYTES, STAGE_NAMES, RunReport
from flows.report import Progress as ReportProgress
from flows.warehouse.lookup import Explanation, Line, Removal

SHOWN_ROWS = 40
TOLD = "{task.fields[told]}"
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
_DOING = {
    "read": "reading raw files",
    "clean": "cleaning documents",
    "dedupe": "finding duplicates",
    "audit": "checking the laws",
    "compare": "comparing",
    "publish": "publishing",
}


def shown(text: str) -> str:
    """Return text that does nothing to a terminal: control and direction characters are written out."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


@contextmanager
def progress_shown(console: Console, *, quiet: bool) -> Iterator[ReportProgress]:
    """Show a bar per stage on a terminal, nothing elsewhere."""
    if quiet or not console.is_terminal:
        yield lambda _stage, _done, _total: None
        return
    columns = (
        TextColumn("{task.description:<20}"),
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            told = _of_bytes(done, total) if stage == IN_BYTES else f"{done:,}/{total:,}"
            if stage not in tasks:
                tasks[stage] = bars.add_task(_DOING[stage], total=total, told=told)
            bars.update(tasks[stage], completed=done, total=total, told=told)

        yield report


def _of_bytes(done: int, total: int) -> str:
    unit, name = pick_unit_and_suffix(total, ["bytes", "kB", "MB", "GB", "TB"], 1000)
    places = 0 if unit == 1 else 1
    return f"{done / unit:,.{places}f}/{total / unit:,.{places}f} {name}"


def print_report(console: Console, report: RunReport, processed: Path) -> None:
    """Print a run's summary and a query to try next."""
    counts = report.counts
    if report.run_id is None:
        console.print(f"Nothing new in {counts.files} raw files: nothing was written.", highlight=False)
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("files", f"{counts.files:,}", f"{counts.files_read:,} new or changed")
    withheld = f", {counts.withheld:,} of them taken down" if counts.withheld else ""
    table.add_row("documents", f"{counts.documents:,}", f"{counts.records:,} records read now{withheld}")
    table.add_row("articles", f"{counts.articles:,}")
    table.add_row("revisions", f"{counts.revisions:,}")
    table.add_row("duplicates", f"{counts.duplicates:,}")
    table.add_row("rejections", f"{counts.rejections:,}", _listed(report.rejected_by_reason))
    table.add_row("lines removed", f"{counts.removed_lines:,}", _listed(report.removed_by_role))
    if report.run_id is not None:
        seconds = {name: getattr(report.seconds, name) for name in STAGE_NAMES}
        spent = ", ".join(f"{name} {value:.2f}" for name, value in seconds.items())
        table.add_row("seconds", f"{sum(seconds.values()):.2f}", spent)
    console.print(table, highlight=False)
    for loss in report.losses[:SHOWN_ROWS]:
        console.print(Text(f"loss: {shown(loss)}", style="red"))
    if len(report.losses) > SHOWN_ROWS:
        console.print(Text(f"loss: {len(report.losses) - SHOWN_ROWS} more sites", style="red"))
    for notice in report.notices:
        console.print(Text(f"note: {shown(notice)}", style="yellow"))
    console.print(f"\nThe tables are in {processed}. Try next:", highlight=False, markup=False)
    console.print(Text(f'  copydesk query{where(processed)} "{NEXT_QUERY}"', style="bold"), soft_wrap=True)


NEXT_QUERY = (
    "SELECT site, count(*) AS articles, round(avg(removed_share), 2) AS removed, sum(duplicate_count) AS duplicates "
    "FROM articles GROUP BY site ORDER BY articles DESC"
)


def where(processed: Path) -> str:
    """Return the option that a command needs for these tables; none for those at their default place."""
    default = Path("data/processed")
    same = processed == default or processed.resolve() == default.resolve()
    return "" if same else f" --processed {processed}"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def print_explanation(console: Console, explanation: Explanation) -> None:
    """Print a document's lines in order, the removed ones marked with `-`, their role, reason and evidence."""
    document, article = explanation.document, explanation.article
    title = article["title"] if article else None
    facts = {
        "document": document["document_id"],
        "source": _source(document),
        "site": document["site"],
        "url": document["url"],
        "fetched": f"{document['fetched_at']:%Y-%m-%d %H:%M} UTC ({document['fetched_at_origin']})",
        "outcome": _outcome(explanation),
        "title": title,
    }
    for name, value in facts.items():
        if value:
            console.print(Text(f"{name:<9} {shown(str(value))}"), soft_wrap=True)
    console.print()
    width = len(str(len(explanation.lines)))
    for line in explanation.lines:
        console.print(_line_text(line, width), soft_wrap=True)
    if explanation.others:
        console.print(f"\n{len(explanation.others)} more document(s) fit:", highlight=False)
        for other in explanation.others[:SHOWN_ROWS]:
            console.print(
                Text(f"  {other['document_id']}  {other['outcome']:<9}  {_source(other)}"),
                soft_wrap=True,
            )


def _source(document: dict[str, Any]) -> str:
    return f"{shown(document['source_path'])}#{document['record_no']}"


def _outcome(explanation: Explanation) -> str:
    document, article = explanation.document, explanation.article
    if document["outcome"] == "rejected" or article is None:
        return str(document["outcome"])
    if explanation.method is None:
        return f"article {article['article_id']}"
    likeness = "" if explanation.method == "exact" else f", similarity {explanation.similarity:.3f}"
    return f"{document['outcome']} ({explanation.method}{likeness}) of article {article['article_id']}"


def _line_text(line: Line, width: int) -> Text:
    """One line: number, `-` when removed, the text, and what it is."""
    if not line.text:
        return Text(f"{line.line_no:>{width}}", style="dim")
    if line.kept_as is None:
        text = Text(f"{line.line_no:>{width}} - {shown(line.text)}", style="red")
        for removal in line.removals:
            text.append(f"   [{removal.role}: {_why(removal)}]", style="dim")
        return text
    style = {"title": "bold", "heading": "bold", "lead": "green"}.get(line.kept_as, "green")
    text = Text(f"{line.line_no:>{width}}   ")
    place = 0
    for removal in line.removals:
        start, end = removal.start or 0, removal.end or 0
        text.append(shown(line.text[place:start]), style=style)
        text.append(f"[-{shown(line.text[start:end])}-]", style="red")
        place = end
    text.append(shown(line.text[place:]), style=style)
    if line.kept_as not in ("paragraph", "kept"):
        text.append(f"   [{line.kept_as}]", style="dim")
    for removal in line.removals:
        text.append(f"   [{removal.role}: {_why(removal)}]", style="dim")
    return text


def _why(removal: Removal) -> str:
    if removal.score is not None:
        return f"{removal.reason}, {removal.score:.2f} likely the article"
    if removal.documents is None:
        return removal.reason
    return f"{removal.reason}, in {removal.documents} of {removal.site_documents} stories"


def print_answer(console: Console, answer: pa.RecordBatchReader) -> int:
    """Print the first rows of an answer as a table; return how many rows there are."""
    table = Table(header_style="bold", show_lines=False)
    for field in answer.schema:
        number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or pa.types.is_decimal(field.type)
        table.add_column(Text(field.name), justify="right" if number else "left", overflow="ellipsis", max_width=60)
    rows = 0
    for batch in answer:
        for row in batch.slice(0, max(0, SHOWN_ROWS - rows)).to_pylist():
            table.add_row(*(_cell_text(value) for value in row.values()))
        rows += batch.num_rows
    console.print(table)
    if rows > SHOWN_ROWS:
        console.print(f"{SHOWN_ROWS} of {rows:,} rows; -o FILE takes all of them", highlight=False)
    else:
        console.print(f"{rows:,} row{'' if rows == 1 else 's'}", highlight=False)
    return rows


def _cell_text(value: Any) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    if isinstance(value, datetime):
        return Text(value.isoformat(sep=" ", timespec="seconds"))
    if isinstance(value, bytes):
        return Text(value[:40].hex())
    return Text(shown(" ".join(str(value).split()))[:500])
