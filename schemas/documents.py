"""documents: every record that was read."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.fields import ArticleId, Count, DocumentId, Month, NonEmpty, Outcome, Share, UtcTime
from schemas.table import Record, Table

LineTag = Literal[
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "dd", "blockquote", "figcaption", "caption", "pre",
    "address", "summary", "legend", "option", "button", "label", "time", "a", "div",
]  # fmt: skip
"""What a line of a page stands in; `div` is all else."""
Region = Literal["article", "main", "aside", "nav", "footer", "header", "figure", "form", "dialog"]
Hint = Literal[
    "body",
    "lead",
    "teaser",
    "comment",
    "share",
    "caption",
    "byline",
    "newsletter",
    "consent",
    "nav",
    "ad",
    "tag",
    "footer",
]
"""What the names of a line's elements (class, id and their like) say of it."""


class LineMarkup(Record):
    """What a page's markup says of one line that isn't blank."""

    tag: Annotated[LineTag, Field(description="nearest block, or the link, label or time that is all of the line")]
    link_share: Annotated[Share, Field(description="share of the line's characters that are links")]
    region: Annotated[Region | None, Field(description="innermost element, or its role, that parts the page")]
    hint: Annotated[Hint | None, Field(description="what names say of the innermost element, six levels up at most")]
    in_body: Annotated[bool, Field(description="whether names of any element around it speak of an article's body")]
    in_list: Annotated[bool, Field(description="whether it stands in a list's item")]
    parent: Annotated[Count, Field(description="element around the block, from 0: equal for lines of one container")]
    depth: Annotated[Count, Field(description="elements around it")]
    style: Annotated[
        Count | None,
        Field(
            description="hash of tags and class names of the block and the two elements around it: equal for lines "
            "that are styled alike; null if read by an earlier copydesk"
        ),
    ]
    in_article_body: Annotated[
        bool | None, Field(description="whether the article's body in JSON-LD holds it; null if there is none")
    ]
    in_description: Annotated[bool, Field(description="whether it is the page's description")]
    proposed: Annotated[
        bool | None, Field(description="whether an extractor takes it for the article; null if none was asked")
    ]


class Document(Record):
    """One scraped record: its text as lines, and what is known of it. Only another reading of its page changes it."""

    document_id: Annotated[DocumentId, Field(description="hash of source path and record")]
    source_path: Annotated[NonEmpty, Field(description="raw file, relative to the raw folder")]
    record_no: Annotated[Count, Field(description="record in the raw file, counted from 0")]
    format: Annotated[NonEmpty, Field(description="reader that read it, by the name that docs/formats.md gives it")]
    site: Annotated[NonEmpty, Field(description="registered domain, or a name from metadata or folder")]
    url: Annotated[str | None, Field(description="canonical URL: no fragment, no tracking parameters")]
    fetched_at: Annotated[UtcTime, Field(description="when the page was fetched, UTC")]
    fetched_at_origin: Annotated[Literal["metadata", "path", "mtime"], Field(description="where fetched_at comes from")]
    text: Annotated[NonEmpty, Field(description="the text: lines joined by \\n, Unicode NFC")]
    metadata: Annotated[str, Field(description="JSON object: what the scraper gave, and repairs made")]
    markup: Annotated[
        list[LineMarkup] | None,
        Field(description="what HTML says of each line that isn't blank"),
    ]
    reading_version: Annotated[
        NonEmpty | None, Field(description="HTML reader that read its page in `pages` last; null if no page is kept")
    ]
    outcome: Annotated[Outcome, Field(description="what became of it")]
    article_id: Annotated[ArticleId | None, Field(description="the article it stands for; null if rejected")]
    month: Annotated[Month, Field(description="month of fetched_at")]


DOCUMENTS = Table("documents", Document, key=("document_id",), order=("site", "fetched_at", "document_id"))
