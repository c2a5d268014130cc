"""Words: what of a text counts when texts are compared."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dedup import words
from flows.dedup.words import hash_words

ALONE = "港がกマ"
texts = st.lists(st.text(alphabet="abAB éÉßñЯя'’-_—“9٣\u00a0\n\t\u200b𝒜🙂" + ALONE, max_size=30), max_size=6)


def plain_words(text: str) -> list[str]:
    spaced = "".join(f" {c} " if c in ALONE else c for c in text)
    bare = ("".join(c for c in word if c.isalnum()) for word in spaced.split())
    return [word.casefold() for word in bare if word]


def hashes(text: str) -> list[int]:
    return hash_words(pa.array([text], pa.string())).hashes.tolist()


@given(texts)
def test_words_are_alike_when_their_letters_and_digits_are(given: list[str]) -> None:
    found = hash_words(pa.array(given, pa.string()))
    plain = [plain_words(text) for text in given]
    assert np.diff(found.starts).tolist() == [len(text) for text in plain]
    pairs = set(zip([word for text in plain for word in text], found.hashes.tolist(), strict=True))
    assert len(pairs) == len({word for word, _ in pairs}) == len({value for _, value in pairs})


@given(texts, st.sampled_from([1, 4, 1 << 16]))
def test_a_texts_words_are_the_same_in_any_company(given: list[str], chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_CHUNK_POINTS", chunk)
        found = hash_words(pa.array(given, pa.string()))
    assert [found.of(place).tolist() for place in range(len(given))] == [hashes(text) for text in given]


def test_no_texts_have_no_words() -> None:
    found = hash_words(pa.array([], pa.string()))
    assert (found.hashes.tolist(), found.starts.tolist()) == ([], [0])


@pytest.mark.parametrize(
    ("left", "right"),
    [("Straße", "STRASSE"), ("l’été", "L'ÉTÉ"), ("“Quay”", "quay,"), ("σοφός", "ΣΟΦΌΣ"), ("İzmir", "izmir")],
)
def test_case_and_marks_make_no_difference(left: str, right: str) -> None:
    assert hashes(left) == hashes(right) != []


def test_characters_of_scripts_without_spaces_count_as_words() -> None:
    found = hash_words(pa.array(["港湾局は来月", "The quay"]))
    assert np.diff(found.starts).tolist() == [6, 2]


def test_a_character_of_a_rare_block_is_known_when_it_comes_first() -> None:
    assert len(hashes("𝔞 b")) == 2
    assert len(hashes("𠮷野家")) == 3


def test_words_are_hashed_alike_on_every_machine() -> None:
    assert [f"{value:016x}" for value in hashes("The quay, 港")] == [
        "9f2a2539547fb164",
        "333ec45eb564b51b",
        "48f3ec5b110bf1bf",
    ]
