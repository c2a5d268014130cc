"""Every line of a document with what became of it: the answer to `--roles`."""

from typing import Any

import pyarrow as pa

from flows.cleaning.clean import Cleaning

Line = dict[str, Any]


def line_records(cleaning: Cleaning, articles: pa.Table) -> list[list[Line]]:
    """Return the lines that aren't blank of each document of `cleaning`."""
    found: list[list[Line]] = []
    by_number: dict[tuple[str, int], Line] = {}
    documents = cleaning.documents
    for key, text in zip(documents["document_id"].to_pylist(), documents["text"].to_pylist(), strict=True):
        lines = [_line(number, line) for number, line in enumerate(text.split("\n"), 1) if line]
        found.append(lines)
        by_number |= {(key, line["line_no"]): line for line in lines}
    _tell_kept(by_number, articles)
    _tell_removed(by_number, cleaning.removed_lines())
    return found


def _line(number: int, text: str) -> Line:
    return {
        "line_no": number, "text": text, "kept": True, "role": "paragraph", "reason": None, "score": None, "cuts": [],
    }  # fmt: skip


def _tell_kept(lines: dict[tuple[str, int], Line], articles: pa.Table) -> None:
    for key, paragraphs in zip(articles["document_id"].to_pylist(), articles["paragraphs"].to_pylist(), strict=True):
        for paragraph in paragraphs:
            lines[key, paragraph["line_no"]]["role"] = paragraph["role"]


def _tell_removed(lines: dict[tuple[str, int], Line], removed: pa.Table) -> None:
    for row in removed.to_pylist():
        line = lines[row["document_id"], row["line_no"]]
        if row["start"] is None:
            told = {"kept": False, "role": row["role"], "reason": row["reason"], "score": row["evidence"]["score"]}
            line.update(told)
        else:
            line["cuts"].append({name: row[name] for name in ("start", "end", "role", "reason")})
