"""What `copydesk clean` can say of a record: names, their columns, and their types in Parquet."""

from collections.abc import Sequence

import pyarrow as pa

from flows.errors import QueryError
from schemas import ARTICLES, RELATED

DEFAULT_FIELDS = ("id", "title", "text", "language", "rejected")
OF_RECORD = {"id": pa.string(), "rejected": pa.string(), "site": pa.string(), "url": pa.string()}
"""Known of every record, rejected ones too; in Parquet an id is its JSON text where it is no string."""
OF_ARTICLE = {
    "title": "title",
    "text": "body",
    "language": "language",
    "lead": "lead",
    "authors": "authors",
    "agencies": "agencies",
    "tags": "tags",
    "published_at": "published_at",
    "published_precision": "published_precision",
    "modified_at": "modified_at",
    "reading_minutes": "reading_minutes",
    "translations": "translations",
    "word_count": "word_count",
    "removed_share": "removed_share",
    "flags": "flags",
}
"""Fields that are columns of the article."""
LISTS = ("flags", "authors", "agencies", "tags", "translations", "related", "lines")
"""Fields that hold lists: empty, not null, where a record is rejected."""
TEASER_FIELDS = tuple(name for name in RELATED.schema.names if name not in ("article_id", "target_article_id"))
CUTS = pa.list_(pa.struct([("start", pa.int32()), ("end", pa.int32()), ("role", pa.string()), ("reason", pa.string())]))
LINES = pa.list_(
    pa.struct(
        [
            ("line_no", pa.int32()),
            ("text", pa.string()),
            ("kept", pa.bool_()),
            ("role", pa.string()),
            ("reason", pa.string()),
            ("score", pa.float64()),
            ("cuts", CUTS),
        ]
    )
)
FULL_FIELDS = ("id", "site", "url", *OF_ARTICLE, "related", "rejected")
ALL_FIELDS = (*FULL_FIELDS, "lines")


def schema_of(fields: Sequence[str]) -> pa.Schema:
    """Return the Arrow schema of records with these fields."""
    related = pa.list_(pa.struct([RELATED.schema.field(name) for name in TEASER_FIELDS]))
    others = {**OF_RECORD, "related": related, "lines": LINES}
    return pa.schema([(name, others.get(name) or _article_type(name)) for name in fields])


def _article_type(name: str) -> pa.DataType:
    return ARTICLES.schema.field(OF_ARTICLE[name]).type


def checked_fields(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names without repeats. Raises QueryError for one that isn't a field."""
    for name in names:
        if name not in ALL_FIELDS:
            raise QueryError(f"--fields: there is no field {name!r}; there are {', '.join(ALL_FIELDS)}")
    return tuple(dict.fromkeys(names))
