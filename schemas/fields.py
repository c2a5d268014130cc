"""The field types that several tables share."""

from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, Field

INT32_MAX = 2**31 - 1


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


DocumentId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
ArticleId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Count = Annotated[int, Field(ge=0, le=INT32_MAX)]
LineNo = Annotated[int, Field(ge=1, le=INT32_MAX)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
NonEmpty = Annotated[str, Field(min_length=1)]
UtcTime = Annotated[AwareDatetime, AfterValidator(_to_utc)]

Outcome = Literal["article", "revision", "duplicate", "rejected"]
KeptRole = Literal["title", "lead", "paragraph", "heading"]
Flag = Literal["lost_most", "lost_more_than_site", "site_lost_more"]
"""What is suspicious of an article. `lost_most`: almost nothing of its document was kept, in any page's measure;
`lost_more_than_site`: far less than is usual on its site; `site_lost_more`: its whole site keeps far less than the
month before."""
FLAGS: tuple[Flag, ...] = get_args(Flag)
RemovedRole = Literal[
    "author_bio",
    "byline",
    "caption",
    "comments",
    "credit",
    "date",
    "footer",
    "link_marker",
    "navigation",
    "prompt",
    "reading_time",
    "share",
    "tags",
    "teaser",
    "translation",
    "unknown",
]
"""What a removed line is. `unknown`: it repeats or stands apart, but nothing tells what it is."""
