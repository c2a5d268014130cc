"""Decisions: which document of a cluster is the article, and what the others are to it.

Columns in, columns out. Documents of one URL are revisions of each other and their latest fetch stands for them;
latest fetches of equal or nearly equal bodies are a cluster, and its earliest is the keeper.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
"""When an article was published of which nobody knows it: after all others."""


@dataclass(frozen=True)
class Candidates:
    """What deciding needs of cleaned documents, a value each."""

    order: Ints
    """The place of the document's id among all ids: what decides when nothing else does."""
    url: Ints
    """Equal for documents of one URL."""
    body: Ints
    """Equal for documents of one body."""
    published_at: Ints
    """Microseconds, NEVER if unknown."""
    fetched_at: Ints


@dataclass(frozen=True)
class Decisions:
    """What became of the candidates."""

    latest: Ints
    """The latest fetch of each one's URL, as a place among the candidates."""
    keeper: Ints
    """The article's document, as a place among the candidates."""
    article: Bools
    exact: Bools
    """Duplicates with the keeper's body."""
    revision: Bools
    """Another text under the same URL."""
    near: Bools
    """Duplicates with nearly the keeper's body."""


def article_id_of(url: str | None, document_id: str) -> bytes:
    """Return the id of the article a document stands for when it is the keeper: its URL's, else its own."""
    key = f"url:{url}" if url else f"document:{document_id}"
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def find_latest(candidates: Candidates) -> Ints:
    """Return for each candidate the latest fetch of its URL; of one moment, that of the smallest id."""
    order = np.lexsort((candidates.order, -candidates.fetched_at, candidates.url))
    return _first_of_each(candidates.url, order)


def decide(candidates: Candidates, latest: Ints, cluster: Ints) -> Decisions:
    """Decide about candidates; `cluster` is equal for the latest fetches that are one story.

    The keeper is published first, else fetched first, else has the smallest id.
    """
    members = np.flatnonzero(latest == np.arange(len(latest)))
    keys = (candidates.order, candidates.fetched_at, candidates.published_at, cluster)
    order = np.lexsort([key[members] for key in keys])
    best = np.full(len(latest), -1, dtype=np.int64)
    best[members] = members[_first_of_each(cluster[members], order)]
    keeper = best[latest]
    article = keeper == np.arange(len(latest))
    exact = ~article & (candidates.body == candidates.body[keeper])
    revision = ~article & ~exact & (latest != np.arange(len(latest)))
    return Decisions(latest, keeper, article, exact, revision, ~(article | exact | revision))


def _first_of_each(group: Ints, order: Ints) -> Ints:
    """Return for each place the first place, in an order that goes group by group, of its group."""
    ordered = group[order]
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1])) if len(order) else np.empty(0, dtype=bool)
    first = order[starts][np.cumsum(starts) - 1]
    result = np.empty_like(order)
    result[order] = first
    return result
