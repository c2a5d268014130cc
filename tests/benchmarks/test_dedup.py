"""The benchmark of deduplication says the truth, and copydesk finds the planted copies."""

import numpy as np
import pytest

from benchmarks.dedup import Held, Scored, as_table, measure
from benchmarks.dedup_documents import EDITS, make_documents
from benchmarks.dedup_scores import Shingles, find_truth

DOCUMENTS = 2000


@pytest.fixture(scope="module")
def measured() -> tuple[list[Scored], Held]:
    return measure(documents=DOCUMENTS, seed=3, memory=1, others=[])


def test_planted_copies_are_found_and_nothing_else(measured: tuple[list[Scored], Held]) -> None:
    ((found, scores),) = measured[0]
    assert scores.overall >= 0.98
    assert set(scores.recall) >= set(EDITS)
    assert scores.precision == 1
    assert scores.translations_merged == 0
    assert scores.notices_merged == 0
    assert len(found.pairs) > 100


def test_kinds_of_copies_are_told_apart(measured: tuple[list[Scored], Held]) -> None:
    ((_, scores),) = measured[0]
    assert scores.kinds >= 0.95


def test_grouping_stays_near_its_limit_of_memory(measured: tuple[list[Scored], Held]) -> None:
    assert measured[1][1][0] < 3


def test_the_table_has_a_column_a_way(measured: tuple[list[Scored], Held]) -> None:
    assert as_table(measured[0], DOCUMENTS).splitlines()[0] == "| | copydesk |"


def test_copies_lie_around_the_threshold_and_translations_and_notices_far_below() -> None:
    documents = make_documents(DOCUMENTS, 3)
    shingles = Shingles(documents.texts, 3)
    truth = find_truth(documents, shingles)
    edited = np.concatenate([truth.similarity[edit] for edit in ("typos", "lead", "added", "truncated", "prefix")])
    assert 0.6 < (edited >= 0.8).mean() < 0.9
    assert truth.similarity["translation"].max() < 0.2
    notices = [row for row, edit in enumerate(documents.edits) if edit == "notice"]
    pairs = np.array([(left, right) for left in notices[:30] for right in notices if left != right])
    assert 0.4 < np.sort(shingles.similarities(pairs))[-20] < 0.8


def test_the_same_seed_gives_the_same_documents() -> None:
    assert make_documents(300, 5).texts == make_documents(300, 5).texts
