"""Match: which documents are one article, over all partitions; and which partitions that changes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.dedup.decisions import Decisions, decide, find_latest
from flows.dedup.kinds import kinds_of
from flows.settings import Settings
from flows.steps.compare import Bodies
from flows.steps.relate import Related, candidates_of, relate
from flows.steps.standing import Bools, Ints, Standing, gather, one_piece, same_values
from flows.tables.index import DECISIONS, LIGHT
from flows.tables.layout import Layout, Partition

_SHOWN = ["outcome", "article", "method", "kind", "similarity", "duplicate_count", "revision_count"]
"""Decisions that tables show."""
_KEPT = [name for name in DECISIONS.names if name not in _SHOWN]
"""Those that the index alone holds."""


@dataclass(frozen=True)
class Matched:
    """What matching found."""

    standing: Standing
    """Every document, with what was decided of it."""
    changed: Bools
    """Rows of which the tables must tell something else than before."""
    noted: Bools
    """Rows of which the index must: these, and those whose cluster or keeper has another name."""
    decided: int
    """Documents about which was decided anew."""
    compared: int
    """Documents whose likes were looked for."""

    @property
    def outcomes(self) -> dict[str, int]:
        """Count the documents by what became of them."""
        counts = pc.value_counts(self.standing.column("outcome")).to_pylist()
        return dict(sorted((count["values"], count["counts"]) for count in counts))

    def partitions(self) -> list[Partition]:
        """Return the partitions whose tables change."""
        owners = np.unique(self.standing.owner[self.changed]).tolist()
        return sorted(self.standing.partitions[owner] for owner in owners)

    def months(self) -> list[str]:
        """Return the months of which the index changes."""
        owners = np.unique(self.standing.owner[self.noted]).tolist()
        return sorted({self.standing.partitions[owner].month for owner in owners})


def match_documents(layout: Layout, cleaned: Iterable[Partition], settings: Settings, *, anew: bool = False) -> Matched:
    """Decide about the documents of cleaned partitions, and about all others that this changes.

    `anew`: every partition was cleaned, and nothing counts that was decided before.
    """
    standing = gather(layout, cleaned, anew=anew)
    bodies = Bodies(standing, settings.shingle_words)
    related = relate(standing, settings, bodies)
    rows = np.flatnonzero(related.touched)
    decided = replace(
        standing, rows=_with_decisions(standing, related.touched, _decide(standing, related, rows, bodies))
    )
    changed = _changed(decided, related.touched, _SHOWN)
    return Matched(
        standing=decided,
        changed=changed,
        noted=changed | _changed(decided, related.touched, _KEPT),
        decided=len(rows),
        compared=related.compared,
    )


def _with_decisions(standing: Standing, touched: Bools, columns: dict[str, pa.Array]) -> pa.Table:
    """Put decisions in their rows; a rejected document has none but that it was rejected."""
    rejected = standing.column("body").is_null()
    table = standing.rows
    for name in DECISIONS.names:
        column = pc.replace_with_mask(one_piece(table[name]), pa.array(touched), columns[name])
        nothing = pa.scalar("rejected" if name == "outcome" else None, column.type)
        column = pc.if_else(rejected, nothing, column)
        table = table.set_column(LIGHT.get_field_index(name), LIGHT.field(name), column)
    return table


def _decide(standing: Standing, related: Related, rows: Ints, bodies: Bodies) -> dict[str, pa.Array]:
    """Decide about rows, whose clusters are among them as a whole."""
    candidates = candidates_of(standing, rows)
    found = decide(candidates, find_latest(candidates), related.labels[rows])
    keeper = rows[found.keeper]
    latest = found.latest == np.arange(len(rows))
    same, revised, near = (pa.array(flag) for flag in (found.exact, found.revision, found.near))
    method = pc.case_when(pc.make_struct(same, revised, near), "exact", "revision", "near")
    outcome = pc.case_when(pc.make_struct(pa.array(found.article), revised), "article", "revision", "duplicate")
    return {
        "latest": pa.array(latest),
        "cluster": _clusters(standing, rows, related.labels[rows], latest),
        "outcome": outcome,
        "article": standing.column("url").take(pa.array(keeper)),
        "keeper": standing.column("document_id").take(pa.array(keeper)),
        "method": method,
        "kind": _kinds(standing, rows, keeper, found),
        "similarity": _similarities(standing, rows, keeper, found, bodies),
        "duplicate_count": _counts(found, found.exact | found.near),
        "revision_count": _counts(found, found.revision),
    }


def _clusters(standing: Standing, rows: Ints, labels: Ints, latest: Bools) -> pa.Array:
    """Name each cluster by its smallest document id; documents that don't stand for their URL are in none."""
    ids = standing.column("document_id").take(pa.array(rows))
    by_id = np.asarray(pc.array_sort_indices(ids), dtype=np.int64)
    by_id = by_id[latest[by_id]]
    distinct, first = np.unique(labels[by_id], return_index=True)
    names = by_id[first] if len(first) else np.empty(0, dtype=np.int64)
    places = np.searchsorted(distinct, labels)
    places[~latest] = 0
    return ids.take(pa.array(names[places] if len(names) else places, mask=~latest))


