"""What a takedown removes, counted on what it staged: the rows of each table and of the state, and who stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.run import Run
from flows.steps.redact import TAKEN_DOWN
from flows.steps.staging import current_file, next_file
from flows.tables.files import read_rows
from flows.tables.ids import ID, to_hex
from flows.tables.layout import Partition
from flows.tables.tombstones import Rows

BY_DOCUMENT = ("documents", "articles", "removed_lines", "duplicates", "_cleaned", "_links")
STATE = {"_cleaned": "state: cleaned", "_links": "state: teasers"}
"""How a receipt calls what isn't a table."""
NO_IDS = pa.array([], pa.string())


@dataclass(frozen=True)
class Keeper:
    """A document that stays and now stands for the article."""

    article_id: str
    document_id: str
    site: str
    url: str | None


def find_keepers(run: Run, documents: Sequence[str]) -> tuple[Keeper, ...]:
    """Return the documents that become the article in the place of one that goes."""
    if run.matched is None:
        return ()
    standing = run.matched.standing
    gone = pa.array(map(bytes.fromhex, documents), ID)
    stood_for = standing.old.rows["keeper"].combine_chunks().take(pa.array(standing.before, mask=standing.before < 0))
    own = pc.and_(pc.is_in(stood_for, value_set=gone, skip_nulls=True), pc.equal(standing.column("outcome"), "article"))
    places = np.flatnonzero(np.asarray(own, dtype=bool))
    found = []
    for owner in np.unique(standing.owner[places]).tolist():
        path = current_file(run.layout, "articles", standing.partitions[owner])
        ids = to_hex(standing.column("document_id").take(pa.array(places[standing.owner[places] == owner])))
        if path is not None:
            rows = read_rows(path, list(Keeper.__dataclass_fields__))
            found += rows.filter(pc.is_in(rows["document_id"], value_set=ids)).to_pylist()
    return tuple(Keeper(**row) for row in sorted(found, key=itemgetter("article_id")))


def removed_rows(run: Run, documents: Sequence[str], *, overrides: int) -> dict[str, Rows]:
    """Count what leaves each table and each part of the state, and the files that are written again for it."""
    ids = pa.array(documents, pa.string())
    parts = [result.partition for result in run.merge_results if result.forgotten.documents]
    articles = [_articles(run, partition, ids) for partition in parts]
    rows = {name: _count(run, name, parts, "document_id", ids) for name in BY_DOCUMENT}
    rows["related"] = _count(run, "related", parts, "article_id", pa.concat_arrays([NO_IDS, *articles]))
    rows["rejections"] = sum(_rejections(run, partition, ids) for partition in run.staged)
    rows["site_lines"] = sum(_lines(run, partition) for partition in run.staged)
    rows["pages"] = sum(_pages(run, partition) for partition in run.staged)
    removed = {STATE.get(name, name): Rows(count, _files(run, name)) for name, count in sorted(rows.items()) if count}
    if documents:
        months = {partition.month for partition in parts}
        removed["state: index"] = Rows(len(documents), len(months))
    if overrides:
        removed["state: overrides"] = Rows(overrides, 1)
    return removed


def _articles(run: Run, partition: Partition, ids: pa.Array) -> pa.Array:
    rows = read_rows(run.layout.file("articles", partition), ["document_id", "article_id"])
    return rows.filter(pc.is_in(rows["document_id"], value_set=ids))["article_id"].combine_chunks()


def _count(run: Run, name: str, partitions: list[Partition], column: str, ids: pa.Array) -> int:
    paths = [path for path in (run.layout.file(name, partition) for partition in partitions) if path.exists()]
    return sum(int(pc.sum(pc.is_in(read_rows(path, [column])[column], value_set=ids)).as_py() or 0) for path in paths)


def _files(run: Run, name: str) -> int:
    return sum(name in changed for changed in run.staged.values())


def _rejections(run: Run, partition: Partition, ids: pa.Array) -> int:
    """Count rejections that go with their documents, and those that lose what they hold."""
    staged, published = (next_file(run.layout, "rejections", partition), run.layout.file("rejections", partition))
    if not staged.exists() or not published.exists():
        return 0
    before, after = (read_rows(path, ["document_id", "message"]) for path in (published, staged))
    own = pc.sum(pc.is_in(before["document_id"], value_set=ids)).as_py() or 0
    emptied = [pc.sum(pc.equal(rows["message"], TAKEN_DOWN)).as_py() or 0 for rows in (before, after)]
    return int(own + emptied[1] - emptied[0])


def _pages(run: Run, partition: Partition) -> int:
    """Count pages that go with their documents, and those of others that held some of it."""
    staged, published = (next_file(run.layout, "pages", partition), run.layout.file("pages", partition))
    if not staged.exists() or not published.exists():
        return 0
    before, after = (int(pq.read_metadata(path).num_rows) for path in (published, staged))
    return before - after


def _lines(run: Run, partition: Partition) -> int:
    """Count the template lines that nothing is left to learn from."""
    staged, published = (next_file(run.layout, "site_lines", partition), run.layout.file("site_lines", partition))
    if not staged.exists() or not published.exists():
        return 0
    before, after = (read_rows(path, ["site", "line"]) for path in (published, staged))
    return len(before.join(after, keys=["site", "line"], join_type="left anti"))
