"""Match: which documents are one article, over all partitions."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from flows.cleaning.titles import title_key
from flows.dedup.keepers import Candidate, Decision, decide, representatives
from flows.dedup.matching import candidate_pairs
from flows.dedup.shingles import Segments, hash_words, jaccard, shingle
from flows.errors import StorageError
from flows.settings import Settings
from flows.steps.clean import cleaned_schema
from flows.steps.staging import current_file, partition_name, work_file, write_batches
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition, bucket_of

DECISIONS = pa.schema(
    [
        ("document_id", pa.string()),
        ("outcome", pa.string()),
        ("article_id", pa.string()),
        ("method", pa.string()),
        ("similarity", pa.float64()),
        ("duplicate_count", pa.int32()),
        ("revision_count", pa.int32()),
    ]
)
TARGETS = pa.schema([("site", pa.string()), ("title", pa.string()), ("article_id", pa.string())])
_COLUMNS = ["document_id", "url", "site", "title", "published_at", "fetched_at", "body_hash", "signature"]


@dataclass(frozen=True)
class Matched:
    """What matching found, in counts."""

    documents: int
    outcomes: dict[str, int]
    pairs: int
    verified: int


def match_documents(layout: Layout, partitions: list[Partition], settings: Settings) -> Matched:
    """Decide every cleaned document's outcome; stage decisions by partition and teaser targets by bucket."""
    pool = _Pool(layout, partitions, settings)
    latest = sorted(set(representatives(pool.candidates)))
    one_each = _one_per_body(latest, pool.candidates)
    pairs = candidate_pairs(pool.signatures[one_each], settings.bands)
    pairs = np.asarray(one_each, dtype=np.int64)[pairs] if len(pairs) else pairs
    similarity = _Similarities(pool, settings.shingle_words)
    similarity.load(np.unique(pairs).tolist())
    near = [(a, b) for a, b in pairs.tolist() if similarity.of(a, b) >= settings.near_similarity]
    decisions = decide(pool.candidates, near)
    compared = [
        (number, decision.keeper)
        for number, decision in enumerate(decisions)
        if decision.method in ("near", "revision")
    ]
    similarity.load({number for pair in compared for number in pair})
    known = {number: similarity.of(number, keeper) for number, keeper in compared}
    _stage_decisions(layout, pool, decisions, known)
    _stage_targets(layout, pool, decisions, settings.buckets)
    return Matched(
        documents=len(decisions),
        outcomes=dict(Counter(decision.outcome for decision in decisions)),
        pairs=len(pairs),
        verified=len(near),
    )


class _Pool:
    """Every cleaned document, by id: the order in which files are read doesn't count."""

    def __init__(self, layout: Layout, partitions: list[Partition], settings: Settings) -> None:
        self.layout = layout
        self.partitions = partitions
        schema = cleaned_schema(settings)
        tables, owners = [], []
        for number, partition in enumerate(partitions):
            path = current_file(layout, "_cleaned", partition)
            rows = schema.empty_table().select(_COLUMNS) if path is None else read_rows(path, _COLUMNS)
            tables.append(rows)
            owners.append(np.full(len(rows), number))
        table = pa.concat_tables(tables) if tables else schema.empty_table().select(_COLUMNS)
        owner = np.concatenate(owners) if owners else np.empty(0, dtype=np.int64)
        order = pc.sort_indices(table, sort_keys=[("document_id", "ascending")])
        self.owner: npt.NDArray[np.int64] = owner[np.asarray(order)]
        table = table.take(order).combine_chunks()
        self.sites: list[str] = table["site"].to_pylist()
        self.titles: list[str | None] = table["title"].to_pylist()
        self.signatures = _matrix(table["signature"], settings.signature_hashes)
        self.candidates = [
            Candidate(*row)
            for row in zip(
                table["document_id"].to_pylist(),
                table["url"].to_pylist(),
                table["body_hash"].to_pylist(),
                table["published_at"].to_pylist(),
                table["fetched_at"].to_pylist(),
                strict=True,
            )
        ]
        ids = [candidate.document_id for candidate in self.candidates]
        if len(set(ids)) != len(ids):
            twice = next(iter((Counter(ids) - Counter(set(ids))).keys()))
            raise StorageError(f"document {twice} stands in two partitions; the state is damaged")

    def bodies(self, numbers: Iterable[int]) -> Iterable[tuple[list[int], pa.Array]]:
        """Yield the bodies of documents, a partition at a time."""
        wanted: dict[int, list[int]] = defaultdict(list)
        for number in numbers:
            wanted[int(self.owner[number])].append(number)
        for owner, members in sorted(wanted.items()):
            path = current_file(self.layout, "_cleaned", self.partitions[owner])
            assert path is not None
            rows = read_rows(path, ["document_id", "body"])
            ids = pa.array([self.candidates[number].document_id for number in members])
            places = pc.index_in(ids, value_set=rows["document_id"].combine_chunks())
            yield members, rows["body"].take(places).combine_chunks()