def _counts(found: Decisions, chosen: Bools) -> pa.Array:
    """Count, for each article, the documents that `chosen` marks."""
    count = np.bincount(found.keeper[chosen], minlength=len(found.keeper))
    return pa.array(np.where(found.article, count, 0), pa.int32())


def _similarities(standing: Standing, rows: Ints, keeper: Ints, found: Decisions, bodies: Bodies) -> pa.Array:
    """Compare documents with their keepers, but for pairs that were compared in an earlier run."""
    similarity = np.ones(len(rows))
    wanted = found.revision | found.near
    held = wanted & _was_compared(standing, rows, keeper)
    known = standing.column("similarity").take(pa.array(rows[held]))
    similarity[held] = np.asarray(known, dtype=np.float64)
    anew = wanted & ~held
    similarity[anew] = bodies.similarities(np.stack([rows[anew], keeper[anew]], axis=1))
    return pa.array(similarity, mask=found.article)


def _was_compared(standing: Standing, rows: Ints, keeper: Ints) -> Bools:
    """Tell which documents had the same keeper before, both as they are now."""
    was = pc.equal(
        standing.column("keeper").take(pa.array(rows)), standing.column("document_id").take(pa.array(keeper))
    )
    method = standing.column("method").take(pa.array(rows))
    compared = pc.and_(pc.fill_null(was, False), pc.is_in(method, value_set=pa.array(["revision", "near"])))
    return np.asarray(compared, dtype=bool) & ~standing.changed[rows] & ~standing.changed[keeper]


def _kinds(standing: Standing, rows: Ints, keeper: Ints, found: Decisions) -> pa.Array:
    """Tell wire copy, updates and reprints apart; an article is none of them."""
    sites, agency = standing.column("site"), standing.column("agency")
    own, other = pa.array(rows), pa.array(keeper)
    same_site = np.asarray(pc.equal(sites.take(own), sites.take(other)), dtype=bool)
    credited = np.asarray(pc.fill_null(pc.or_kleene(agency.take(own), agency.take(other)), False), dtype=bool)
    kind = kinds_of(same_site=same_site, exact=found.exact, credited=credited)
    return pc.if_else(pa.array(found.article), pa.scalar(None, pa.string()), kind)


def _changed(standing: Standing, touched: Bools, names: list[str]) -> Bools:
    """Tell the rows, of those decided about, whose facts or decisions of these names are other than before."""
    rows = np.flatnonzero(touched & (standing.before >= 0))
    before = standing.old.rows.select(names).take(pa.array(standing.before[rows]))
    differs = np.zeros(len(rows), dtype=bool)
    for name in names:
        differs |= ~same_values(standing.column(name).take(pa.array(rows)), one_piece(before[name]))
    result = standing.changed.copy()
    result[rows[differs]] = True
    return result
