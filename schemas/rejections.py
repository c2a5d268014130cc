"""rejections: records that couldn't become an article."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from schemas.fields import Count, DocumentId, Month, NonEmpty
from schemas.reasons import REASONS
from schemas.table import Record, Table

if TYPE_CHECKING:
    Reason = str
else:
    Reason = Literal[tuple(REASONS)]
"""The closed list of reasons: `schemas/reasons.py` is the one place for it."""


class Rejection(Record):
    """A record that couldn't become an article, with what is needed to try again."""

    source_path: Annotated[NonEmpty, Field(description="raw file, relative to the raw folder")]
    record_no: Annotated[Count, Field(description="record in the raw file, from 0; 0 for a whole file")]
    stage: Annotated[Literal["read", "validate", "clean"], Field(description="where it failed")]
    reason: Annotated[Reason, Field(description="why, from a closed list")]
    message: Annotated[NonEmpty, Field(description="field, value, rule and what to do")]
    payload: Annotated[bytes, Field(description="the record's first bytes")]
    payload_truncated: Annotated[bool, Field(description="whether the record is longer than payload")]
    document_id: Annotated[DocumentId | None, Field(description="its document, when it became one")]
    month: Annotated[Month, Field(description="month of the path's date, else of the file")]


REJECTIONS = Table(
    "rejections",
    Rejection,
    key=("source_path", "record_no", "stage", "document_id"),
    order=("source_path", "record_no", "stage", "document_id"),
)


def source_of(path: str) -> str:
    """Return what a raw file belongs to: its first folder below the raw folder; one beside the folders, itself."""
    return path.partition("/")[0]
