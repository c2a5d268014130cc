"""Signatures: short marks that tell how similar texts are."""

import numpy as np
import pyarrow as pa

from flows.dedup.bands import band_keys
from flows.dedup.shingles import hash_words, jaccard, shingle
from flows.dedup.signatures import sign, sign_bodies
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
    signatures = sign(found, settings.signature_hashes)
    left, right = signatures[::2], signatures[1::2]
    true = np.array([jaccard(found.distinct(row), found.distinct(row + 1)) for row in range(0, 600, 2)])
    assert np.abs((left == right).mean(axis=1) - true).mean() < 0.05
    keys = band_keys(signatures, settings.bands)
    share = (keys[::2] == keys[1::2]).any(axis=1)
    assert (true >= 0.8).sum() > 200
    assert share[true >= 0.8].mean() >= 0.99


def test_signatures_are_alike_in_every_process() -> None:
    _, signature = sign_bodies(pa.array(["The quay is closed to lorries from Monday."]), words=3, hashes=16)
    assert signature[0].as_py().hex()[:32] == "d824cb02a8768c0ca7886a1b071a7c0e"


def test_case_and_punctuation_make_no_difference_and_word_order_does() -> None:
    hashes, _ = sign_bodies(pa.array(["The quay, closed!", "the QUAY closed", "closed the quay"]), words=3, hashes=16)
    assert hashes[0] == hashes[1] != hashes[2]
