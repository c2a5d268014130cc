"""Shingles: the sets of which similarity is told."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup import shingles
from flows.dedup.shingles import jaccard, shingle
from flows.dedup.words import hash_words


def plain_shingles(text: str, size: int) -> set[tuple[str, ...]]:
    words = [word for word in ("".join(c for c in w.casefold() if c.isalnum()) for w in text.split()) if word]
    return {tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1))}


@given(
    st.lists(st.text(alphabet="ab .,-B", max_size=30), min_size=2, max_size=5), st.integers(1, 4), st.integers(1, 60)
)
def test_similarity_is_jaccards_over_word_shingles(texts: list[str], size: int, at_once: int) -> None:
    sets = shingle(hash_words(pa.array(texts)), size).distinct()
    pairs = np.array([(left, right) for left in range(len(texts)) for right in range(len(texts))])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shingles, "COUNTED_AT_ONCE", at_once)
        found = jaccard(sets, pairs)
    plain = [plain_shingles(text, size) for text in texts]
    expected = [len(plain[left] & plain[right]) / len(plain[left] | plain[right]) for left, right in pairs]
    assert found.tolist() == pytest.approx(expected)


def test_no_pairs_have_no_similarities() -> None:
    sets = shingle(hash_words(pa.array(["The quay is closed"])), 3).distinct()
    assert len(jaccard(sets, np.empty((0, 2), dtype=np.int64))) == 0
