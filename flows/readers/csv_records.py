"""CSV and TSV: one record a row, its fields named by the first one."""

import csv
import re
from collections.abc import Sequence
from functools import partial
from itertools import chain
from itertools import count as count_from
from typing import Any, BinaryIO

import orjson

from flows.errors import RecordError
from flows.readers.csv_rows import Row, Rows
from flows.readers.encodings import as_utf8, with_newlines
from flows.readers.fields import is_known
from flows.readers.formats import Facts, Format
from flows.readers.mapping import FieldMapping
from flows.readers.records import Sink
from flows.readers.source import Head, Source
from flows.readers.whole_files import is_binary

DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR = re.compile(r"sep=(.)$")
"""What Excel writes before the header."""
MIN_KNOWN = 3
"""Columns with names that are known, by which a file under another name is told: no text begins with a list of them."""
SHOWN = 12
MAX_LISTED = 4096
_OF_TRAFILATURA = re.compile(r'"?(?:https?://|null\t)[^\t\r\n]{0,4000}\t?[^\t\r\n]{0,4000}\t[0-9a-f]{8,16}\t')
"""trafilatura writes no header; the third of its columns is a fingerprint."""
_COLUMNS_OF_TRAFILATURA = (
    "url", "id", "fingerprint", "hostname", "title", "image", "date", "text", "comments", "license", "pagetype",
)  # fmt: skip
_QUOTED = re.compile(r"""'([^'\\]*)'|"([^"\\]*)\"""")
_QUOTED_LIST = re.compile(r"""\[(?:(?:'[^'\\]*'|"[^"\\]*")(?:, |(?=\])))+\]""")


def read_rows(source: Source, sink: Sink, *, delimiter: str) -> None:
    """Read the rows below a header into `sink`."""
    if is_binary(source.head.data.split(b"\n", 1)[0]):
        raise RecordError("binary_file", "the file holds bytes that aren't text; give it its own suffix")
    first, delimiter = _first_line(source.head, delimiter)
    rows = iter(Rows(_stream(source), source.head.data, delimiter=delimiter, settings=sink.settings))
    header = next(rows, None)
    if header is not None and _SEPARATOR.match(first):
        header = next(rows, None)
    if header is None:
        return
    if _OF_TRAFILATURA.match(first):
        names, rows = list(_COLUMNS_OF_TRAFILATURA), map(_without_null, chain((header,), rows))
    else:
        names = _names(header, sink.mapping)
    for number, row in enumerate(rows):
        if row.wrong is None:
            row.wrong = _ragged(names, row.fields)
        if row.wrong is not None:
            sink.reject(number, *row.wrong, row.raw, truncated=row.truncated)
        else:
            record = _record(names, row.fields)
            sink.add(number, record, orjson.dumps(record, option=orjson.OPT_SORT_KEYS), row.repairs)


def _without_null(row: Row) -> Row:
    row.fields = ["" if field == "null" else field for field in row.fields]
    return row


def _stream(source: Source) -> BinaryIO:
    """Return the source's lines; those of old Macs end with \\r alone."""
    stream = as_utf8(source)
    return stream if "\n" in source.head.text else with_newlines(stream)


def _first_line(head: Head, default: str) -> tuple[str, str]:
    """Return the first line, and the delimiter that gives most names that are known, then most names."""
    first = re.split("[\r\n]", head.text, maxsplit=1)[0]
    if told := _SEPARATOR.match(first):
        return first, told[1]
    if _OF_TRAFILATURA.match(first):
        return first, "\t"
    ranked = [default, *(one for one in DELIMITERS if one != default)]
    return first, max(ranked, key=lambda one: (_known(_cells(first, one)), len(_cells(first, one))))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _known(cells: Sequence[str]) -> int:
    return sum(is_known(cell.strip()) for cell in cells)


def _names(header: Row, mapping: FieldMapping | None) -> list[str]:
    """Return the columns' names. Raises RecordError for what is no header."""
    cells = [cell.strip() for cell in header.fields]
    if header.wrong is not None:
        raise RecordError("missing_header", f"the first line, which names the columns: {header.wrong[1]}")
    if not _known(cells) and not (mapping and mapping.names.intersection(cells)):
        shown = ", ".join(repr(cell[:40]) for cell in cells[:SHOWN])
        told = f"no column has a name that is known; the first line has {shown}"
        raise RecordError(
            "missing_header", f"{told}; put the columns' names there, or name one below [fields] in copydesk.toml"
        )
    return [cell or f"column {place}" for place, cell in enumerate(cells, 1)]


def _ragged(names: Sequence[str], fields: list[str]) -> tuple[str, str] | None:
    more = fields[len(names) :]
    if len(fields) < len(names):
        missing = ", ".join(f"`{name[:40]}`" for name in names[len(fields) :][:SHOWN])
        told = f"{len(fields)} fields where the header has {len(names)} columns: none for {missing}"
    elif any(field.strip() for field in more):
        last = names[-1][:40]
        told = f"{len(fields)} fields where the header has {len(names)} columns: after `{last}` comes {more[0][:100]!r}"
    else:
        return None
    return "malformed_row", f"{told}; quote fields that hold delimiters or line ends"


def _record(names: Sequence[str], fields: Sequence[str]) -> dict[str, Any]:
    """Return the fields that hold something by name; where two columns have one, the first of them has it."""
    record: dict[str, Any] = {}
    for name, value in zip(names, fields, strict=False):
        if value.strip():
            record[name if name not in record else _another(name, record)] = _listed(value)
    return record


def _another(name: str, record: dict[str, Any]) -> str:
    return next(other for count in count_from(2) if (other := f"{name} ({count})") not in record)


def _listed(value: str) -> Any:
    """Return a list where one is written as JSON or Python writes it: what has no lists keeps authors so."""
    if value[:1] != "[" or value[-1:] != "]" or len(value) > MAX_LISTED:
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return [one or other for one, other in _QUOTED.findall(value)] if _QUOTED_LIST.fullmatch(value) else value


def _recognised(head: Head, *, tabs: bool) -> bool:
    """Tell a table by its header: known names and nothing else that a sentence would hold."""
    first, delimiter = _first_line(head, "\t" if tabs else ",")
    if _OF_TRAFILATURA.match(first):
        return tabs
    cells = [cell.strip() for cell in _cells(first, delimiter)]
    named = all(len(cell) <= 40 and cell.count(" ") <= 2 for cell in cells)
    holds_text = any(is_known(cell, "text") for cell in cells)
    return (delimiter == "\t") == tabs and named and holds_text and _known(cells) >= MIN_KNOWN


_FACTS = Facts(
    told_by="a first line of names that are known, one for the text and three in all",
    numbers="rows below the header, blank ones left out",
    limits=("max_record_bytes",),
)
CSV = Format(
    "csv", "CSV with a header", (".csv",), partial(_recognised, tabs=False), partial(read_rows, delimiter=","), _FACTS
)
TSV = Format(
    "tsv",
    "TSV with a header",
    (".tsv", ".tab"),
    partial(_recognised, tabs=True),
    partial(read_rows, delimiter="\t"),
    _FACTS,
)
