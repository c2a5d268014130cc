"""What a reader hands on: one scraped record, its fields under one name each."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from schemas.fields import UtcTime
from schemas.moments import parse_moment

MAX_LIST = 1000
Text = Annotated[str, Field(min_length=1)]
Moment = Annotated[UtcTime, BeforeValidator(parse_moment)]


class ScrapedRecord(BaseModel):
    """One scraped record as a scraper gave it, checked; no table of its own."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)

    text: Text
    url: Annotated[str | None, Field(max_length=8192)] = None
    title: Annotated[str | None, Field(max_length=4096)] = None
    site: Annotated[str | None, Field(max_length=253)] = None
    language: Annotated[str | None, Field(max_length=64)] = None
    authors: Annotated[list[Annotated[str, Field(max_length=1024)]], Field(max_length=MAX_LIST)] = []
    tags: Annotated[list[Annotated[str, Field(max_length=1024)]], Field(max_length=MAX_LIST)] = []
    published_at: Moment | None = None
    modified_at: Moment | None = None
    fetched_at: Moment | None = None
    extra: dict[str, Any] = {}

    @classmethod
    def times(cls) -> tuple[str, ...]:
        """Return the names of the fields that hold a time."""
        return ("published_at", "modified_at", "fetched_at")


__all__ = ["ScrapedRecord", "datetime"]
