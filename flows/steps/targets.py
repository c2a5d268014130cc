"""Targets: the articles that teasers point to, by headline; the partitions whose teasers now point elsewhere."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.steps.facts import teasers_file
from flows.steps.match import Matched
from flows.steps.relate import codes, is_in
from flows.steps.staging import read_all, work_file, write_batches
from flows.steps.standing import one_piece
from flows.tables.ids import ID, to_hex
from flows.tables.index import TEASERS, load_months, month_file, write_month
from flows.tables.layout import Layout, Partition

TARGETS = pa.schema([("title", ID), ("article_id", pa.string())])
"""What assembling gets to know: the article under each headline that its pages point to."""


class Teasers:
    """The headlines that the pages of each partition point to, as they will stand."""

    def __init__(self, layout: Layout, cleaned: Iterable[Partition]) -> None:
        self.layout, self.cleaned = layout, sorted(cleaned)
        held = load_months(layout.teasers, TEASERS)
        again = [number for number, partition in enumerate(held.partitions) if partition in set(self.cleaned)]
        kept = ~np.isin(held.owner, again)
        fresh = [read_all(teasers_file(layout, partition)) for partition in self.cleaned]
        first = len(held.partitions)
        owners = [np.full(len(part), first + number, dtype=np.int64) for number, part in enumerate(fresh)]
        self.partitions = [*held.partitions, *self.cleaned]
        self.owner = np.concatenate([held.owner[kept], *owners])
        self.rows = pa.concat_tables([held.rows.filter(pa.array(kept)), *fresh]).combine_chunks()
        self.titles = one_piece(self.rows["title"])

    def pointing_to(self, titles: pa.Array) -> set[Partition]:
        """Return the partitions whose pages point to one of these headlines."""
        return {self.partitions[owner] for owner in np.unique(self.owner[is_in(self.titles, titles)]).tolist()}

    def of_bucket(self, bucket: int, partitions: Iterable[Partition]) -> pa.Array:
        """Return the headlines that pages of one bucket point to, those of some partitions alone."""
        wanted = {partition for partition in partitions if partition.bucket == bucket}
        numbers = [number for number, partition in enumerate(self.partitions) if partition in wanted]
        return pc.unique(self.titles.filter(pa.array(np.isin(self.owner, numbers))))

    def stage(self) -> list[Path]:
        """Stage the months in which a partition was cleaned; return the staged files."""
        months = sorted({partition.month for partition in self.cleaned})
        month_of = np.array([partition.month for partition in self.partitions])
        paths = []
        for month in months:
            path = month_file(self.layout.staging / "next" / "teasers", month)
            write_month(path, self.rows.filter(pa.array((month_of == month)[self.owner])))
            paths.append(path)
        return paths


def changed_targets(matched: Matched, teasers: Teasers) -> set[Partition]:
    """Return the partitions, of those that weren't cleaned, whose teasers point to another article than before."""
    standing = matched.standing
    others = set(standing.partitions) - set(standing.cleaned)
    if not others:
        return set()
    was = standing.before[matched.changed]
    old_rows = pa.array(np.concatenate([was[was >= 0], standing.gone]))
    here = standing.column("title").filter(pa.array(matched.changed))
    titles = pc.unique(pa.concat_arrays([here, one_piece(standing.old.rows["title"]).take(old_rows)])).drop_null()
    before, now = (find_targets(rows, titles) for rows in (standing.old.rows, standing.rows))
    old, new = (dict(zip(*(one_piece(t[c]).to_pylist() for c in t.schema.names), strict=True)) for t in (before, now))
    moved = [title for title in titles.to_pylist() if old.get(title) != new.get(title)]
    return teasers.pointing_to(pa.array(moved, ID)) & others


def find_targets(rows: pa.Table, titles: pa.Array) -> pa.Table:
    """Return the article under each of these headlines that just one article has: columns title, article."""
    chosen = rows.select(["title", "article"]).filter(pa.array(is_in(one_piece(rows["title"]), titles)))
    pairs = chosen.filter(pc.is_valid(chosen["article"])).group_by(["title", "article"]).aggregate([])
    number = codes(one_piece(pairs["title"]))
    return pairs.filter(pa.array(np.bincount(number, minlength=1)[number] == 1)).select(["title", "article"])


def stage_targets(matched: Matched, teasers: Teasers, partitions: Sequence[Partition]) -> None:
    """Stage, for the partitions that are assembled, the articles that their teasers point to: a file a bucket."""
    for bucket in sorted({partition.bucket for partition in partitions}):
        found = find_targets(matched.standing.rows, teasers.of_bucket(bucket, partitions))
        table = pa.table([found["title"], to_hex(one_piece(found["article"]))], schema=TARGETS)
        write_batches(targets_file(matched.standing.layout, bucket), TARGETS, [table])


def targets_file(layout: Layout, bucket: int) -> Path:
    """Return where the targets of a bucket's teasers are staged."""
    return work_file(layout, "targets", f"{bucket:04d}")
