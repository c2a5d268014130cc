"""Which documents of a site tell one story: updates repeat their own sentences, and that isn't furniture."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from flows.cleaning.lines import Bools, Ints, Lines, count_partners

HEAD_LINES = 5
"""How many of a document's first prose lines are looked at for a candidate: a story's updates keep most of its
opening, while teasers of other stories stand behind it."""
STORY_PAGES, STORY_SHARE, MANY_PAGES = 4, 0.85, 100
"""A paragraph on more pages than this says nothing of their stories, where it stands on a greater share of the site's
pages, or on very many."""
HEAD_SHARED = 2
"""How many of them two documents must share to be compared."""


def group_stories(
    lines: Lines, *, site: Ints, url: Ints, text: Ints, prose: Bools, variant: Ints, overlap: float
) -> Ints:
    """Return each document's story, as the number of the story's first document.

    `site`, `url` (-1: none) and `text` hold a code per document, `prose` marks the lines that read like a
    paragraph and that no rule knows, `variant` holds a number for each distinct line, the same where they differ in
    numbers alone. Documents of a site are one story when they have the same URL or the same
    text, or when they share opening lines and at least `overlap` of the prose lines of the shorter one.
    """
    groups = _Groups(lines.documents)
    for left, right in [*_alike(site, url), *_alike(site, text)]:
        groups.join(left, right)
    chosen = np.flatnonzero(prose)
    column = _column(lines.document[chosen], variant[lines.code[chosen]], page=groups.roots(), site=site)
    chosen = chosen[~column]
    bounds = np.searchsorted(lines.document[chosen], np.arange(lines.documents + 1))
    codes = lines.code[chosen]

    def prose_of(document: int) -> set[int]:
        return set(codes[bounds[document] : bounds[document + 1]].tolist())

    for (left, right), shared in _candidates(codes, bounds, site):
        a, b = prose_of(left), prose_of(right)
        shorter = min(len(a), len(b))
        if (
            shared >= min(HEAD_SHARED, shorter)
            and groups.root(left) != groups.root(right)
            and len(a & b) >= overlap * shorter
        ):
            groups.join(left, right)
    return groups.roots()


def _alike(site: Ints, code: Ints) -> Iterable[tuple[int, int]]:
    """Pairs of each document with the first of its site that has the same code; -1 is none."""
    documents = np.flatnonzero(code >= 0)
    key = site[documents] * (int(code.max(initial=0)) + 1) + code[documents]
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    firsts = documents[first][number]
    later = firsts != documents
    return zip(firsts[later].tolist(), documents[later].tolist(), strict=True)


def _column(document: Ints, code: Ints, *, page: Ints, site: Ints) -> Bools:
    """Mark lines that stand on so many of their site's pages that no story explains it: a column beside the text.

    Pages are told by `page`, a number for each document. Where a document has nothing else, it is no column.
    """
    size = int(code.max(initial=0)) + 1
    keys, of_line = np.unique(site[document] * size + code, return_inverse=True)
    pages = np.bincount(site[np.unique(page)], minlength=int(site.max(initial=0)) + 1)
    holders = count_partners(of_line.astype(np.int64), page[document], len(keys))
    nearly_all = holders > np.maximum(STORY_PAGES, STORY_SHARE * pages[keys // size])
    common = (nearly_all | (holders > MANY_PAGES))[of_line]
    own = np.bincount(document[~common], minlength=len(site)) > 0
    result: Bools = common & own[document]
    return result


def _candidates(codes: Ints, bounds: Ints, site: Ints) -> list[tuple[tuple[int, int], int]]:
    """Pairs of documents of a site that share opening lines, and how many they share.

    `codes` holds the prose lines of all documents one after the other, `bounds` each document's first of them.
    Each document is paired with the latest and with the first one that holds a line: linear in the lines,
    and enough, as every update shares most of its opening with the one before or with the first.
    """
    document = np.repeat(np.arange(len(site)), np.diff(bounds))
    heads = np.flatnonzero(np.arange(len(codes)) - bounds[document] < HEAD_LINES)
    key = site[document[heads]] * (int(codes.max(initial=0)) + 1) + codes[heads]
    first: dict[int, int] = {}
    latest: dict[int, int] = {}
    pairs: Counter[tuple[int, int]] = Counter()
    for code, holder in zip(*_of_several(key, document[heads]), strict=True):
        for other in {first.setdefault(code, holder), latest.get(code, holder)} - {holder}:
            pairs[other, holder] += 1
        latest[code] = holder
    return sorted(pairs.items())


def _of_several(key: Ints, document: Ints) -> tuple[list[int], list[int]]:
    """Return the keys that several documents hold, once for each of those, and which: of most lines there are none."""
    order = np.argsort(key, kind="stable")
    key, document = key[order], document[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = (key[1:] != key[:-1]) | (document[1:] != document[:-1])
    key, document = key[new], document[new]
    alike = key[1:] == key[:-1]
    several = np.zeros(len(key), dtype=bool)
    several[1:] |= alike
    several[:-1] |= alike
    return key[several].tolist(), document[several].tolist()


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

    def roots(self) -> Ints:
        """Return the root of every member."""
        parent = np.array(self._parent, dtype=np.int64)
        while True:
            above = parent[parent]
            if np.array_equal(above, parent):
                return parent
            parent = above
