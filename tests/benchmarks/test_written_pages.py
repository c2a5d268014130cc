"""The pages written to train the line model on: each says of all its lines what they are, and none is another's copy."""

from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.marked_pages import MarkedPage, read_marked_pages

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "benchmarks" / "written_pages"
GOLD = PROJECT / "tests" / "gold" / "pages"
UNTITLED = "untitled"
"""The case of a page that shows no headline, as a photo post of one line may not."""
SENTENCE_CHARS = 60
"""A line of the article this long is a sentence that no other page may share; "Ingredients" may recur."""
COPIED_CHARS = 40
"""A line this long that a page of the gold set holds too, of whatever kind, was copied from it."""
NEVER_TRAINED_ON = {"el", "he", "ka", "th"}
"""The gold set shows with these what the line model does in a language it has never seen."""


@pytest.fixture(scope="module")
def pages() -> list[MarkedPage]:
    return read_marked_pages(FOLDER)


def test_every_page_has_an_article_and_furniture_and_lies_at_its_sites_address(pages: list[MarkedPage]) -> None:
    for page in pages:
        assert any(line.is_article for line in page.lines), page.name
        assert any(line.is_furniture for line in page.lines), page.name
        assert urlsplit(page.url).hostname == page.site, page.name
        assert page.site.endswith(".example"), page.name


def test_every_page_has_one_headline_or_says_that_it_has_none(pages: list[MarkedPage]) -> None:
    for page in pages:
        headlines = sum(line.role == "title" for line in page.lines)
        assert headlines == (UNTITLED not in page.cases), page.name


def test_no_page_shares_a_sentence_of_its_article_with_another(pages: list[MarkedPage]) -> None:
    places = defaultdict(set)
    for page in pages:
        for line in page.lines:
            if line.is_article and len(line.text) >= SENTENCE_CHARS:
                places[line.text].add(page.name)
    assert [names for names in places.values() if len(names) > 1] == []


def test_no_page_stands_in_a_language_kept_for_testing(pages: list[MarkedPage]) -> None:
    assert not {page.language for page in pages} & NEVER_TRAINED_ON


def test_nothing_is_shared_with_the_gold_set(pages: list[MarkedPage]) -> None:
    tested = read_marked_pages(GOLD)
    assert not {page.site for page in pages} & {page.site for page in tested}
    of_training, of_testing = (
        {line.text for page in some for line in page.lines if len(line.text) >= COPIED_CHARS}
        for some in (pages, tested)
    )
    assert not of_training & of_testing
