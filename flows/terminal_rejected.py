"""What `copydesk rejected` and `copydesk retry` show: rejected records are hostile, none reaches the terminal raw."""

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.terminal import SHOWN_ROWS, shown, where
from flows.warehouse.lookup import RejectedRecord
from flows.warehouse.rejected import Chosen, ReasonCount
from schemas.reasons import REASONS

if TYPE_CHECKING:
    from flows.retrying import Retried

EXCERPT_CHARS = 300
"""Of a payload: enough to see what it is, and a screen holds some records."""
SHOWN_FILES = 5


def plain(text: str) -> str:
    """Return text on one line that does nothing to a terminal: whatever isn't printable is written out."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _written_out(char) for char in text)


def _written_out(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def excerpt(payload: bytes, *, chars: int = EXCERPT_CHARS) -> str:
    """Return how a payload begins, on one line, fit for a terminal; bytes that aren't UTF-8 as \\xNN."""
    begins = payload[: 4 * chars].decode("utf-8", "backslashreplace")
    told = plain(begins[:chars])
    return f"{told[:chars]}..." if len(told) > chars or len(begins) > chars or len(payload) > 4 * chars else told


def print_counts(
    console: Console, counts: Sequence[ReasonCount], chosen: Chosen, *, processed: Path, sources: int
) -> None:
    """Print how many records were rejected, by reason, and beneath each the sources that have most of them."""
    total = sum(count.records for count in counts)
    if not total:
        console.print(f"No record is rejected{_of(chosen)}.", highlight=False, markup=False)
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for count in counts:
        table.add_row(Text(count.reason, style="bold"), f"{count.records:,}", Text(_meaning(count.reason)))
        for source, records in list(count.sources.items())[:sources]:
            table.add_row("", Text(f"{records:,}", style="dim"), Text(plain(source), style="dim"))
        if more := list(count.sources.values())[sources:]:
            table.add_row("", Text(f"{sum(more):,}", style="dim"), Text(f"in {len(more):,} more sources", style="dim"))
    console.print(table, highlight=False)
    console.print(f"\n{_records(total)} rejected{_of(chosen)}. Try next:", highlight=False, markup=False)
    console.print(Text(f"  copydesk rejected {counts[0].reason}{where(processed)}", style="bold"), soft_wrap=True)


def print_rejections(
    console: Console, rows: Sequence[dict[str, Any]], count: ReasonCount, chosen: Chosen, *, processed: Path
) -> None:
    """Print what a reason means and what to do, then each rejection: where, why, and how the record begins."""
    reason = REASONS[count.reason]
    console.print(Text.assemble((count.reason, "bold"), f": {reason.meaning}"), soft_wrap=True)
    console.print(Text(f"For example: {reason.shown}"), soft_wrap=True)
    console.print(Text(f"What to do: {reason.to_do}\n"), soft_wrap=True)
    if not rows:
        console.print(f"No record is rejected{_of(chosen)}.", highlight=False, markup=False)
        return
    for row in rows:
        print_rejection(console, row)
    shown = f"{len(rows):,} of {count.records:,}; --limit shows more. " if len(rows) < count.records else ""
    console.print(f"\n{shown}After a fix:", highlight=False)
    source = f" --source {quote(plain(chosen.source))}" if chosen.source else ""
    console.print(
        Text(f"  copydesk retry --reason {count.reason}{source}{where(processed)}", style="bold"), soft_wrap=True
    )


def print_rejected(console: Console, record: RejectedRecord) -> None:
    """Print why a file's records were rejected, and how they begin."""
    for row in record.rows[:SHOWN_ROWS]:
        print_rejection(console, row)


def print_rejection(console: Console, row: dict[str, Any]) -> None:
    """Print one rejection."""
    place = f"{plain(row['source_path'])}#{row['record_no']}"
    console.print(Text.assemble((place, "bold"), (f"  {row['reason']}, at {row['stage']}", "red")), soft_wrap=True)
    console.print(Text(f"  {plain(_without_place(row))}"), soft_wrap=True)
    if row["payload"]:
        cut = " (and more)" if row["payload_truncated"] else ""
        console.print(
            Text(f"  {len(row['payload']):,} bytes kept{cut}: {excerpt(row['payload'])}", "dim"), soft_wrap=True
        )


def print_retried(console: Console, told: "Retried") -> None:
    """Print what came of trying again."""
    if not told.tried:
        console.print("No such record is rejected: nothing was tried.", highlight=False)
        return
    still = sum(told.still.values())
    what = f"{_records(told.tried)} tried again: {told.passed:,} passed, {still:,} rejected all the same"
    console.print(what, highlight=False)
    for reason, records in told.still.items():
        console.print(Text(f"  {records:>9,}  {reason}"))
    counts = told.report.counts
    if told.passed:
        console.print(
            f"The tables hold {counts.documents:,} documents and {counts.articles:,} articles now.", highlight=False
        )
    if told.lost:
        console.print(Text(_lost(told.lost), "yellow"), soft_wrap=True)
    for loss in told.report.losses[:SHOWN_ROWS]:
        console.print(Text(f"loss: {shown(loss)}", "red"), soft_wrap=True)
    for notice in told.report.notices:
        console.print(Text(f"note: {shown(notice)}", "yellow"), soft_wrap=True)


def _lost(paths: Sequence[str]) -> str:
    named = ", ".join(map(plain, paths[:SHOWN_FILES])) + (
        f" and {len(paths) - SHOWN_FILES:,} more" if len(paths) > SHOWN_FILES else ""
    )
    return (
        f"note: {len(paths):,} raw file(s) are gone, and the table keeps too little of their records to try them: "
        f"{named}; bring them back, and try again"
    )


def counts_as_json(counts: Sequence[ReasonCount]) -> str:
    """Return the counts for machines; ASCII alone, so that a terminal may see it too."""
    reasons = [
        {
            "reason": count.reason,
            "records": count.records,
            "meaning": _meaning(count.reason),
            "to_do": REASONS[count.reason].to_do if count.reason in REASONS else "",
            "sources": [{"source": source, "records": records} for source, records in count.sources.items()],
        }
        for count in counts
    ]
    return json.dumps({"rejections": sum(count.records for count in counts), "reasons": reasons}, indent=1)


def rejections_as_json(rows: Sequence[dict[str, Any]], count: ReasonCount) -> str:
    """Return rejections for machines: their payload as text, and in full as base64."""
    reason = REASONS[count.reason]
    told = [
        {
            **row,
            "payload": row["payload"].decode("utf-8", "backslashreplace"),
            "payload_base64": base64.b64encode(row["payload"]).decode("ascii"),
        }
        for row in rows
    ]
    answer = {"reason": count.reason, "meaning": reason.meaning, "to_do": reason.to_do, "records": count.records}
    return json.dumps({**answer, "rejections": told}, indent=1)


def _without_place(row: dict[str, Any]) -> str:
    """Return a message without the place that it begins with, as that is shown already."""
    return str(row["message"]).removeprefix(f"{row['source_path']}, record {row['record_no']}: ")


def _meaning(reason: str) -> str:
    """Return what a reason means; tables of another version may have one that this one doesn't know."""
    return REASONS[reason].meaning if reason in REASONS else ""


def _of(chosen: Chosen) -> str:
    return f" {plain(str(chosen))}" if str(chosen) else ""


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"
