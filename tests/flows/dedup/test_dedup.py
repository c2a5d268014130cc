"""Duplicates: signatures, pairs, verification, keepers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.keepers import Candidate, article_id_of, decide
from flows.dedup.matching import ALL_PAIRS, candidate_pairs
from flows.dedup.shingles import hash_words, jaccard, shingle
from flows.dedup.signatures import sign, sign_bodies

START = datetime(2025, 3, 1, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(5000)]


def plain_shingles(text: str, size: int) -> set[tuple[str, ...]]:
    words = [word for word in ("".join(c for c in w.casefold() if c.isalnum()) for w in text.split()) if word]
    return {tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))}


@given(st.lists(st.text(alphabet="ab .,-B", max_size=30), min_size=2, max_size=5))
def test_similarity_is_jaccards_over_word_shingles(texts: list[str]) -> None:
    found = shingle(hash_words(pa.array(texts)), 3)
    for left in range(len(texts)):
        for right in range(len(texts)):
            a, b = plain_shingles(texts[left], 3), plain_shingles(texts[right], 3)
            assert jaccard(found.distinct(left), found.distinct(right)) == pytest.approx(len(a & b) / len(a | b))


def test_case_and_punctuation_make_no_difference_and_word_order_does() -> None:
    hashes, _ = sign_bodies(pa.array(["The quay, closed!", "the QUAY closed", "closed the quay"]), words=3, hashes=16)
    assert hashes[0] == hashes[1] != hashes[2]


def test_characters_of_scripts_without_spaces_count_as_words() -> None:
    words = hash_words(pa.array(["港湾局は来月", "The quay"]))
    assert np.diff(words.starts).tolist() == [6, 2]


def edited(random: np.random.Generator, words: list[str], edits: int) -> list[str]:
    changed = list(words)
    for place in random.choice(len(words), edits, replace=False):
        changed[place] = f"edit{random.integers(10**9)}"
    return changed


def test_signatures_estimate_similarity_and_find_nearly_all_pairs_above_the_threshold() -> None:
    random = np.random.default_rng(11)
    texts, truth = [], []
    for number in range(300):
        words = [str(word) for word in random.choice(WORDS, 300)]
        other = edited(random, words, int(random.integers(0, 8)))
        texts += [" ".join(words), " ".join(other)]
        truth.append((2 * number, 2 * number + 1))
    found = shingle(hash_words(pa.array(texts)), 3)
    signatures = sign(found, 128)
    true = {pair: jaccard(found.distinct(pair[0]), found.distinct(pair[1])) for pair in truth}
    estimates = [float((signatures[a] == signatures[b]).mean()) for a, b in truth]
    assert np.abs(np.array(estimates) - np.array(list(true.values()))).mean() < 0.04
    pairs = {(int(a), int(b)) for a, b in candidate_pairs(signatures, 16)}
    above = [pair for pair, similarity in true.items() if similarity >= 0.8]
    assert len(above) > 200
    assert sum(pair in pairs for pair in above) / len(above) >= 0.98


def test_signatures_are_alike_in_every_process() -> None:
    _, signature = sign_bodies(pa.array(["The quay is closed to lorries from Monday."]), words=3, hashes=16)
    assert signature[0].as_py().hex()[:32] == "d824cb02a8768c0ca7886a1b071a7c0e"


@given(st.lists(st.integers(0, 3), min_size=0, max_size=12))
def test_rows_that_agree_in_a_band_are_candidates(values: list[int]) -> None:
    signatures = np.array(
        [[value, value, number, number + 100] for number, value in enumerate(values)], dtype=np.uint32
    )
    pairs = {(int(a), int(b)) for a, b in candidate_pairs(signatures.reshape(-1, 4), 2)}
    same = {(a, b) for b in range(len(values)) for a in range(b) if values[a] == values[b]}
    assert pairs == same


def test_a_large_group_of_copies_stays_one_cluster_at_linear_cost() -> None:
    size = 10 * ALL_PAIRS
    signatures = np.ones((size, 8), dtype=np.uint32)
    pairs = candidate_pairs(signatures, 2)
    assert len(pairs) < 2 * size
    candidates = [document(n, body=bytes([n % 256, n // 256])) for n in range(size)]
    decisions = decide(candidates, [(int(a), int(b)) for a, b in pairs])
    assert len({decision.article_id for decision in decisions}) == 1


def document(number: int, **given: Any) -> Candidate:
    body = given.get("body", number.to_bytes(16, "big"))
    return Candidate(
        document_id=f"{number:032x}",
        url=given.get("url"),
        body_hash=body,
        published_at=given.get("published"),
        fetched_at=given.get("fetched", START),
    )


def outcomes(
    candidates: list[Candidate], near: list[tuple[int, int]] | None = None
) -> list[tuple[str, str | None, int]]:
    if near is None:
        near = []
    return [(d.outcome, d.method, d.keeper) for d in decide(candidates, near)]


def test_the_same_body_under_another_address_is_an_exact_duplicate() -> None:
    assert outcomes([document(1, url="a", body=b"x"), document(2, url="b", body=b"x")]) == [
        ("article", None, 0),
        ("duplicate", "exact", 0),
    ]


def test_the_latest_fetch_of_an_address_is_the_article_and_keeps_its_id() -> None:
    old, new = document(1, url="a"), document(2, url="a", fetched=START + timedelta(days=1))
    assert outcomes([old, new]) == [("revision", "revision", 1), ("article", None, 1)]
    assert {decision.article_id for decision in decide([old, new], [])} == {article_id_of(old)}


def test_an_address_fetched_again_without_change_is_a_duplicate() -> None:
    again = document(2, url="a", body=b"x", fetched=START + timedelta(days=1))
    assert outcomes([document(1, url="a", body=b"x"), again]) == [
        ("duplicate", "exact", 1),
        ("article", None, 1),
    ]


@pytest.mark.parametrize(
    ("left", "right", "keeper"),
    [
        ({"published": START + timedelta(1)}, {"published": START}, 1),
        ({}, {"published": START + timedelta(9)}, 1),
        ({"fetched": START + timedelta(1)}, {}, 1),
        ({}, {}, 0),
    ],
)
def test_the_keeper_is_published_first_else_fetched_first_else_of_the_smallest_id(
    left: dict[str, Any], right: dict[str, Any], keeper: int
) -> None:
    decisions = decide([document(1, url="a", **left), document(2, url="b", **right)], [(0, 1)])
    assert {decision.keeper for decision in decisions} == {keeper}
    assert sorted(decision.outcome for decision in decisions) == ["article", "duplicate"]


def test_near_pairs_link_into_one_cluster() -> None:
    chain = [document(n, url=str(n)) for n in range(4)]
    assert [keeper for _, _, keeper in outcomes(chain, [(0, 1), (1, 2)])] == [0, 0, 0, 3]


def test_an_older_text_of_a_duplicate_is_a_revision_of_the_same_article() -> None:
    keeper = document(1, url="a", body=b"x", published=START)
    old = document(2, url="b", body=b"old")
    new = document(3, url="b", body=b"x", fetched=START + timedelta(1))
    assert outcomes([keeper, old, new]) == [
        ("article", None, 0),
        ("revision", "revision", 0),
        ("duplicate", "exact", 0),
    ]
