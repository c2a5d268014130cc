"""Records by publisher: JSON of lists under names, as fundus saves them."""

from typing import Any

from flows.readers.fields import is_known
from flows.readers.mapping import FieldMapping

_GROUP = "publisher"
"""What the names of groups are, where records stand in groups."""
_NO_GROUPS = ("articles", "data", "documents", "docs", "entries", "items", "news", "posts", "records", "results")
"""Names that say what stands in the list, not who published it."""


def is_grouped(value: dict[str, Any], mapping: FieldMapping | None) -> bool:
    """Tell records by publisher, as fundus saves them: lists of objects under names that are no fields."""
    return (
        any(value.values())
        and all(isinstance(items, list) and all(isinstance(item, dict) for item in items) for items in value.values())
        and not any(is_known(name) or (mapping and name in mapping.names) for name in value)
    )


def grouped(name: str, item: dict[str, Any]) -> dict[str, Any]:
    """Return a record with its group's name, if that tells a publisher."""
    return item if name.lower() in _NO_GROUPS else {_GROUP: name, **item}
