"""The documents as they will stand after a run, beside the index of before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.steps.facts import facts_file
from flows.steps.staging import read_all
from flows.tables.files import read_rows
from flows.tables.index import BANDS, COMPARED, DECISIONS, FACTS, LIGHT, NO_MONTHS, Months, load_months, month_file
from flows.tables.layout import Layout, Partition
from flows.tables.matrices import to_matrix

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Standing:
    """Every document as it will stand: those of partitions that weren't cleaned first, then the others."""

    layout: Layout
    old: Months
    kept: Bools
    """Of the rows of `old`: whether its partition wasn't cleaned."""
    rows: pa.Table
    """Facts as they are now, decisions as they were; none for a new document."""
    partitions: list[Partition]
    owner: Ints
    """Each row's place in `partitions`."""
    before: Ints
    """Each row's row in `old`; -1: it is new."""
    changed: Bools
    """Rows that are new or whose facts are other than before."""
    gone: Ints
    """Rows of `old` whose document is no more."""
    cleaned: list[Partition]

    def column(self, name: str) -> pa.Array:
        """Return a column in one piece."""
        return one_piece(self.rows[name])

    def bands(self) -> Iterator[tuple[Ints, Keys]]:
        """Yield row numbers and their band keys, of documents that weren't rejected, a file at a time."""
        place = np.cumsum(self.kept) - 1
        for month, start in self.old.starts.items():
            bands = one_piece(read_rows(month_file(self.layout.index, month), [BANDS])[BANDS])
            there = self.kept[start : start + len(bands)] & np.asarray(bands.is_valid())
            yield place[start : start + len(bands)][there], to_matrix(bands.filter(pa.array(there)), "<u8")
        first = int(self.kept.sum())
        for partition in self.cleaned:
            bands = one_piece(read_all(facts_file(self.layout, partition))[BANDS])
            there = np.asarray(bands.is_valid())
            yield first + np.flatnonzero(there), to_matrix(bands.filter(pa.array(there)), "<u8")
            first += len(bands)


def one_piece(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], column.type)
    return array


def gather(layout: Layout, cleaned: Iterable[Partition], *, anew: bool = False) -> Standing:
    """Bring the facts of partitions that were cleaned together with the index, or (`anew`) take them alone."""
    old = NO_MONTHS if anew else load_months(layout.index, LIGHT)
    cleaned = sorted(cleaned)
    numbers = {partition: number for number, partition in enumerate(old.partitions)}
    kept = ~np.isin(old.owner, [numbers[partition] for partition in cleaned if partition in numbers])
    facts = [read_all(facts_file(layout, partition)).select(FACTS.names) for partition in cleaned]
    fresh = pa.concat_tables([FACTS.empty_table(), *facts]).combine_chunks()
    held = np.flatnonzero(~kept)
    was, gone = _find_before(old, fresh, held)
    earlier = old.rows.take(_places(was))
    version = pc.coalesce(fresh["cleaning_version"], earlier["cleaning_version"])
    fresh = fresh.set_column(FACTS.get_field_index("cleaning_version"), "cleaning_version", version)
    changed = (was < 0) | ~_same_facts(fresh, earlier)
    for name in DECISIONS.names:
        fresh = fresh.append_column(name, earlier[name])
    untouched = int(kept.sum())
    partitions = list(old.partitions)
    for partition in cleaned:
        if partition not in numbers:
            numbers[partition] = len(partitions)
            partitions.append(partition)
    owners = [np.full(len(part), numbers[partition]) for partition, part in zip(cleaned, facts, strict=True)]
    return Standing(
        layout=layout,
        old=old,
        kept=kept,
        rows=pa.concat_tables([old.rows.filter(pa.array(kept)), fresh.cast(LIGHT)]).combine_chunks(),
        partitions=partitions,
        owner=np.concatenate([old.owner[kept], *owners]).astype(np.int64),
        before=np.concatenate([np.flatnonzero(kept), was]),
        changed=np.concatenate([np.zeros(untouched, dtype=bool), changed]),
        gone=gone,
        cleaned=cleaned,
    )


def _find_before(old: Months, fresh: pa.Table, held: Ints) -> tuple[Ints, Ints]:
    """Return each fresh document's row in the index, -1 if it is new, and the rows that no document stands for now."""
    known = one_piece(old.rows["document_id"]).take(pa.array(held))
    found = pc.fill_null(pc.index_in(one_piece(fresh["document_id"]), value_set=known), -1)
    places = np.asarray(found, dtype=np.int64)
    was = np.where(places < 0, -1, held[places] if len(held) else -1)
    return was, np.setdiff1d(held, was[was >= 0])


def _places(was: Ints) -> pa.Array:
    return pa.array(was, mask=was < 0)


def same_values(left: pa.Array, right: pa.Array) -> Bools:
    """Tell where two columns have the same value, or none."""
    equal = pc.fill_null(pc.equal(left, right), False)
    return np.asarray(pc.or_(equal, pc.and_(left.is_null(), right.is_null())), dtype=bool)


def _same_facts(now: pa.Table, before: pa.Table) -> Bools:
    same = np.ones(len(now), dtype=bool)
    for name in COMPARED:
        same &= same_values(one_piece(now[name]), one_piece(before[name]))
    return same
