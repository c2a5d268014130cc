"""Clusters and their keepers: which document is the article, and what the others are to it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What deciding needs of a cleaned document."""

    document_id: str
    url: str | None
    body_hash: bytes
    published_at: datetime | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a document; `similarity` is looked up for near duplicates and revisions alone."""

    document_id: str
    outcome: str
    article_id: str
    keeper: int
    """The article's document, as an index into the candidates."""
    method: str | None


def article_id_of(candidate: Candidate) -> str:
    """Return the id of the article a document stands for when it is the keeper: its URL's, else its own."""
    key = f"url:{candidate.url}" if candidate.url else f"document:{candidate.document_id}"
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def representatives(candidates: list[Candidate]) -> list[int]:
    """Return for each candidate the latest fetch of its URL (of one moment, the smallest id)."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, candidate in enumerate(candidates):
        groups[candidate.url or f"document:{candidate.document_id}"].append(number)
    result = list(range(len(candidates)))
    for members in groups.values():
        smallest_first = sorted(members, key=lambda n: candidates[n].document_id)
        latest = max(smallest_first, key=lambda n: candidates[n].fetched_at)
        for member in members:
            result[member] = latest
    return result


def cluster(members: list[int], candidates: list[Candidate], near: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return for each of `members` the smallest member of its cluster: linked by equal bodies or `near`."""
    parent = {member: member for member in members}

    def root(member: int) -> int:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def join(left: int, right: int) -> None:
        low, high = sorted((root(left), root(right)))
        parent[high] = low

    first_with: dict[bytes, int] = {}
    for member in members:
        join(member, first_with.setdefault(candidates[member].body_hash, member))
    for left, right in near:
        join(left, right)
    return {member: root(member) for member in members}


def decide(candidates: list[Candidate], near: Iterable[tuple[int, int]]) -> list[Decision]:
    """Decide what each candidate is; `near` links candidates that are the latest of their URL."""
    latest = representatives(candidates)
    members = sorted(set(latest))
    of_cluster = cluster(members, candidates, near)
    keepers: dict[int, int] = {}
    for member in members:
        best = keepers.setdefault(of_cluster[member], member)
        if _seniority(candidates[member]) < _seniority(candidates[best]):
            keepers[of_cluster[member]] = member
    return [
        _decision(number, candidates, latest[number], keepers[of_cluster[latest[number]]])
        for number in range(len(candidates))
    ]


def _seniority(candidate: Candidate) -> tuple[datetime, datetime, str]:
    """Earliest published, else earliest fetched, else smallest id."""
    return (candidate.published_at or NEVER, candidate.fetched_at, candidate.document_id)


def _decision(number: int, candidates: list[Candidate], latest: int, keeper: int) -> Decision:
    candidate, article = candidates[number], candidates[keeper]
    article_id = article_id_of(article)
    if number == keeper:
        return Decision(candidate.document_id, "article", article_id, keeper, None)
    if candidate.body_hash == article.body_hash:
        return Decision(candidate.document_id, "duplicate", article_id, keeper, "exact")
    if number != latest:
        return Decision(candidate.document_id, "revision", article_id, keeper, "revision")
    return Decision(candidate.document_id, "duplicate", article_id, keeper, "near")
