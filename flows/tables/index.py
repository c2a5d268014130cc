"""The index: what matching needs of every document, a file a month, so that a run need not look into the tables.

Facts come from the document and its cleaning; decisions are what matching made of them. Kept beside the tables and
published with them: a run compares what is new with the index, and changes the tables it must.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from flows.tables.files import read_rows, write_parquet
from flows.tables.ids import ID
from flows.tables.layout import Partition

Ints = npt.NDArray[np.int64]

MOMENT = pa.timestamp("us", tz="UTC")
FACTS = pa.schema(
    [
        ("document_id", ID),
        ("bucket", pa.int16()),
        ("site", pa.string()),
        ("source", ID),  # the raw file, hashed
        ("url", ID),  # the id of the article that the document stands for by itself
        ("body", ID),  # null: rejected
        ("title", ID),  # site and headline, hashed; null: none
        ("published_at", MOMENT),
        ("fetched_at", MOMENT),
        ("agency", pa.bool_()),
        ("cleaning_version", pa.string()),
        ("reading_version", pa.string()),  # null: no page is kept
    ]
)
"""What a document is to others."""
COMPARED = ("url", "body", "title", "published_at", "fetched_at", "agency")
"""Facts that decide: a document in which they are as before is as before."""
DECISIONS = pa.schema(
    [
        ("latest", pa.bool_()),  # whether it is the latest fetch of its URL
        ("cluster", ID),  # of the latest of a URL: the smallest document id of its cluster
        ("outcome", pa.string()),
        ("article", ID),
        ("keeper", ID),  # the article's document
        ("method", pa.string()),
        ("kind", pa.string()),
        ("similarity", pa.float64()),
        ("duplicate_count", pa.int32()),
        ("revision_count", pa.int32()),
    ]
)
"""What became of a document."""
LIGHT = pa.schema([*FACTS, *DECISIONS])
"""All but the bands, which are read a month at a time."""
BANDS = "bands"
TEASERS = pa.schema([("bucket", pa.int16()), ("title", ID)])
"""The headlines that a partition's pages point to, each once."""


def index_schema(bands: int) -> pa.Schema:
    """Return the schema of a month's file: `bands` is eight bytes for each band, null for a rejected document."""
    return LIGHT.append(pa.field(BANDS, pa.binary(8 * bands)))


def month_file(folder: Path, month: str) -> Path:
    """Return a month's file of the index or of the teasers."""
    return folder / f"month={month}.parquet"


@dataclass(frozen=True)
class Months:
    """The rows of all months' files, one month after the other."""

    rows: pa.Table
    partitions: list[Partition]
    owner: Ints
    """Each row's place in `partitions`."""
    starts: dict[str, int]
    """Each month's first row."""


NO_MONTHS = Months(LIGHT.empty_table(), [], np.empty(0, dtype=np.int64), {})
"""An index that knows no document yet."""


def load_months(folder: Path, schema: pa.Schema) -> Months:
    """Return the columns of `schema` of all months."""
    tables, owners = [schema.empty_table()], [np.empty(0, dtype=np.int64)]
    partitions: list[Partition] = []
    starts: dict[str, int] = {}
    start = 0
    for month in sorted(path.stem.removeprefix("month=") for path in folder.glob("month=*.parquet")):
        table = read_rows(month_file(folder, month), schema.names).cast(schema)
        buckets, places = np.unique(np.asarray(table["bucket"], dtype=np.int64), return_inverse=True)
        owners.append(places + len(partitions))
        partitions += [Partition(month, int(bucket)) for bucket in buckets]
        tables.append(table)
        starts[month] = start
        start += len(table)
    return Months(pa.concat_tables(tables).combine_chunks(), partitions, np.concatenate(owners), starts)


def write_month(path: Path, rows: pa.Table) -> None:
    """Write a month's file of the index or of the teasers, sorted by bucket and id."""
    key = "document_id" if "document_id" in rows.schema.names else "title"
    write_parquet(rows.sort_by([("bucket", "ascending"), (key, "ascending")]), path)
