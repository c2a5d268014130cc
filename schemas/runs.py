"""runs: what each publishing run did."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.fields import Month, NonEmpty, UtcTime
from schemas.table import Record, Table

Total = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0.0)]


class RunCounts(Record):
    """What a run read, and what it came to: each record is a document, a rejection, or withheld."""

    files: Annotated[Total, Field(description="raw files seen")]
    files_read: Annotated[Total, Field(description="raw files new or changed")]
    records: Annotated[Total, Field(description="records read in this run")]
    documents: Annotated[Total, Field(description="documents in the tables after this run")]
    articles: Annotated[Total, Field(description="articles in the tables after this run")]
    revisions: Annotated[Total, Field(description="revisions in the tables after this run")]
    duplicates: Annotated[Total, Field(description="duplicates in the tables after this run")]
    rejections: Annotated[Total, Field(description="rejections in the tables after this run")]
    removed_lines: Annotated[Total, Field(description="removed lines in the tables after this run")]
    files_written: Annotated[Total, Field(description="Parquet files this run published")]
    withheld: Annotated[
        Total | None, Field(description="records read in this run that were taken down; null: none could be")
    ] = 0


class RunSeconds(Record):
    """Wall time by stage."""

    read: Seconds
    clean: Seconds
    dedupe: Seconds
    audit: Seconds
    publish: Seconds


class Run(Record):
    """A run that published something."""

    run_id: NonEmpty
    started_at: UtcTime
    finished_at: UtcTime
    status: Literal["published"]
    version: Annotated[NonEmpty, Field(description="copydesk's version")]
    cleaning_version: Annotated[NonEmpty, Field(description="rules, settings and code it cleaned with")]
    settings: Annotated[str, Field(description="JSON object")]
    counts: RunCounts
    seconds: RunSeconds
    peak_memory_bytes: Annotated[Total, Field(description="largest resident size of one process")]
    month: Month


RUNS = Table("runs", Run, key=("run_id",), order=("started_at", "run_id"))
