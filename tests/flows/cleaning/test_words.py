"""Words are counted over columns as they are one by one."""

import pyarrow as pa
import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from flows.cleaning.words import count_words

WORD = re2.compile(r"[\pL\pN]+")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("The ferry leaves at 7.", 5),
        ("it's", 2),
        ("Größe — déjà vu", 3),
        ("東京は晴れ", 1),
        ("𝒜 and 😀", 2),
        ("a\n\nb", 2),
    ],
)
def test_a_word_is_a_run_of_letters_and_digits(text: str, words: int) -> None:
    assert count_words(pa.array([text])).tolist() == [words]


@given(st.lists(st.text(alphabet="aé東7 .-\n😀𝒜٣", max_size=12), max_size=6))
def test_many_texts_at_once_count_as_each_alone(texts: list[str]) -> None:
    expected = [len(WORD.findall(text)) for text in texts]
    assert count_words(pa.array(texts, pa.string())).tolist() == expected
