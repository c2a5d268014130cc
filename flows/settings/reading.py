"""Settings of reading: its limits, and how much may be rejected."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from flows.settings.fields import FieldSettings
from flows.settings.running import MIB


class ReadingSettings(BaseSettings):
    """What raw files may hold, and what becomes of what they hold."""

    fields: Annotated[
        FieldSettings,
        Field(
            description="what the fields of records are called, see docs/fields.md; without it those names are known "
            "that common scrapers use"
        ),
    ] = FieldSettings()

    slice_bytes: Annotated[
        int,
        Field(
            ge=1024,
            description="a longer file is read in slices, where its format has them: JSON lines, WARC, mbox, Parquet",
        ),
    ] = 32 * MIB
    max_record_bytes: Annotated[
        int, Field(ge=1024, description="a longer record is rejected: no article is this long")
    ] = 16 * MIB
    max_record_lines: Annotated[
        int, Field(ge=1, description="a record of more lines is rejected: the longest live tickers have a few thousand")
    ] = 50_000
    max_array_bytes: Annotated[
        int,
        Field(
            ge=1024,
            description="what is parsed as a whole: a longer JSON object, Arrow batch or Parquet page is rejected",
        ),
    ] = 256 * MIB
    max_unpacked_bytes: Annotated[
        int,
        Field(ge=1024, description="bytes that a compressed file or archive may unpack to, all its layers together"),
    ] = 256 << 30
    max_unpack_ratio: Annotated[
        int,
        Field(
            ge=2,
            description="times its size that a file may unpack to, beyond 64 MiB: pages of one site unpack to 40 "
            "times, a bomb to 1,000",
        ),
    ] = 250
    max_nesting: Annotated[
        int,
        Field(ge=1, le=16, description="compressions around a file, and archives in archives, that are opened"),
    ] = 4
    max_html_depth: Annotated[
        int,
        Field(
            ge=16,
            le=10_000,
            description="a page whose elements are nested deeper is rejected: browsers stop at 512, and reading takes "
            "time that grows with depth",
        ),
    ] = 2_000
    max_members: Annotated[
        int, Field(ge=1, description="files in an archive that are read; what is beyond is one rejection")
    ] = 2_000_000
    max_rejected_per_file: Annotated[
        int,
        Field(
            ge=1,
            description="bad records after which the rest of a file (or slice) is given up, as one rejection: it isn't "
            "what its name says, and a row for each of ten million lines helps nobody",
        ),
    ] = 10_000
    max_record_seconds: Annotated[
        float,
        Field(gt=0, description="a record that takes longer to read is rejected: the largest pages take two"),
    ] = 60.0
    payload_bytes: Annotated[int, Field(ge=0, description="bytes of a rejected record that are kept")] = 64 * 1024

    max_rejected_share: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="a run of whose new records a larger share is rejected publishes nothing: scrapers that work "
            "lose a few in a hundred, and where more is lost than kept something is broken; 1 never stops",
        ),
    ] = 0.5
    max_rejected_share_of_source: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="the same of one source (first folder below the raw folder, or a file beside the folders): one "
            "broken scraper among many is a small part of a run; 1 never stops",
        ),
    ] = 0.5
    min_records_of_share: Annotated[
        int,
        Field(
            ge=1,
            description="new records that a run or a source must have for its share to count: of a handful, half are "
            "soon bad by chance, and a folder of broken oddments is nobody's scraper",
        ),
    ] = 100

    accept_rejections: Annotated[bool, Field(description="publish, however large a share is rejected")] = False

    keep_pages: Annotated[
        bool,
        Field(
            description="whether the HTML that documents are read from is kept in `pages`, so that `copydesk rebuild` "
            "can read it by a better reader when the raw file is gone; packed, they take 9% to 15% of their bytes"
        ),
    ] = True
    ask_extractor: Annotated[
        bool,
        Field(
            description="whether trafilatura is asked what it keeps of an HTML page, one more thing to know of its "
            "lines; it takes three quarters of the time of reading it"
        ),
    ] = True
