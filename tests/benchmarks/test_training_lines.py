"""What of a page is its article: the labels that the line model learns from."""

import numpy as np

from benchmarks.training_lines import Example, label_lines, lay_out, without_doubtful

STORY = [
    "The island ferry will leave at seven as well as at nine from April, the harbour board said on Monday.",
    "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn.",
    "A crew of four has been hired, and the old mate returns from his retirement for the first summer.",
]
GOLD = "\n".join([STORY[0], "What comes next", *STORY[1:]])


def labels(lines: list[str], gold: str = GOLD) -> list[int]:
    return np.flatnonzero(label_lines(lines, gold)).tolist()


def test_lines_of_the_gold_text_are_the_article() -> None:
    page = ["Home", "Ferry gains a second crossing", STORY[0], "What comes next", *STORY[1:], "Our printers"]
    assert labels(page) == [2, 3, 4, 5]


def test_a_line_that_shares_a_few_words_is_not() -> None:
    assert labels([*STORY, "The harbour board said on Monday that the market will move to the quay in June."]) == [
        0,
        1,
        2,
    ]


def test_a_line_counts_as_often_as_the_article_has_it_where_the_article_stands() -> None:
    page = [STORY[2], "Most read", "Weather", "Letters", "Sport", "Trains", STORY[0], STORY[1], STORY[2]]
    assert labels(page) == [6, 7, 8]


def test_a_short_line_far_from_the_article_is_no_heading_of_it() -> None:
    page = ["What comes next", "Sport", "Letters", "Trains", STORY[0], "What comes next", *STORY[1:]]
    assert labels(page) == [4, 5, 6, 7]


def test_an_empty_page_or_gold_text_has_no_article() -> None:
    assert labels([]) == []
    assert labels(STORY, "") == []


def test_a_page_whose_gold_text_is_of_something_else_teaches_nothing() -> None:
    right = Example("a", "scraped_text", "\n".join(STORY * 3), np.ones(9, dtype=bool))
    wrong = Example(
        "b", "scraped_text", "\n".join([*STORY * 3, "The issuer alone is answerable for this."]), np.arange(10) == 9
    )
    assert without_doubtful([right, wrong]) == [right]


def test_examples_are_laid_out_each_as_a_site_of_its_own() -> None:
    one = Example("a", "scraped_text", "\n".join(STORY), np.ones(3, dtype=bool))
    data = lay_out([one, one])
    assert not data.ground.template.any()
    assert data.article.tolist() == [True] * 6
    assert data.publisher.tolist() == [0, 0]
