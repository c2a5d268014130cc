"""pages: the HTML that documents were read from, as it came."""

from typing import Annotated

from pydantic import Field

from schemas.fields import DocumentId, Month, NonEmpty
from schemas.table import Record, Table


class Page(Record):
    """A page as its server sent it, kept beside the document that was read from it so that it can be read again."""

    document_id: Annotated[DocumentId, Field(description="the document that was read from it")]
    site: Annotated[NonEmpty, Field(description="the document's site")]
    page: Annotated[bytes, Field(description="the bytes as they came; of a record that had it as text, that in UTF-8")]
    is_text: Annotated[bool, Field(description="whether a record had it as text, so that no charset is to be found")]
    charset: Annotated[str | None, Field(description="charset that the server named")]
    given: Annotated[str, Field(description="JSON object: what the scraper gave beside the page, and its repairs")]
    month: Annotated[Month, Field(description="month of the document")]


PAGES = Table("pages", Page, key=("document_id",), order=("site", "document_id"), cleaned=False)
