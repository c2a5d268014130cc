"""Which documents of a site tell one story: updates repeat their own sentences, and that isn't furniture."""

import itertools
from collections import Counter
from collections.abc import Iterable

import numpy as np

from flows.cleaning.lines import Bools, Ints, Lines

HEAD_LINES = 5
"""How many of a document's first prose lines are looked at for a candidate: a story's updates keep most of its
opening, while teasers of other stories stand behind it."""
HEAD_SHARED = 2
"""How many of them two documents must share to be compared."""


def group_stories(lines: Lines, *, site: Ints, url: Ints, text: Ints, prose: Bools, overlap: float) -> Ints:
    """Return each document's story, as the number of the story's first document.

    `site`, `url` (-1: none) and `text` hold a code per document, `prose` marks the lines that read like a
    paragraph and that no rule knows. Documents of a site are one story when they have the same URL or the same
    text, or when they share opening lines and at least `overlap` of the prose lines of the shorter one.
    """
    groups = _Groups(lines.documents)
    first: dict[tuple[int, int, bool], int] = {}
    for document, keys in enumerate(zip(site.tolist(), url.tolist(), text.tolist(), strict=True)):
        if keys[1] >= 0:
            groups.join(document, first.setdefault((*keys[:2], True), document))
        groups.join(document, first.setdefault((keys[0], keys[2], False), document))
    prose_lines = _prose_lines(lines, prose)
    for left, right in _candidates(prose_lines, site.tolist()):
        if groups.root(left) != groups.root(right):
            a, b = prose_lines[left], prose_lines[right]
            shared = len(set(a) & set(b))
            if shared >= overlap * min(len(set(a)), len(set(b))):
                groups.join(left, right)
    return np.array([groups.root(document) for document in range(lines.documents)], dtype=np.int64)


def _prose_lines(lines: Lines, prose: Bools) -> list[list[int]]:
    chosen = np.flatnonzero(prose)
    codes = lines.code[chosen].tolist()
    bounds = np.searchsorted(lines.document[chosen], np.arange(lines.documents + 1)).tolist()
    return [codes[start:stop] for start, stop in itertools.pairwise(bounds)]


def _candidates(prose_lines: list[list[int]], site: list[int]) -> Iterable[tuple[int, int]]:
    """Pairs of documents of a site that share opening lines.

    Each document is paired with the latest and with the first one that holds a line: linear in the lines,
    and enough, as every update shares most of its opening with the one before or with the first.
    """
    first: dict[tuple[int, int], int] = {}
    latest: dict[tuple[int, int], int] = {}
    pairs: Counter[tuple[int, int]] = Counter()
    for document, codes in enumerate(prose_lines):
        head = dict.fromkeys(codes[:HEAD_LINES])
        for code in head:
            key = (site[document], code)
            others = {first.setdefault(key, document), latest.get(key, document)} - {document}
            for other in others:  # of most lines there are none
                pairs[other, document] += 1
            latest[key] = document
    for (left, right), shared in sorted(pairs.items()):
        shorter = min(len(set(prose_lines[left])), len(set(prose_lines[right])))
        if shared >= min(HEAD_SHARED, shorter):
            yield left, right


class _Groups:
    """Disjoint sets of documents; a set's root is its smallest member."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, member: int) -> int:
        parent = self._parent
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    def join(self, left: int, right: int) -> None:
        a, b = sorted((self.root(left), self.root(right)))
        self._parent[b] = a
