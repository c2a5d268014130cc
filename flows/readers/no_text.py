"""What is said of a record without text: where its text may stand, and what the settings would have to say."""

import re
from collections import Counter, deque
from collections.abc import Mapping
from itertools import islice
from typing import Any

from flows.readers.mapping import FieldMapping, lookup
from flows.settings.fields import MAX_PARTS

MAX_VALUES = 1000
"""Values of a record that are looked at: scrapers write a hundred."""
MAX_PATH_CHARS = 120
MIN_TEXT = 100
"""Characters of what is taken for a text: a headline has 60."""
MIN_STRING = 40
"""Characters of one string in it: lists of names and keywords are shorter."""
SHOWN_NAMES, SHOWN_CHARS = 12, 40
_BEGINNING = 200
_TAG = re.compile(r"</[a-z][a-z0-9]{0,9}>", re.ASCII | re.I)
_MARKUP_CHARS = 4096


def no_text(record: Mapping[str, Any], mapping: FieldMapping | None) -> str:
    """Say in one line that a record holds no text, and what to do."""
    told = "field `text`: no field holds the text"
    sought = [path for field in ("text", "html") for paths in _choices(mapping, field) for path in paths]
    if sought:
        told += f", nor does {_some(sought)}, which the settings name"
    if found := find_text(record):
        path, field = found
        return f"{told}; the longest is in {path}: add `{field} = {path}` below [fields] in copydesk.toml"
    names = _some([str(name) for name in islice(record, SHOWN_NAMES)]) or "no fields"
    return f"{told}; the record has {names}; mend the scraper, or name the field below [fields] in copydesk.toml"


def _choices(mapping: FieldMapping | None, field: str) -> tuple[tuple[str, ...], ...]:
    return mapping.choices.get(field, ()) if mapping else ()


def _some(names: list[str]) -> str:
    return ", ".join(quoted(name[:SHOWN_CHARS]) for name in names[:SHOWN_NAMES])


def find_text(record: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return where a record's longest text stands, a path as the settings have it, and whether as `text` or `html`."""
    for path, length in _lengths(record).most_common(3):
        value = lookup(record, path)
        if length >= MIN_TEXT and value is not None and all(part.strip() for part in path.split(".")):
            beginning = value[:_MARKUP_CHARS] if isinstance(value, str) else ""
            return quoted(path), "html" if _TAG.search(beginning) else "text"
    return None


def _lengths(record: Mapping[str, Any]) -> Counter[str]:
    """Add up the prose that stands at each path; of what is nested too deep or too much, a part."""
    totals: Counter[str] = Counter()
    ahead: deque[tuple[str, Any, int]] = deque([("", record, 0)])
    for _ in range(MAX_VALUES):
        if not ahead:
            break
        path, value, depth = ahead.popleft()
        room = MAX_VALUES - len(ahead)
        if isinstance(value, str):
            totals[path] += len(value) if _is_prose(value) else 0
        elif isinstance(value, list):
            ahead += [(path, item, depth) for item in islice(value, room) if isinstance(item, str | Mapping)]
        elif isinstance(value, Mapping) and depth < MAX_PARTS:
            below = f"{path}." if path else ""
            named = ((name, inner) for name, inner in islice(value.items(), room) if _is_sayable(below, name))
            ahead += [(f"{below}{name}", inner, depth + 1) for name, inner in named]
    return totals


def _is_prose(value: str) -> bool:
    beginning = value[:_BEGINNING]
    return len(value) >= MIN_STRING and (" " in beginning or not beginning.isascii())


def _is_sayable(below: str, name: Any) -> bool:
    """Tell whether a name can stand in a path: lone surrogates can't in TOML."""
    fits = isinstance(name, str) and len(below) + len(name) <= MAX_PATH_CHARS
    return fits and not any("\ud800" <= character <= "\udfff" for character in name)


def quoted(name: str) -> str:
    """Write a name as a string in TOML, all that isn't printable as its code point."""
    return '"' + "".join(map(_escaped, name)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 1 << 16 else f"\\U{code:08x}"
