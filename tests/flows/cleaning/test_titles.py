"""Headlines: the given one found in the text, the likely one, and what is shown."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from flows.cleaning.lines import split_lines
from flows.cleaning.titles import given_titles, shown_title

Rows = Callable[..., list[dict[str, Any]]]
BODY = [
    "The island ferry will leave at seven as well as at nine from April, the harbour board said on Monday.",
    "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn.",
]


@pytest.mark.parametrize(
    "given",
    [
        "“Ferry” gains a second crossing – at last",
        '"Ferry" gains a second crossing - at last',
        "FERRY GAINS A SECOND CROSSING – AT LAST",
        "“Ferry” gains a second crossing – at last | Pilot Courier",
        "“Ferry” gains a second crossing – at last - News - Courier",
        "Courier | “Ferry” gains a second crossing – at last",
        "«Ferry»  gains a second crossing: at last",
    ],
)
def test_a_given_headline_finds_its_line_however_it_is_spelt(given: str) -> None:
    lines = split_lines(pa.array(["\n".join(["Menu", "“Ferry” gains a second crossing – at last", *BODY])]))
    assert given_titles(lines, pa.array([given])).tolist() == [1]


def test_a_headline_that_the_text_has_not_finds_no_line() -> None:
    lines = split_lines(pa.array(["\n".join(["Menu", "Ferry", *BODY]), "Menu", ""]))
    assert given_titles(lines, pa.array(["Ferry gains a crossing", None, "Menu"])).tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("given", "line", "shown"),
    [
        ("Ferry gains a crossing | Harbour Gazette", None, "Ferry gains a crossing"),
        ("Ferry gains a crossing - harbour-gazette.example", None, "Ferry gains a crossing"),
        ("Harbour Gazette: Ferry - a second crossing", None, "Harbour Gazette: Ferry - a second crossing"),
        ("Ferry gains a crossing – North desk", "Ferry gains a crossing", "Ferry gains a crossing"),
        ("Ferry – a second crossing", None, "Ferry – a second crossing"),
        ("Ferry – a second crossing", "Ferry – a second crossing", "Ferry – a second crossing"),
        ("Harbour Gazette | Ferry gains a crossing", None, "Ferry gains a crossing"),
    ],
)
def test_a_headline_is_shown_without_its_sites_name(given: str, line: str | None, shown: str) -> None:
    assert shown_title(given, line=line, site="harbour-gazette.example") == shown


def test_without_a_given_headline_the_line_that_the_story_echoes_is_it(write: Any, run: Any, rows: Rows) -> None:
    lines = [
        "Letters to the desk", "Frost takes half of the cherry blossom", "Ferry gains a second morning crossing",
        "Photo: Ellen Marsh", "3 April 2025", *BODY,
    ]  # fmt: skip
    write("courier.example/2025-04-05/a.txt", "\n".join(lines))
    run()
    (article,) = rows("articles")
    assert article["title"] == "Ferry gains a second morning crossing"


def test_of_lines_that_say_nothing_of_the_story_none_is_its_headline(write: Any, run: Any, rows: Rows) -> None:
    others = ["Library lends out its rooms", "Herders follow a drone", "Old platform becomes a hotel"]
    lines = ["Letters to the desk", "Frost takes half of the cherry blossom", *others, *BODY]
    write("courier.example/2025-04-05/a.txt", "\n".join(lines))
    run()
    (article,) = rows("articles")
    assert article["title"] is None
