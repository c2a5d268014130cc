"""Shingles: the sets of which similarity is told."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup.shingles import hash_words, jaccard, shingle


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


def test_characters_of_scripts_without_spaces_count_as_words() -> None:
    words = hash_words(pa.array(["港湾局は来月", "The quay"]))
    assert np.diff(words.starts).tolist() == [6, 2]
