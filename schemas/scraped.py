"""What a reader hands on: one scraped record, its fields under one name each."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.fields import UtcTime
from schemas.moments import parse_moment

MAX_LIST = 1000
Short = Annotated[str, Field(max_length=4096)]
Moment = Annotated[UtcTime | None, BeforeValidator(parse_moment)]


class ScrapedRecord(BaseModel):
    """One scraped record as a scraper gave it, checked; no table of its own."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Field(min_length=1)]
    url: Annotated[str | None, Field(max_length=8192)] = None
    title: Short | None = None
    site: Annotated[str | None, Field(max_length=253)] = None
    language: Annotated[str | None, Field(max_length=64)] = None
    authors: Annotated[list[Short], Field(max_length=MAX_LIST, default_factory=list)]
    tags: Annotated[list[Short], Field(max_length=MAX_LIST, default_factory=list)]
    published_at: Moment = None
    modified_at: Moment = None
    fetched_at: Moment = None


TIMES = ("published_at", "modified_at", "fetched_at")
"""The fields that hold a time."""
