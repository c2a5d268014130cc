"""The ways that benchmarks/dedup.py compares: copydesk's own, and other libraries whose pairs are verified as its are."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.dedup_others import OTHERS
from flows.dedup.bands import Keys, band_keys
from flows.dedup.components import Components
from flows.dedup.groups import Groups, band_groups
from flows.dedup.linking import link
from flows.dedup.segments import Ints
from flows.dedup.signatures import sign_bodies
from flows.dedup.similarity import Similarities
from flows.settings import load_settings
from flows.tables.matrices import to_column, to_matrix

BATCH = 2000
"""Documents signed at once, as many as some partitions have."""
MONTHS = 12


@dataclass
class Found:
    """What one way of deduplicating found."""

    name: str
    pairs: Ints
    """The verified pairs."""
    labels: Ints
    verified: int
    """Pairs of which the similarity was looked up."""
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


@dataclass(frozen=True)
class How:
    """What all ways have in common."""

    words: int
    hashes: int
    bands: int
    threshold: float


def how() -> How:
    """Return the defaults of copydesk."""
    settings = load_settings()
    return How(settings.shingle_words, settings.signature_hashes, settings.bands, settings.near_similarity)


def similarities(texts: list[str], words: int) -> Similarities:
    """Return what compares texts."""

    def read(rows: Ints) -> Iterator[tuple[Ints, pa.Array]]:
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            yield some, pa.array([texts[row] for row in some.tolist()], pa.string())

    return Similarities(read, words=words, locality=np.zeros(len(texts), dtype=np.int64))


def find_with_copydesk(texts: list[str], given: How, folder: Path, memory_bytes: int) -> Found:
    """Deduplicate as a run does, all documents being new."""
    clock = Clock()
    bodies = sign_months(texts, given, folder)
    clock.stop("texts to band keys, written")
    components = Components(np.arange(len(texts), dtype=np.int64))
    exact = join_equal_bodies(bodies, components)
    link_months(texts, given, folder, components, memory_bytes, accepted := [exact], verified := [0])
    labels = components.labels()
    clock.stop("grouping, verifying, clusters")
    return Found("copydesk", np.concatenate(accepted), labels, verified[0], clock.seconds)


class Clock:
    """Processor time by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.process_time()

    def stop(self, name: str) -> None:
        """Count the time since the last stop to a step."""
        now = time.process_time()
        self.seconds[name], self._last = now - self._last, now


def sign_months(texts: list[str], given: How, folder: Path) -> pa.Array:
    """Write the band keys of texts, a file a month, and return the hashes of their words."""
    bodies = []
    for month, rows in enumerate(np.array_split(np.arange(len(texts)), MONTHS)):
        columns = []
        for start in range(rows[0], rows[-1] + 1, BATCH):
            batch = pa.array(texts[start : min(start + BATCH, rows[-1] + 1)], pa.string())
            body, signatures = sign_bodies(batch, words=given.words, hashes=given.hashes)
            columns.append(to_column(band_keys(to_matrix(signatures, "<u4"), given.bands)))
            bodies.append(body)
        table = pa.table({"bands": pa.chunked_array(columns)})
        pq.write_table(table, folder / f"month={month:02}.parquet", compression="zstd", use_dictionary=False)
    return pa.concat_arrays(bodies)


def read_months(folder: Path) -> Iterator[tuple[Ints, Keys]]:
    """Yield rows and their band keys, a month at a time."""
    first = 0
    for path in sorted(folder.glob("month=*.parquet")):
        keys = to_matrix(pq.read_table(path)["bands"].combine_chunks(), "<u8")
        yield np.arange(first, first + len(keys), dtype=np.int64), keys
        first += len(keys)


def join_equal_bodies(bodies: pa.Array, components: Components) -> Ints:
    """Unite texts of the same words, and return the pairs."""
    codes = np.asarray(bodies.dictionary_encode().indices, dtype=np.int64)
    _, first = np.unique(codes, return_index=True)
    left = first[codes]
    again = np.flatnonzero(left != np.arange(len(codes)))
    components.join(left[again], again)
    return np.stack([left[again], again], axis=1)


def link_months(
    texts: list[str],
    given: How,
    folder: Path,
    components: Components,
    memory_bytes: int,
    accepted: list[Ints],
    verified: list[int],
) -> None:
    """Unite similar texts; add the verified pairs to `accepted`, and their count to `verified`."""
    compare = similarities(texts, given.words)

    def similar(pairs: Ints) -> np.ndarray:
        verdicts = compare.of(pairs) >= given.threshold
        accepted.append(pairs[verdicts])
        verified[0] += len(pairs)
        return verdicts

    groups = group_months(len(texts), given, folder, memory_bytes)
    link(groups, np.ones(len(texts), dtype=bool), components, similar)


def group_months(documents: int, given: How, folder: Path, memory_bytes: int) -> Iterator[Groups]:
    """Yield the groups of documents that share a key, all of them new."""
    fresh = np.ones(documents, dtype=bool)
    return band_groups(lambda: read_months(folder), fresh, bands=given.bands, memory_bytes=memory_bytes)


def find_with(name: str, texts: list[str], given: How) -> Found:
    """Deduplicate with another library; its candidates are verified as ours are."""
    clock = Clock()
    candidates = OTHERS[name](texts, words=given.words, hashes=given.hashes, bands=given.bands)
    clock.stop("texts to candidates")
    similar = similarities(texts, given.words).of(candidates) >= given.threshold
    components = Components(np.arange(len(texts), dtype=np.int64))
    components.join(candidates[similar, 0], candidates[similar, 1])
    labels = components.labels()
    clock.stop("verifying, clusters")
    return Found(name, candidates[similar], labels, len(candidates), clock.seconds)
