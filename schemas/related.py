"""related: the stories an article's page pointed to."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.fields import INT32_MAX, ArticleId, Month, UtcTime
from schemas.table import Record, Table


class Related(Record):
    """A teaser on an article's page."""

    article_id: Annotated[ArticleId, Field(description="the article whose page carried it")]
    position: Annotated[int, Field(ge=1, le=INT32_MAX, description="order on the page, from 1")]
    kind: Annotated[Literal["inline", "list"], Field(description="set into the story, or in a list")]
    title: Annotated[str | None, Field(description="its headline, when it has one")]
    summary: Annotated[str | None, Field(description="its summary, when it has one")]
    published_at: Annotated[UtcTime | None, Field(description="its date, when the page gives one, UTC")]
    url: Annotated[str | None, Field(description="its address, when the scrape has it")]
    target_article_id: Annotated[
        ArticleId | None, Field(description="the article it points to, when the tables hold it")
    ]
    month: Annotated[Month, Field(description="month of the article")]


RELATED = Table("related", Related, key=("article_id", "position"), order=("article_id", "position"))
