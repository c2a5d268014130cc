"""removed_lines: what cleaning took away, and why."""

from typing import Annotated

from pydantic import Field

from schemas.fields import Count, DocumentId, LineNo, Month, NonEmpty, RemovedRole, Share
from schemas.table import Record, Table


class Evidence(Record):
    """What a removal rests on."""

    rule: Annotated[str | None, Field(description="id of the rule or block, `<profile>.<id>`")]
    documents: Annotated[Count | None, Field(description="stories of the site and weeks with this line")]
    site_documents: Annotated[Count | None, Field(description="stories of the site and weeks")]
    score: Annotated[Share | None, Field(description="the line model's score")]


class RemovedLine(Record):
    """A line, or a span of one, that isn't the article."""

    document_id: Annotated[DocumentId, Field(description="the document it stood in")]
    line_no: Annotated[LineNo, Field(description="line of the document, counted from 1")]
    start: Annotated[Count | None, Field(description="first character of a span, from 0; null: whole line")]
    end: Annotated[Count | None, Field(description="character after the span; null: whole line")]
    text: Annotated[NonEmpty, Field(description="what was removed")]
    role: Annotated[RemovedRole, Field(description="what it is")]
    reason: Annotated[NonEmpty, Field(description="a rule's or block's id, `template`, `pinned` or `line_model`")]
    evidence: Annotated[Evidence, Field(description="what the removal rests on")]
    month: Annotated[Month, Field(description="month of the document")]


REMOVED_LINES = Table(
    "removed_lines",
    RemovedLine,
    key=("document_id", "line_no", "start"),
    order=("document_id", "line_no", "start"),
)
