"""The header that trafilatura, and most that write Markdown, put before a text: fields between two lines `---`."""

import re
from typing import Any

import orjson

from flows.readers.fields import is_known

_MARK, _ENDS = "---", ("---", "...")
MAX_LINES = 200
MAX_CHARS = 1 << 16
_FIELD = re.compile(r"([A-Za-z][\w .-]{0,60}?):(?:[ \t]+(.*))?")
_LISTED = re.compile(r"[ \t]*-[ \t]+(.*)")
_QUOTED = re.compile(r"""'((?:[^']|'')*)'|("(?:[^"\\]|\\.)*")""")
_NOTHING = ("", "~", "null", "None")


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the fields that stand before a text, and the text; no fields where it begins with anything else."""
    if not text.lstrip("\ufeff").startswith(_MARK):  # as nearly all: nothing is to be taken apart
        return {}, text
    lines = text[:MAX_CHARS].lstrip("\ufeff").split("\n", MAX_LINES)
    if lines[0].rstrip() != _MARK:
        return {}, text
    end = next((place for place, line in enumerate(lines[1:MAX_LINES], 1) if line.rstrip() in _ENDS), None)
    fields = _fields(lines[1:end]) if end is not None else None
    if end is None or not fields or not any(map(is_known, fields)):
        return {}, text
    return fields, "".join(text.split("\n", end + 1)[end + 1 :])


def _fields(lines: list[str]) -> dict[str, Any] | None:
    """Return what lines say; None where one of them is no field: then it is a text between rules."""
    fields: dict[str, Any] = {}
    name = None
    for line in lines:
        field, listed = _FIELD.fullmatch(line.rstrip()), _LISTED.fullmatch(line.rstrip())
        if listed and name is not None and isinstance(fields[name], list | None):
            fields[name] = [*(fields[name] or []), _value(listed[1])]
        elif field:
            name = field[1]
            fields[name] = _value(field[2] or "")
        elif line.strip():
            return None
    return {name: value for name, value in fields.items() if value is not None}


def _value(told: str) -> Any:
    told = told.strip()
    if told[:1] == "[" and told[-1:] == "]":
        return [value for part in _parts(told[1:-1]) if (value := _value(part)) is not None]
    quoted = _QUOTED.fullmatch(told)
    if quoted:
        return quoted[1].replace("''", "'") if quoted[1] is not None else _unescaped(quoted[2])
    return None if told in _NOTHING else told


def _parts(told: str) -> list[str]:
    """Return the parts of a list, at commas outside quotes."""
    return [part for part in re.findall(r"""\s*('(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)""", told) if part]


def _unescaped(quoted: str) -> str:
    try:
        return str(orjson.loads(quoted))
    except orjson.JSONDecodeError:
        return quoted[1:-1]
