"""Relate: which documents are one story, found anew for what changed alone.

Clusters are the connected components of verified pairs among the latest fetches of URLs. A cluster that lost a member
is taken apart and put together again; every other one can only grow. So the outcome is that of matching all at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.dedup.components import Components
from flows.dedup.decisions import NEVER, Candidates, find_latest
from flows.dedup.groups import band_groups
from flows.dedup.linking import link
from flows.settings import Settings
from flows.steps.compare import Bodies
from flows.steps.standing import Bools, Ints, Keys, Standing, one_piece


@dataclass(frozen=True)
class Related:
    """What is one story now."""

    labels: Ints
    """Equal for rows, of those that stand for their URL, that are one story."""
    touched: Bools
    """Cleaned documents about which to decide again."""
    compared: int
    """Rows whose pairs were looked for."""


def relate(standing: Standing, settings: Settings, bodies: Bodies) -> Related:
    """Find the clusters of all documents, looking for pairs of those alone that are new, changed, or bereft."""
    cleaned = np.asarray(standing.column("body").is_valid())
    of_urls = is_in(standing.column("url"), _changed_urls(standing)) & cleaned
    was_latest = flags(standing.column("latest"))
    latest = np.where(of_urls, False, was_latest)
    latest[_latest_of(standing, np.flatnonzero(of_urls))] = True
    latest &= cleaned
    stable = was_latest & latest & ~standing.changed
    bereft = stable & is_in(standing.column("cluster"), _broken_clusters(standing, was_latest & ~stable))
    fresh = (latest & ~stable) | bereft
    components = Components(_known_labels(standing, stable & ~bereft))
    speaks = _join_equal_bodies(standing, latest, fresh, components)
    wanted = fresh & speaks
    groups = band_groups(
        lambda: _bands_of(standing, speaks), wanted, bands=settings.bands, memory_bytes=settings.match_memory_bytes
    )
    link(groups, wanted, components, lambda pairs: bodies.similarities(pairs) >= settings.near_similarity)
    labels = components.labels()
    involved = np.unique(labels[fresh | (of_urls & latest)])
    stories = latest & np.isin(labels, involved)
    urls = standing.column("url").filter(pa.array(stories))
    return Related(labels, is_in(standing.column("url"), urls) & cleaned, int(fresh.sum()))


def candidates_of(standing: Standing, rows: Ints) -> Candidates:
    """Return what deciding about some rows needs."""
    chosen = standing.rows.select(["document_id", "url", "body", "published_at", "fetched_at"]).take(pa.array(rows))
    order = np.empty(len(rows), dtype=np.int64)
    order[np.asarray(pc.sort_indices(chosen, [("document_id", "ascending")]), dtype=np.int64)] = np.arange(len(rows))
    published = pc.fill_null(one_piece(chosen["published_at"]).cast(pa.int64()), NEVER)
    return Candidates(
        order=order,
        url=codes(one_piece(chosen["url"])),
        body=codes(one_piece(chosen["body"])),
        published_at=np.asarray(published, dtype=np.int64),
        fetched_at=np.asarray(one_piece(chosen["fetched_at"]).cast(pa.int64()), dtype=np.int64),
    )


def is_in(column: pa.Array, values: pa.Array) -> Bools:
    """Tell which values are among `values`; null is in nothing."""
    found = pc.is_in(column, value_set=values, skip_nulls=True)
    return np.asarray(found, dtype=bool)


def flags(column: pa.Array) -> Bools:
    """Return a column of truth values, null being false."""
    return np.asarray(pc.fill_null(column, False), dtype=bool)


def codes(column: pa.Array) -> Ints:
    """Return a number for each value, equal for equal values."""
    return np.asarray(pc.fill_null(column.dictionary_encode().indices, -1), dtype=np.int64)


def _changed_urls(standing: Standing) -> pa.Array:
    """URLs of documents that are new, changed or gone, as they are and as they were."""
    was = standing.before[standing.changed]
    old = one_piece(standing.old.rows["url"]).take(pa.array(np.concatenate([was[was >= 0], standing.gone])))
    return pc.unique(pa.concat_arrays([standing.column("url").filter(pa.array(standing.changed)), old]))


def _latest_of(standing: Standing, rows: Ints) -> Ints:
    return rows[np.unique(find_latest(candidates_of(standing, rows)))]


def _broken_clusters(standing: Standing, lost: Bools) -> pa.Array:
    """Clusters that a document left, because it is gone, changed, or stands for its URL no more."""
    here = standing.column("cluster").filter(pa.array(lost))
    gone = one_piece(standing.old.rows["cluster"]).take(pa.array(standing.gone))
    return pc.unique(pa.concat_arrays([here, gone])).drop_null()


def _known_labels(standing: Standing, rows: Bools) -> Ints:
    """Label rows that stay in their cluster by its first row, all others by themselves."""
    labels = np.arange(len(rows), dtype=np.int64)
    chosen = np.flatnonzero(rows)
    if len(chosen):
        number = codes(standing.column("cluster").take(pa.array(chosen)))
        _, first = np.unique(number, return_index=True)
        labels[chosen] = chosen[first[number]]
    return labels


def _join_equal_bodies(standing: Standing, latest: Bools, fresh: Bools, components: Components) -> Bools:
    """Connect rows of equal bodies; tell which one of each body is compared for all of them.

    None that is fresh, if it can be: what is kept was compared with all that is kept.
    """
    rows = np.flatnonzero(latest)
    number = codes(standing.column("body").take(pa.array(rows)))
    new = fresh[rows]
    order = np.concatenate([np.flatnonzero(new)[::-1], np.flatnonzero(~new)[::-1]])
    first = np.empty(len(rows), dtype=np.int64)
    first[number[order]] = rows[order]  # the last one written of each body stays
    components.join(rows, first[number])
    speaks = np.zeros(len(latest), dtype=bool)
    speaks[first[: number.max(initial=-1) + 1]] = True
    return speaks


def _bands_of(standing: Standing, wanted: Bools) -> Iterator[tuple[Ints, Keys]]:
    """Yield the bands of wanted rows."""
    for rows, keys in standing.bands():
        chosen = wanted[rows]
        yield rows[chosen], keys[chosen]
