"""Diff: one article line by line, as it is published and as it will stand."""

import difflib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow.compute as pc

from flows.steps.edits import Edit
from flows.steps.staging import current_file
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition

ALIGNED_LINES = 2_000
"""Articles of two documents that are longer aren't aligned: difflib's time grows with the square."""

Sign = Literal[" ", "-", "+"]
Row = dict[str, Any]
Removed = dict[int, list[Row]]
"""Removed lines and spans of a document, by line."""


@dataclass(frozen=True)
class LineChange:
    """A line of an article that stays, goes or comes."""

    sign: Sign
    line_no: int | None
    """In its document; None: the headline."""
    text: str
    role: str | None = None
    """What it is; of a line that goes what it is taken for, of one that comes what it was taken for."""
    reason: str | None = None
    """Why it is, or was, removed."""


@dataclass(frozen=True)
class ArticleDiff:
    """An article that changes, line by line."""

    edit: Edit
    title: str | None
    document_id: str
    """The document it comes from: the one that will be, else the one that was."""
    source: str
    """The raw file and record of that document."""
    outcome: tuple[str | None, str | None]
    """What was of that document, and what will be."""
    lines: list[LineChange]


def diff_article(layout: Layout, edit: Edit) -> ArticleDiff:
    """Return one article's lines, as they are and as they will be."""
    was = _one(_published(layout, "articles", edit.before), "article_id", edit.article_id, _ARTICLE)
    now = _one(_current(layout, "articles", edit.after), "article_id", edit.article_id, _ARTICLE)
    shown = now or was
    assert shown is not None
    key, home = shown["document_id"], edit.after or edit.before
    before = _document(layout, key, home) or _document(layout, key, edit.before)
    after = _one(_current(layout, "documents", home), "document_id", key, _DOCUMENT)
    document = after or before
    assert document is not None
    files = _published(layout, "removed_lines", home), _current(layout, "removed_lines", home)
    reread = before is not None and after is not None and before["text"] != after["text"]
    lines = _diff_reread if reread else _diff_lines
    return ArticleDiff(
        edit=edit,
        title=shown["title"],
        document_id=key,
        source=f"{document['source_path']}#{document['record_no']}",
        outcome=(before["outcome"] if before else None, after["outcome"] if after else None),
        lines=[*_diff_titles(was, now), *lines(was, now, *(_removed(path, key) for path in files))],
    )


_ARTICLE = ["article_id", "document_id", "title", "paragraphs"]
_DOCUMENT = ["document_id", "source_path", "record_no", "outcome", "text"]


def _published(layout: Layout, name: str, partition: Partition | None) -> Path | None:
    path = None if partition is None else layout.file(name, partition)
    return path if path is not None and path.exists() else None


def _current(layout: Layout, name: str, partition: Partition | None) -> Path | None:
    return None if partition is None else current_file(layout, name, partition)


def _rows(path: Path | None, column: str, value: str, columns: list[str]) -> list[Row]:
    if path is None:
        return []
    rows: list[Row] = read_rows(path, columns).filter(pc.field(column) == value).to_pylist()
    return rows


def _one(path: Path | None, column: str, value: str, columns: list[str]) -> Row | None:
    return next(iter(_rows(path, column, value, columns)), None)


def _document(layout: Layout, key: str, partition: Partition | None) -> Row | None:
    return _one(_published(layout, "documents", partition), "document_id", key, _DOCUMENT)


def _removed(path: Path | None, document_id: str) -> Removed:
    found: Removed = defaultdict(list)
    for row in _rows(path, "document_id", document_id, ["document_id", "line_no", "start", "end", "role", "reason"]):
        found[row["line_no"]].append(row)
    return found


def _diff_titles(was: Row | None, now: Row | None) -> list[LineChange]:
    """The headline's change; one that stays is named above the lines."""
    old, new = (side["title"] if side else None for side in (was, now))
    if was is None or now is None or old == new:
        return []
    signs: tuple[tuple[Sign, str | None], ...] = (("-", old), ("+", new))
    return [LineChange(sign, None, text, "title") for sign, text in signs if text]


def _diff_lines(was: Row | None, now: Row | None, before: Removed, after: Removed) -> list[LineChange]:
    old, new = (side["paragraphs"] if side else [] for side in (was, now))
    if was and now and was["document_id"] != now["document_id"]:
        return _by_text(old, new)
    return _by_number({line["line_no"]: line for line in old}, {line["line_no"]: line for line in new}, before, after)


def _diff_reread(was: Row | None, now: Row | None, *_removed: Removed) -> list[LineChange]:
    """The lines of a document whose page was read again: their numbers are others now."""
    return _by_text(*(side["paragraphs"] if side else [] for side in (was, now)))


def _by_number(old: dict[int, Row], new: dict[int, Row], before: Removed, after: Removed) -> list[LineChange]:
    """The lines of one document: what they are on either side stands under their number."""
    lines: list[LineChange] = []
    for number in sorted({*old, *new}):
        was, now = old.get(number), new.get(number)
        if was and now and was["text"] == now["text"]:
            lines.append(LineChange(" ", number, now["text"], now["role"]))
            continue
        if was:
            lines.append(LineChange("-", number, was["text"], *_why(after[number], before[number])))
        if now:
            lines.append(LineChange("+", number, now["text"], *_why(before[number], after[number])))
    return lines


def _why(own: list[Row], other: list[Row]) -> tuple[str | None, str | None]:
    """Role and reason of what one side removes of a line and the other doesn't."""
    there = {(row["start"], row["end"]) for row in other}
    for row in own:
        if (row["start"], row["end"]) not in there:
            return row["role"], row["reason"]
    return None, None


def _by_text(old: list[Row], new: list[Row]) -> list[LineChange]:
    """The lines of two documents, those alike side by side."""
    if max(len(old), len(new)) > ALIGNED_LINES:
        return [*_signed("-", old), *_signed("+", new)]
    matcher = difflib.SequenceMatcher(
        None, [line["text"] for line in old], [line["text"] for line in new], autojunk=False
    )
    lines: list[LineChange] = []
    for tag, low, high, start, end in matcher.get_opcodes():
        if tag == "equal":
            lines += _signed(" ", new[start:end])
        else:
            lines += [*_signed("-", old[low:high]), *_signed("+", new[start:end])]
    return lines


def _signed(sign: Sign, rows: list[Row]) -> list[LineChange]:
    return [LineChange(sign, row["line_no"], row["text"], row["role"]) for row in rows]
