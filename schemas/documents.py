"""documents: every record that was read."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.fields import ArticleId, Count, DocumentId, Month, NonEmpty, Outcome, UtcTime
from schemas.table import Record, Table


class Document(Record):
    """One scraped record: its text as lines, and what is known of it. It never changes."""

    document_id: Annotated[DocumentId, Field(description="hash of source path and record")]
    source_path: Annotated[NonEmpty, Field(description="raw file, relative to the raw folder")]
    record_no: Annotated[Count, Field(description="record in the raw file, counted from 0")]
    format: Annotated[NonEmpty, Field(description="reader that read it: text, json, jsonl")]
    site: Annotated[NonEmpty, Field(description="registered domain, or a name from metadata or folder")]
    url: Annotated[str | None, Field(description="canonical URL: no fragment, no tracking parameters")]
    fetched_at: Annotated[UtcTime, Field(description="when the page was fetched, UTC")]
    fetched_at_origin: Annotated[Literal["metadata", "path", "mtime"], Field(description="where fetched_at comes from")]
    text: Annotated[NonEmpty, Field(description="the text: lines joined by \\n, Unicode NFC")]
    metadata: Annotated[str, Field(description="JSON object: what the scraper gave, and repairs made")]
    outcome: Annotated[Outcome, Field(description="what became of it")]
    article_id: Annotated[ArticleId | None, Field(description="the article it stands for; null if rejected")]
    month: Annotated[Month, Field(description="month of fetched_at")]


DOCUMENTS = Table("documents", Document, key=("document_id",), order=("site", "fetched_at", "document_id"))
