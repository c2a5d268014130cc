"""Decisions: the keeper of a cluster, and what the other documents are to it."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.decisions import NEVER, Candidates, Decisions, article_id_of, decide, find_latest


@dataclass(frozen=True)
class Document:
    """A candidate, its values as small numbers."""

    url: int
    body: int
    published_at: int = NEVER
    fetched_at: int = 0


def candidates_of(documents: list[Document]) -> Candidates:
    """Return documents, ordered by their ids, as candidates."""
    return Candidates(
        order=np.arange(len(documents)),
        url=np.array([document.url for document in documents], dtype=np.int64),
        body=np.array([document.body for document in documents], dtype=np.int64),
        published_at=np.array([document.published_at for document in documents], dtype=np.int64),
        fetched_at=np.array([document.fetched_at for document in documents], dtype=np.int64),
    )


def decide_on(documents: list[Document], clusters: list[int] | None = None) -> Decisions:
    """Decide on documents; without clusters, documents of one body are one."""
    candidates = candidates_of(documents)
    cluster = candidates.body if clusters is None else np.array(clusters)
    return decide(candidates, find_latest(candidates), cluster)


def outcomes(decisions: Decisions) -> list[str]:
    """Return what became of each document; exactly one thing."""
    flags = {name: getattr(decisions, name) for name in ("article", "exact", "revision", "near")}
    assert sum(flag.astype(int) for flag in flags.values()).tolist() == [1] * len(decisions.keeper)
    return [next(name for name, flag in flags.items() if flag[place]) for place in range(len(decisions.keeper))]


def test_the_same_body_under_another_address_is_an_exact_duplicate() -> None:
    decisions = decide_on([Document(url=1, body=7), Document(url=2, body=7)])
    assert outcomes(decisions) == ["article", "exact"]
    assert decisions.keeper.tolist() == [0, 0]


def test_the_latest_fetch_of_an_address_is_the_article_and_the_others_are_its_revisions() -> None:
    decisions = decide_on([Document(url=1, body=7), Document(url=1, body=8, fetched_at=1)])
    assert outcomes(decisions) == ["revision", "article"]
    assert decisions.keeper.tolist() == decisions.latest.tolist() == [1, 1]


def test_an_article_is_named_by_its_address_and_without_one_by_its_document() -> None:
    assert article_id_of("https://a.example/1", "x") == article_id_of("https://a.example/1", "y")
    assert article_id_of(None, "x") != article_id_of(None, "y")
    assert article_id_of("x", "y") != article_id_of(None, "x")
    assert len(article_id_of(None, "x")) == 16


def test_an_address_fetched_again_without_change_is_a_duplicate() -> None:
    decisions = decide_on([Document(url=1, body=7), Document(url=1, body=7, fetched_at=1)])
    assert outcomes(decisions) == ["exact", "article"]


def test_of_two_fetches_of_one_moment_the_smallest_id_stands_for_the_address() -> None:
    assert find_latest(candidates_of([Document(url=1, body=7), Document(url=1, body=8)])).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("left", "right", "keeper"),
    [
        ({"published_at": 5}, {"published_at": 4}, 1),
        ({}, {"published_at": 9}, 1),
        ({"fetched_at": 1}, {}, 1),
        ({"published_at": 4, "fetched_at": 9}, {"published_at": 5}, 0),
        ({}, {}, 0),
    ],
)
def test_the_keeper_is_published_first_else_fetched_first_else_of_the_smallest_id(
    left: dict[str, int], right: dict[str, int], keeper: int
) -> None:
    decisions = decide_on([Document(url=1, body=7, **left), Document(url=2, body=8, **right)], clusters=[3, 3])
    assert decisions.keeper.tolist() == [keeper, keeper]
    assert sorted(outcomes(decisions)) == ["article", "near"]


def test_documents_of_one_cluster_are_one_article() -> None:
    decisions = decide_on([Document(url=number, body=number) for number in range(4)], clusters=[0, 0, 0, 3])
    assert decisions.keeper.tolist() == [0, 0, 0, 3]
    assert outcomes(decisions) == ["article", "near", "near", "article"]


def test_an_older_text_of_a_duplicate_is_a_revision_of_the_same_article() -> None:
    keeper = Document(url=1, body=7, published_at=0)
    decisions = decide_on([keeper, Document(url=2, body=8), Document(url=2, body=7, fetched_at=1)])
    assert outcomes(decisions) == ["article", "revision", "exact"]
    assert decisions.keeper.tolist() == [0, 0, 0]


def test_nothing_is_decided_of_no_documents() -> None:
    assert outcomes(decide_on([])) == []


documents = st.builds(
    Document,
    url=st.integers(0, 3),
    body=st.integers(0, 3),
    published_at=st.integers(0, 2),
    fetched_at=st.integers(0, 2),
)


@given(st.lists(documents, max_size=8))
def test_every_document_leads_to_an_article_which_leads_to_itself(given_documents: list[Document]) -> None:
    decisions = decide_on(given_documents)
    assert decisions.article[decisions.keeper].all()
    assert (decisions.keeper[decisions.keeper] == decisions.keeper).all()
    assert (decisions.keeper == decisions.keeper[decisions.latest]).all()
    outcomes(decisions)


@given(st.lists(documents, max_size=8), st.randoms(use_true_random=False))
def test_what_is_decided_does_not_depend_on_the_order_of_rows(given_documents: list[Document], random: object) -> None:
    candidates = candidates_of(given_documents)
    order = np.array(random.sample(range(len(given_documents)), len(given_documents)), dtype=np.int64)  # type: ignore[attr-defined]
    mixed = Candidates(**{name: getattr(candidates, name)[order] for name in candidates.__dataclass_fields__})
    plain = decide(candidates, find_latest(candidates), candidates.body)
    other = decide(mixed, find_latest(mixed), mixed.body)
    assert (order[other.keeper] == plain.keeper[order]).all()
    assert (other.revision == plain.revision[order]).all()
