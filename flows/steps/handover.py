"""What matching hands on: decisions to the assembly of tables, and the next index."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.settings import Settings
from flows.steps.facts import facts_file
from flows.steps.match import Matched
from flows.steps.staging import partition_name, read_all, work_file, write_batches
from flows.steps.standing import Standing, one_piece
from flows.tables.files import read_rows
from flows.tables.ids import to_hex
from flows.tables.index import BANDS, index_schema, month_file, write_month
from flows.tables.layout import Layout, Partition

DECIDED = pa.schema(
    [
        ("document_id", pa.string()),
        ("outcome", pa.string()),
        ("article_id", pa.string()),
        ("method", pa.string()),
        ("kind", pa.string()),
        ("similarity", pa.float64()),
        ("duplicate_count", pa.int32()),
        ("revision_count", pa.int32()),
    ]
)
"""What assembling gets to know of each document."""


def stage_decisions(standing: Standing, partitions: Sequence[Partition]) -> None:
    """Stage what was decided of the documents of each of `partitions`."""
    order = np.argsort(standing.owner, kind="stable")
    starts = np.searchsorted(standing.owner[order], np.arange(len(standing.partitions) + 1))
    numbers = {partition: number for number, partition in enumerate(standing.partitions)}
    for partition in partitions:
        number = numbers.get(partition)
        own = order[starts[number] : starts[number + 1]] if number is not None else order[:0]
        write_batches(decided_file(standing.layout, partition), DECIDED, [_decided(standing.rows.take(pa.array(own)))])


def decided_file(layout: Layout, partition: Partition) -> Path:
    """Return where the decisions about a partition's documents are staged."""
    return work_file(layout, "decisions", partition_name(partition))


def _decided(rows: pa.Table) -> pa.Table:
    ids = {"document_id": "document_id", "article_id": "article"}
    return pa.table(
        {name: to_hex(one_piece(rows[ids[name]])) if name in ids else rows[name] for name in DECIDED.names},
        schema=DECIDED,
    )


def stage_index(matched: Matched, settings: Settings) -> list[Path]:
    """Stage the index of each month in which anything changed; return the staged files."""
    standing = matched.standing
    months = sorted({*(partition.month for partition in standing.cleaned), *matched.months()})
    month_of = np.array([partition.month for partition in standing.partitions])
    return [_stage_month(standing, month, month_of, settings) for month in months]


def _stage_month(standing: Standing, month: str, month_of: npt.NDArray[np.str_], settings: Settings) -> Path:
    own = np.flatnonzero((month_of == month)[standing.owner])
    rows = standing.rows.take(pa.array(own))
    known = _known_bands(standing, month)
    places = pc.index_in(one_piece(rows["document_id"]), value_set=one_piece(known["document_id"]))
    bands = one_piece(known[BANDS]).take(places)
    path = standing.layout.staging / "next" / "index" / f"month={month}.parquet"
    write_month(path, rows.append_column(BANDS, bands).cast(index_schema(settings.bands)))
    return path


def _known_bands(standing: Standing, month: str) -> pa.Table:
    """Return bands by document: those of cleaned partitions as they were staged, then those of the index."""
    columns = ["document_id", BANDS]
    cleaned = [partition for partition in standing.cleaned if partition.month == month]
    tables = [read_all(facts_file(standing.layout, partition)).select(columns) for partition in cleaned]
    if month in standing.old.starts:
        tables.append(read_rows(month_file(standing.layout.index, month), columns))
    return pa.concat_tables(tables).combine_chunks()