def _matrix(signatures: pa.ChunkedArray, hashes: int) -> npt.NDArray[np.uint32]:
    array = signatures.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], signatures.type)
    data = array.buffers()[1]
    if data is None or not len(array):
        return np.empty((0, hashes), dtype=np.uint32)
    values = np.frombuffer(data, dtype="<u4", offset=array.offset * 4 * hashes, count=len(array) * hashes)
    return values.reshape(len(array), hashes).astype(np.uint32)


def _one_per_body(members: list[int], candidates: list[Candidate]) -> list[int]:
    """Of documents with the same body one is enough to find the others like it."""
    first: dict[bytes, int] = {}
    for member in members:
        first.setdefault(candidates[member].body_hash, member)
    return sorted(first.values())


class _Similarities:
    """Jaccard similarities on the shingles of the bodies themselves."""

    def __init__(self, pool: _Pool, words: int) -> None:
        self._pool = pool
        self._words = words
        self._shingles: dict[int, npt.NDArray[np.uint64]] = {}

    def load(self, numbers: Iterable[int]) -> None:
        """Make the shingles of documents ready."""
        missing = sorted(set(numbers) - set(self._shingles))
        for members, bodies in self._pool.bodies(missing):
            segments: Segments = shingle(hash_words(bodies), self._words)
            for place, member in enumerate(members):
                self._shingles[member] = segments.distinct(place)

    def of(self, left: int, right: int) -> float:
        """Return the similarity of two documents that were loaded."""
        return jaccard(self._shingles[left], self._shingles[right])


def _stage_decisions(layout: Layout, pool: _Pool, decisions: list[Decision], similarity: dict[int, float]) -> None:
    duplicates = Counter(d.article_id for d in decisions if d.outcome == "duplicate")
    revisions = Counter(d.article_id for d in decisions if d.outcome == "revision")
    rows = pa.table(
        {
            "document_id": [d.document_id for d in decisions],
            "outcome": [d.outcome for d in decisions],
            "article_id": [d.article_id for d in decisions],
            "method": [d.method for d in decisions],
            "similarity": [similarity.get(n, 1.0) for n in range(len(decisions))],
            "duplicate_count": [duplicates[d.article_id] for d in decisions],
            "revision_count": [revisions[d.article_id] for d in decisions],
        },
        schema=DECISIONS,
    )
    for number, partition in enumerate(pool.partitions):
        own = rows.filter(pa.array(pool.owner == number))
        write_batches(work_file(layout, "decisions", partition_name(partition)), DECISIONS, [own])


def _stage_targets(layout: Layout, pool: _Pool, decisions: list[Decision], buckets: int) -> None:
    """Stage what headlines point to: the article under that headline, where a site has just one."""
    articles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for number, decision in enumerate(decisions):
        title = pool.titles[number]
        if title:
            articles[pool.sites[number], title_key(title)].add(decision.article_id)
    rows = sorted((site, title, min(ids)) for (site, title), ids in articles.items() if len(ids) == 1)
    by_bucket: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        by_bucket[bucket_of(row[0], buckets)].append(row)
    for bucket in {partition.bucket for partition in pool.partitions}:
        columns = list(zip(*by_bucket[bucket], strict=True)) or [(), (), ()]
        arrays = [pa.array(column, pa.string()) for column in columns]
        table = pa.Table.from_arrays(arrays, schema=TARGETS)
        write_batches(work_file(layout, "targets", f"{bucket:04d}"), TARGETS, [table])
