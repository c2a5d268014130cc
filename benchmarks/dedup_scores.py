"""What benchmarks/dedup.py found, held against the truth."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.dedup_documents import EDITS, Documents
from benchmarks.dedup_others import shingle_set
from flows.dedup.kinds import kinds_of

Ints = npt.NDArray[np.int64]

SIBLINGS = "two copies"
"""Pairs of copies of one document."""


@dataclass(frozen=True)
class Truth:
    """Pairs that are planted, by the edit that made them."""

    pairs: dict[str, Ints]
    similarity: dict[str, npt.NDArray[np.float64]]


class Shingles:
    """Shingles of documents as strings, made without any of the code that is measured."""

    def __init__(self, texts: list[str], words: int) -> None:
        self._texts, self._words = texts, words

    def similarities(self, pairs: Ints) -> npt.NDArray[np.float64]:
        """Return the Jaccard similarity of pairs."""
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        result = np.empty(len(pairs))
        last, left = -1, set[str]()
        for place in order.tolist():
            row, other = pairs[place].tolist()
            if row != last:
                last, left = row, shingle_set(self._texts[row], self._words)
            right = shingle_set(self._texts[other], self._words)
            result[place] = len(left & right) / len(left | right)
        return result


def find_truth(documents: Documents, shingles: Shingles) -> Truth:
    """Compare all planted pairs."""
    by_edit: dict[str, list[tuple[int, int]]] = defaultdict(list)
    copies: dict[int, list[int]] = defaultdict(list)
    for copy in documents.copies:
        by_edit[copy.edit].append((copy.row, copy.of))
        if copy.edit in EDITS:
            copies[copy.of].append(copy.row)
    by_edit[SIBLINGS] = [
        (left, right) for rows in copies.values() for place, left in enumerate(rows) for right in rows[place + 1 :]
    ]
    pairs = {edit: np.array(found, dtype=np.int64).reshape(-1, 2) for edit, found in by_edit.items()}
    return Truth(pairs, {edit: shingles.similarities(found) for edit, found in pairs.items()})


@dataclass(frozen=True)
class Scores:
    """How well one way of deduplicating did."""

    recall: dict[str, float]
    """Of pairs at the threshold and above, by edit: those whose documents are in one cluster."""
    overall: float
    precision: float
    """Of reported pairs: those that are at the threshold or above."""
    translations_merged: int
    notices_merged: int
    """Pairs of notices reported though they are below the threshold."""
    kinds: float
    """Of found copies: those whose kind is told right."""


def score(
    documents: Documents, truth: Truth, shingles: Shingles, *, pairs: Ints, labels: Ints, threshold: float
) -> Scores:
    """Hold pairs and clusters against the truth."""
    together = {edit: labels[found[:, 0]] == labels[found[:, 1]] for edit, found in truth.pairs.items()}
    above = {edit: truth.similarity[edit] >= threshold for edit in (*EDITS, SIBLINGS)}
    recall = {edit: float(together[edit][wanted].mean()) for edit, wanted in above.items() if wanted.any()}
    wanted = sum(int(flags.sum()) for flags in above.values())
    right = shingles.similarities(pairs) >= threshold
    notices = np.array([edit == "notice" for edit in documents.edits])
    return Scores(
        recall=recall,
        overall=sum(int(together[edit][flags].sum()) for edit, flags in above.items()) / wanted,
        precision=float(right.mean()),
        translations_merged=int(together["translation"].sum()),
        notices_merged=int((~right & notices[pairs].all(axis=1)).sum()),
        kinds=_kinds_told(documents, labels),
    )


def _kinds_told(documents: Documents, labels: Ints) -> float:
    found = [copy for copy in documents.copies if copy.edit in EDITS and labels[copy.row] == labels[copy.of]]
    kinds = kinds_of(
        same_site=_flags(documents.sites[copy.row] == documents.sites[copy.of] for copy in found),
        exact=_flags(copy.edit == "exact" for copy in found),
        credited=_flags(documents.agencies[copy.row] or documents.agencies[copy.of] for copy in found),
    )
    told = kinds.to_pylist()
    return sum(kind == copy.kind for kind, copy in zip(told, found, strict=True)) / max(1, len(found))


def _flags(values: Iterable[bool]) -> npt.NDArray[np.bool_]:
    return np.array(list(values), dtype=bool)
