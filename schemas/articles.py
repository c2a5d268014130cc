"""articles: what documents are about, cleaned, one row a story and address."""

from typing import Annotated

from pydantic import Field

from schemas.fields import ArticleId, Count, DocumentId, Flag, KeptRole, LineNo, Month, NonEmpty, Share, UtcTime
from schemas.moments import Precision
from schemas.table import Record, Table


class Paragraph(Record):
    """One kept line."""

    line_no: Annotated[LineNo, Field(description="line of the document, counted from 1")]
    role: Annotated[KeptRole, Field(description="what the line is")]
    text: Annotated[NonEmpty, Field(description="the line, without removed spans")]


class Translation(Record):
    """A link to the same story in another language."""

    language: Annotated[NonEmpty, Field(description="ISO 639-1 code")]
    label: Annotated[str | None, Field(description="the link's label")]
    title: Annotated[str | None, Field(description="the translated headline")]
    url: Annotated[str | None, Field(description="its address, when the scrape has it")]


class Article(Record):
    """What a document is about, cleaned: title, lead, body, credits, dates."""

    article_id: Annotated[ArticleId, Field(description="stable over revisions")]
    document_id: Annotated[DocumentId, Field(description="the document this text comes from")]
    site: Annotated[NonEmpty, Field(description="registered domain, or a name from metadata or folder")]
    url: Annotated[str | None, Field(description="canonical URL")]
    title: Annotated[str | None, Field(description="headline, from metadata or the text")]
    lead: Annotated[NonEmpty, Field(description="first paragraph")]
    body: Annotated[NonEmpty, Field(description="paragraphs and headings joined by blank lines")]
    paragraphs: Annotated[list[Paragraph], Field(min_length=1, description="every kept line, in order")]
    language: Annotated[str | None, Field(description="ISO 639-1 code")]
    authors: Annotated[list[str], Field(description="people named in byline or metadata")]
    agencies: Annotated[list[str], Field(description="news agencies credited")]
    tags: Annotated[list[str], Field(description="keywords, from metadata or the page")]
    published_at: Annotated[UtcTime | None, Field(description="first publication, UTC, from metadata or the page")]
    published_precision: Annotated[Precision | None, Field(description="how exactly published_at is known")]
    published_zone: Annotated[
        str | None,
        Field(description="zone it was given in: abbreviation, offset, IANA name; null: none, taken for UTC"),
    ]
    modified_at: Annotated[UtcTime | None, Field(description="last change, UTC")]
    modified_precision: Annotated[Precision | None, Field(description="how exactly modified_at is known")]
    modified_zone: Annotated[str | None, Field(description="zone that modified_at was given in")]
    fetched_at: Annotated[UtcTime, Field(description="when the page was fetched, UTC")]
    reading_minutes: Annotated[Count | None, Field(description="reading time the page states, minutes")]
    captions: Annotated[list[str], Field(description="captions and picture credits of the article, in order")]
    translations: Annotated[list[Translation], Field(description="links to translations")]
    word_count: Annotated[Count, Field(description="words of the body")]
    removed_share: Annotated[Share, Field(description="share of the document's characters that was removed")]
    flags: Annotated[
        list[Flag],
        Field(
            description="what makes it suspicious: lost_most (almost nothing was kept), lost_more_than_site (far "
            "less than its site's documents keep), site_lost_more (its site keeps far less than the month before)"
        ),
    ]
    duplicate_count: Annotated[Count, Field(description="documents that are duplicates of it")]
    revision_count: Annotated[Count, Field(description="documents that are revisions of it")]
    cleaning_version: Annotated[NonEmpty, Field(description="rules, settings and code it was cleaned with")]
    month: Annotated[Month, Field(description="month of fetched_at")]


ARTICLES = Table("articles", Article, key=("article_id",), order=("site", "fetched_at", "article_id"))
