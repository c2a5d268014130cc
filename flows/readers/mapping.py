"""Which of a record's fields are which, where the settings say so (`[fields]`, see docs/fields.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import re2

from flows.settings.fields import FIELD_NAMES, SEVERAL, FieldSettings, Paths

MAX_INDEX_DIGITS = 9


@dataclass(frozen=True)
class FieldMapping:
    """The fields of one raw file."""

    choices: Mapping[str, tuple[Paths, ...]]
    """By copydesk's name, in order of preference."""

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that a record may have these fields under, or what holds them."""
        paths = {path for choices in self.choices.values() for paths in choices for path in paths}
        return frozenset(paths | {path.partition(".")[0] for path in paths})

    def without(self, *fields: str) -> "FieldMapping":
        """Return it without some of copydesk's fields."""
        return FieldMapping({name: choices for name, choices in self.choices.items() if name not in fields})

    def finds_text(self, record: Mapping[str, Any]) -> bool:
        """Tell whether it finds a record's text, or its page."""
        ways = [(field, paths) for field in ("text", "html") for paths in self.choices.get(field, ())]
        return any(_found(record, field, paths) for field, paths in ways)

    def take(self, record: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """Return the fields that a record holds, and the record without them. A page is the last resort for a text."""
        found: dict[str, Any] = {}
        used: list[str] = []
        for field, choices in self.choices.items():
            if field == "html" and "text" in found:
                continue
            paths, value = next(filter(None, (_found(record, field, paths) for paths in choices)), ((), None))
            if paths:
                found[field] = value
                used += paths
        for path in used:
            record = _without(record, path)
        return found, record


def mapping_for(fields: FieldSettings, path: str, member: str | None) -> FieldMapping | None:
    """Return how the settings map the fields of a raw file, or of a member of an archive; None: they don't."""
    places = (path,) if member is None else (path, f"{path}/{member}")
    of_some = [names for pattern, names in fields.of.items() if any(matches(pattern, place) for place in places)]
    choices = {
        field: tuple(paths for names in (*of_some, fields) for paths in getattr(names, field)) for field in FIELD_NAMES
    }
    choices = {field: ways for field, ways in choices.items() if ways}
    return FieldMapping(choices) if choices else None


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern means a path: the file, or a folder above it, is called so, or fits `*`, `?` and `**/`."""
    return _compiled(pattern).fullmatch(path.encode("utf-8", "replace").decode()) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """Return a pattern as a regular expression that takes linear time, whatever the path."""
    told = re2.escape(pattern)
    for written, meant in ((r"\*\*\/", "(?:.*/)?"), (r"\*", ".*"), (r"\?", ".")):
        told = told.replace(written, meant)
    return re2.compile(f"(?s){told}(?:/.*)?")


def lookup(value: Any, path: str) -> Any:
    """Return what stands at a dotted path, None where nothing does.

    A number is a place in a list; any other name on a list means that field of each object in it.
    """
    while path:
        if isinstance(value, Mapping) and path in value:  # also a name that has dots in it
            return value[path]
        head, _, rest = path.partition(".")
        if isinstance(value, list) and not _is_index(head):
            return _of_each(value, path)
        value = _inside(value, head)
        path = rest
    return value


def _inside(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return value[int(name)] if int(name) < len(value) else None
    return value.get(name) if isinstance(value, Mapping) else None


def _of_each(values: list[Any], path: str) -> list[Any] | None:
    """Return a field of every object of a list, in one list; lists in it that lie in no object aren't looked into."""
    found: list[Any] = []
    for item in values:
        inner = lookup(item, path) if isinstance(item, Mapping) else None
        found += inner if isinstance(inner, list) else [] if is_empty(inner) else [inner]
    return found or None


def is_empty(value: Any) -> bool:
    """Tell whether a field holds nothing."""
    return value.isspace() or not value if isinstance(value, str) else value in (None, [], {}, b"")


def _found(record: Mapping[str, Any], field: str, paths: Paths) -> tuple[Paths, Any] | None:
    values = {path: value for path in paths if not is_empty(value := lookup(record, path))}
    if not values:
        return None
    value = list(values.values()) if len(paths) > 1 else values[paths[0]]
    if isinstance(value, list) and field not in SEVERAL:
        value = value[0]
    return tuple(values), value


def _without(value: Any, path: str) -> Any:
    """Return a copy without what stands at a path, and without what held nothing else."""
    head, _, rest = path.partition(".")
    if isinstance(value, list):
        if not _is_index(head):
            return [_without(item, path) if isinstance(item, Mapping) else item for item in value]
        inner = _without(_inside(value, head), rest) if rest else None
        return [inner if at == int(head) else item for at, item in enumerate(value)]  # the others keep their places
    if not isinstance(value, Mapping) or (path not in value and head not in value):
        return value  # it was taken for another field
    name = path if path in value else head
    inner = _without(value[name], rest) if name != path else None
    others = {other: held for other, held in value.items() if other != name}
    return others if is_empty(inner) else {**value, name: inner}


def _is_index(name: str) -> bool:
    return name.isdecimal() and name.isascii() and len(name) <= MAX_INDEX_DIGITS
