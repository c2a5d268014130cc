"""Signatures: short marks that tell how similar texts are."""

import numpy as np
import pyarrow as pa
import pytest

from flows.dedup import signatures
from flows.dedup.bands import band_keys
from flows.dedup.shingles import jaccard, shingle
from flows.dedup.signatures import sign, sign_bodies
from flows.dedup.words import hash_words
from flows.settings import Settings

WORDS = [f"word{number}" for number in range(5000)]


def edited(random: np.random.Generator, words: list[str], edits: int) -> list[str]:
    changed = list(words)
    for place in random.choice(len(words), edits, replace=False):
        changed[place] = f"edit{random.integers(10**9)}"
    return changed


def test_signatures_estimate_similarity_and_find_nearly_all_pairs_above_the_threshold() -> None:
    random = np.random.default_rng(11)
    settings = Settings(profiles=None)
    texts = []
    for _ in range(300):
        words = [str(word) for word in random.choice(WORDS, 300)]
        texts += [" ".join(words), " ".join(edited(random, words, int(random.integers(0, 11))))]
    found = shingle(hash_words(pa.array(texts)), 3)
    signed = sign(found, settings.signature_hashes)
    left, right = signed[::2], signed[1::2]
    true = jaccard(found.distinct(), np.arange(600).reshape(-1, 2))
    assert np.abs((left == right).mean(axis=1) - true).mean() < 0.05
    keys = band_keys(signed, settings.bands)
    share = (keys[::2] == keys[1::2]).any(axis=1)
    assert (true >= 0.8).sum() > 200
    assert share[true >= 0.8].mean() >= 0.99


def test_signatures_are_alike_in_every_process() -> None:
    _, signature = sign_bodies(pa.array(["The quay is closed to lorries from Monday."]), words=3, hashes=16)
    assert signature[0].as_py().hex()[:32] == "193372613a43a61bcab4ff085e18b706"


def test_case_and_punctuation_make_no_difference_and_word_order_does() -> None:
    hashes, _ = sign_bodies(pa.array(["The quay, closed!", "the QUAY closed", "closed the quay"]), words=3, hashes=16)
    assert hashes[0] == hashes[1] != hashes[2]


def test_agreement_of_signatures_spreads_about_similarity_as_theory_says() -> None:
    random = np.random.default_rng(5)
    hashes, pairs = 128, 400
    texts = []
    for _ in range(pairs):
        words = [str(word) for word in random.choice(WORDS, 200)]
        texts += [" ".join(words), " ".join(edited(random, words, int(random.integers(2, 30))))]
    found = shingle(hash_words(pa.array(texts)), 3)
    signed = sign(found, hashes)
    true = jaccard(found.distinct(), np.arange(2 * pairs).reshape(-1, 2))
    errors = (signed[::2] == signed[1::2]).mean(axis=1) - true
    scaled = errors / np.sqrt(true * (1 - true) / hashes)
    assert abs(scaled.mean()) < 0.2
    assert 0.85 < scaled.std() < 1.15


def test_bodies_are_signed_alike_in_any_company(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = pa.array([f"The quay of {word} is closed until {place}." for place, word in enumerate(WORDS[:50])])
    together = sign_bodies(bodies, words=3, hashes=16)
    monkeypatch.setattr(signatures, "CHUNK_TEXTS", 7)
    assert sign_bodies(bodies, words=3, hashes=16) == together


def test_no_bodies_have_no_signatures() -> None:
    assert [len(column) for column in sign_bodies(pa.array([], pa.string()), words=3, hashes=16)] == [0, 0]
