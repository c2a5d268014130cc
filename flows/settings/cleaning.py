"""Settings of cleaning: what a template line is, and what a loss."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class CleaningSettings(BaseSettings):
    """What is furniture, and when too much went as such."""

    template_min_stories: Annotated[
        int,
        Field(
            ge=2,
            description="a line in this many stories of a site and weeks is a template line: seen on "
            "one other page it is furniture 99 times in 100",
        ),
    ] = 2
    template_min_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="and in this share of them, so that on a large site a sentence that "
            "two stories happen to share stays",
        ),
    ] = 0.0005
    story_overlap: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="documents whose prose lines overlap by this share of the shorter are "
            "one story: updates, not furniture",
        ),
    ] = 0.4

    strict: Annotated[bool, Field(description="stop before publishing when a site would lose far more than usual")] = (
        False
    )
    line_model: Annotated[
        Path | None,
        Field(description="weights of a line model of your own; none: the one that ships, see flows/cleaning/weights"),
    ] = None
    max_removed_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="an article of whose document a larger share of characters went is flagged: 3 of 233 "
            "pages of 140 publishers hold an article this small",
        ),
    ] = 0.95
    min_kept_of_site: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="an article that keeps less than this part of what is usual on its site (median share "
            "of characters kept, of five documents and more) is flagged: short notices keep more",
        ),
    ] = 0.1
    min_kept_of_before: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="a site's articles are all flagged when its documents keep less than this part of what "
            "they kept the month before (medians): what grows around articles in a new layout takes less",
        ),
    ] = 0.5
    max_flagged_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="a site is named when more than this share of its documents of a month is flagged or "
            "lost all text: sections and indexes among the pages are fewer",
        ),
    ] = 0.1
