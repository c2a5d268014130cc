"""The pages written to train the line model on: each says of all its lines what they are, and none is another's copy."""

from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.marked_pages import MarkedPage, read_marked_pages

FOLDER = Path(__file__).parents[2] / "benchmarks" / "written_pages"
UNTITLED = "untitled"
"""The case of a page that shows no headline, as a photo post of one line may not."""
SENTENCE_CHARS = 60
"""A line of the article this long is a sentence that no other page may share; "Ingredients" may recur."""


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
