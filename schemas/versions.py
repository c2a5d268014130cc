"""What each version of each table brought: the one place to write it down when a table's columns change.

A table's version is the number of its last change here, 1 before any. `docs/schemas/` freezes the schema of every
version; a test compares, and says what to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Change:
    """A new version of one table, in the order of versions."""

    table: str
    version: int
    added: Mapping[str, Any] = field(default_factory=dict)
    """Columns that are new, and what stands there in rows of before; a dot leads into records (`counts.pairs`)."""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that are new in columns with a closed list of them."""
    key: bool = False
    """Whether the key or the order of rows is another."""


CHANGES = (
    Change("documents", 2, added={"markup": None}),
    Change("documents", 3, added={"reading_version": None}),
    Change("documents", 4, added={"markup.style": None}),
    Change(
        "articles",
        2,
        added={
            "published_zone": None,
            "modified_precision": None,
            "modified_zone": None,
            "captions": [],
            "flags": [],
        },
        values={"published_precision": ("hour",)},
    ),
    Change("removed_lines", 2, values={"role": ("author_bio", "tags")}),
    Change("duplicates", 2, added={"kind": "reprint"}),
    Change(
        "rejections",
        2,
        added={"document_id": None},
        key=True,
        values={
            "reason": (
                "not_a_file",
                "decompression_bomb",
                "nested_too_deep",
                "unsafe_member",
                "encrypted_member",
                "too_many_members",
                "too_many_bad_records",
                "unreadable_content",
                "too_slow",
                "missing_header",
                "malformed_row",
                "malformed_warc",
                "malformed_message",
                "malformed_xml",
            )
        },
    ),
    Change("runs", 2, added={"counts.withheld": None}),
)


def changes_of(table: str) -> tuple[Change, ...]:
    """Return what the versions of a table brought, the first change first."""
    return tuple(change for change in CHANGES if change.table == table)


def version_of(table: str) -> int:
    """Return a table's version today."""
    return max((change.version for change in changes_of(table)), default=1)


def defaults_of(table: str) -> dict[str, Any]:
    """Return what stands in columns that rows of earlier versions lack."""
    return {column: value for change in changes_of(table) for column, value in change.added.items()}
