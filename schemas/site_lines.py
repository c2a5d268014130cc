"""site_lines: what was learned from repetition."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.fields import Count, Month, NonEmpty, Share, UtcTime
from schemas.table import Record, Table


class SiteLine(Record):
    """A template line of one site and month."""

    site: Annotated[NonEmpty, Field(description="the site")]
    line: Annotated[NonEmpty, Field(description="the line")]
    documents: Annotated[Count, Field(description="stories of this month and the one before that hold it")]
    site_documents: Annotated[Count, Field(description="stories of this month and the one before")]
    share: Annotated[Share, Field(description="documents / site_documents")]
    first_seen_at: Annotated[UtcTime, Field(description="earliest fetch of a page with it, UTC")]
    last_seen_at: Annotated[UtcTime, Field(description="latest fetch of a page with it, UTC")]
    status: Annotated[Literal["learned", "pinned", "vetoed"], Field(description="learned, or set by the user")]
    month: Annotated[Month, Field(description="the month whose pages it was applied to")]


SITE_LINES = Table("site_lines", SiteLine, key=("site", "month", "line"), order=("site", "line"))
