"""duplicates: documents whose article stands under another document."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.fields import ArticleId, DocumentId, Month, Share
from schemas.table import Record, Table


class Duplicate(Record):
    """A document that another document stands for."""

    document_id: Annotated[DocumentId, Field(description="the duplicate or revision")]
    article_id: Annotated[ArticleId, Field(description="the article that stands for it")]
    method: Annotated[
        Literal["exact", "revision", "near"],
        Field(description="same text; same URL with another text; similar text"),
    ]
    similarity: Annotated[Share, Field(description="Jaccard similarity of word shingles to the article")]
    kind: Annotated[
        Literal["wire", "update", "reprint"],
        Field(description="another site's text, an agency credited; the same site, another text; all others"),
    ]
    month: Annotated[Month, Field(description="month of the document")]


DUPLICATES = Table("duplicates", Duplicate, key=("document_id",), order=("article_id", "document_id"))
