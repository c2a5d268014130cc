"""Near-variants of template lines."""

import numpy as np
import pyarrow as pa
import pytest

from flows.cleaning import variants
from flows.cleaning.variants import name_variant_codes, variant_codes


def alike(first: str, second: str, *, names: bool = False, sentence: bool = False) -> bool:
    distinct = pa.array(["nothing of the kind", first, second], pa.large_string())
    codes = variant_codes(distinct)
    if names:
        codes = name_variant_codes(distinct, codes, sentence=np.full(3, sentence))
    assert codes[0] == 0
    return bool(codes[1] == codes[2])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Read 12 comments", "Read 7 comments"),
        ("12,400 followers", "9,871 followers"),
        ("Updated 3 March 2025, 9.40", "Updated 11 February 2024, 17.05"),
        ("Diesen Beitrag haben wir am 10. März erneuert", "Diesen Beitrag haben wir am 2. April erneuert"),
        ("閲覧 120 回", "閲覧 7 回"),
    ],
)
def test_lines_that_differ_in_numbers_and_dates_are_one(first: str, second: str) -> None:
    assert alike(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Read the comments", "Read our comments"),
        ("12", "7"),
        ("3 dead", "3 saved"),
        ("In 1998 the mill closed " + "and nobody came to see it go " * 6, "In 1999 the mill closed " + "and nobody came to see it go " * 6),
    ],
)  # fmt: skip
def test_other_lines_are_not(first: str, second: str) -> None:
    assert not alike(first, second)


def test_lines_that_differ_in_a_name_are_one_by_names_alone() -> None:
    pair = ("More stories by Ada Stern", "More stories by Paul Holt")
    assert alike(*pair, names=True)
    assert not alike(*pair)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("Ada Stern", "Paul Holt", False),
        ("Stern said in a statement.", "Holt said in a statement.", True),
        ("Mill Lane Reopens", "Quay Street Reopens", False),
    ],
)
def test_lines_that_are_little_else_than_names_are_not(first: str, second: str, sentence: bool) -> None:
    assert not alike(first, second, names=True, sentence=sentence)


def test_no_lines_have_no_variants() -> None:
    assert len(variant_codes(pa.array([], pa.large_string()))) == 0


def test_few_lines_and_many_are_told_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    distinct = pa.array(
        [
            "By Nora Whitlock in Nordhavn", "By Émile Ångström-Öst in ’s-Hertogenbosch", "3 MÄRZ 2025", "sobota 5. 4.",
            "Le 2 août à Saint-Malo et à Brest", "Двое из Мурманска приехали 7 мая", "東京 5月3日", "A B C", "",
            "O’Neill O’Neill, O’Neill said so twice", "Monday Tuesday 5", "x" * 200, "maymay May 5 MAY",
        ],
        pa.large_string(),
    )  # fmt: skip
    sentence = np.zeros(len(distinct), dtype=bool)
    one_by_one = variant_codes(distinct), name_variant_codes(distinct, variant_codes(distinct), sentence=sentence)
    words = [variants._replaced(distinct, pattern, "N") for pattern in (variants._NAME, variants.date_word())]
    monkeypatch.setattr(variants, "FEW_LINES", 0)
    together = variant_codes(distinct), name_variant_codes(distinct, variant_codes(distinct), sentence=sentence)
    assert [list(codes) for codes in one_by_one] == [list(codes) for codes in together]
    assert words == [variants._replaced(distinct, pattern, "N") for pattern in (variants._NAME, variants.date_word())]
