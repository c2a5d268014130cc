"""What an address says of a page's lines."""

import numpy as np
import pyarrow as pa
import pytest

from flows.cleaning.address import (
    ABSENT,
    ADDRESS_FEATURES,
    MAX_URL_CHARS,
    Address,
    host_and_path,
    name_parts,
    slug_words,
)
from flows.cleaning.characters import read_characters
from flows.cleaning.lines import Bools, Lines, split_lines
from flows.cleaning.surroundings import Surroundings

PAGE = (
    "The Weir Herald\nLock keeper’s cottage opens its door\nA new roof for the keeper’s cottage\nBus fares rise again"
)
URL = "https://www.weirherald.example/news/local/lock-keepers-cottage-opens-71.html?from=feed"


def unlike(lines: Lines, skip: str | None = None) -> Bools:
    """Mark the lines that are known to be furniture."""
    return np.array([lines.text(entry) == skip for entry in range(len(lines))], dtype=bool)


def features(*pages: tuple[str, str | None], skip: str | None = None) -> dict[str, list[float]]:
    lines = split_lines(pa.array([text for text, _ in pages], pa.string()))
    address = Address(lines, read_characters(lines.distinct).words, [url for _, url in pages], unlike(lines, skip))
    rows = address.features(slice(0, len(lines)), Surroundings(lines.document))
    return dict(zip(ADDRESS_FEATURES, rows.round(3).tolist(), strict=True))


def test_lines_that_speak_of_what_the_address_names_are_told() -> None:
    found = features((PAGE, URL))
    assert found["slug_words"] == [4.0] * 4
    assert found["slug_hits"] == [0.0, 3.0, 1.0, 0.0]
    assert found["slug_share"] == [0.0, 0.75, 0.25, 0.0]
    assert found["slug_near"][3] > 0


def test_lines_that_name_the_site_are_told() -> None:
    found = features((PAGE, URL))
    assert found["names_site"] == [1.0, 0.0, 0.0, 0.0]
    assert found["site_named_near"] == [1.0, 1.0, 1.0, 1.0]


def test_what_is_known_to_be_furniture_says_nothing_of_the_lines_beside_it() -> None:
    found = features((PAGE, URL), skip="The Weir Herald")
    assert found["names_site"] == found["site_named_near"] == [0.0] * 4


def test_a_page_is_held_against_its_own_address() -> None:
    found = features((PAGE, None), (PAGE, URL), (PAGE, "https://other.example/"))
    assert found["slug_hits"][:4] == [ABSENT] * 4
    assert found["slug_hits"][4:8] == [0.0, 3.0, 1.0, 0.0]
    assert found["slug_hits"][8:] == [ABSENT] * 4
    assert found["names_site"] == [0.0] * 4 + [1.0, 0.0, 0.0, 0.0] + [0.0] * 4


def test_some_documents_alone_give_what_all_give() -> None:
    lines = split_lines(pa.array([PAGE, "Weir opens", PAGE], pa.string()))
    address = Address(lines, read_characters(lines.distinct).words, [None, None, URL], unlike(lines))
    every = address.features(slice(0, len(lines)), Surroundings(lines.document))
    last = slice(int(lines.starts[2]), len(lines))
    assert (address.features(last, Surroundings(lines.document[last])) == every[:, last]).all()


def test_no_document_is_no_trouble() -> None:
    lines = split_lines(pa.array([], pa.string()))
    rows = Address(lines, read_characters(lines.distinct).words, [], unlike(lines)).features(
        slice(0, 0), Surroundings(lines.document)
    )
    assert rows.shape == (len(ADDRESS_FEATURES), 0)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Präsident räumt Versäumnisse nach Feuer ein", "https://a.example/praesident-raeumt-versaeumnisse-ein"),
        ("Le président rappelle ses ministres", "https://a.example/2024/le-president-rappelle-ses-ministres/"),
        (
            "Президент звільнив міністра",
            "https://a.example/%D0%BF%D1%80%D0%B5%D0%B7%D0%B8%D0%B4%D0%B5%D0%BD%D1%82-міністра",
        ),
    ],
)
def test_accents_spelt_out_or_left_out_make_no_difference(text: str, url: str) -> None:
    assert features((text, url))["slug_hits"][0] >= 2


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, []),
        ("", []),
        ("http://[", []),
        ("https://a.example/", []),
        ("https://a.example/politics/4711", ["politics"]),
        ("/news/the-weir-opens.aspx", ["the", "weir", "opens"]),
        ("https://a.example/" + "weir-" * 10_000, ["weir"] * 20),
    ],
)
def test_words_of_an_address(url: str | None, words: list[str]) -> None:
    _, path = host_and_path(url)
    assert slug_words(path) == words


def test_an_address_is_looked_at_as_far_as_addresses_go() -> None:
    _, path = host_and_path("https://a.example/" + "1" * MAX_URL_CHARS + "/weir-opens-again")
    assert slug_words(path) == []


@pytest.mark.parametrize(
    ("host", "some", "none"),
    [
        ("www.lemonde.fr", {"monde", "lemonde"}, {"le", "mon", "emond"}),
        ("www.bbc.co.uk", {"bbc"}, {"co"}),
        ("9news.com.au", {"9news"}, {"com"}),
        ("localhost", set(), {"localhost"}),
        ("", set(), {""}),
    ],
)
def test_what_stands_for_a_sites_name(host: str, some: set[str], none: set[str]) -> None:
    parts = set(name_parts(host).split())
    assert some <= parts
    assert not none & parts


def test_a_long_name_makes_few_words() -> None:
    assert len(name_parts("x" * 5000 + ".example").split()) < 200
    assert not np.isnan(list(features(("x", "https://" + "x" * 400 + ".example/a-b-c")).values())).any()


def test_a_headline_is_most_like_its_address() -> None:
    lines = split_lines(pa.array([PAGE, PAGE, PAGE], pa.string()))
    urls = [URL, None, "https://weirherald.example/cottage"]
    likeness = Address(lines, read_characters(lines.distinct).words, urls, unlike(lines)).likeness()
    assert likeness[:4].tolist() == pytest.approx([0.0, 0.6, 0.0, 0.0])  # 3 words of 4 and of 6; one alone is nothing
    assert not likeness[4:].any()
