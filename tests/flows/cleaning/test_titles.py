"""Headlines: the given one found in the text, the likely one, and what is shown."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from flows.cleaning.lines import split_lines
from flows.cleaning.own_titles import own_titles
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
        ("轮渡增加早班_港口新闻", "轮渡增加早班", "轮渡增加早班"),
        ("The ferry_service module", None, "The ferry_service module"),
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


LETTERS = "Ferry gains friends: letters of our readers"
HEADLINE = "Sju is the new Acht for early birds"


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("sju-is-the-new-acht-for-early-birds", HEADLINE),
        ("2025/04/SJU-new-acht_early-birds-4711.html", HEADLINE),
        ("4711", LETTERS),
        ("news", LETTERS),
    ],
)
def test_of_lines_above_the_story_the_one_that_the_address_names_is_its_headline(
    write: Any, run: Any, rows: Rows, slug: str, title: str
) -> None:
    text = "\n".join([LETTERS, HEADLINE, "4 April 2025", *BODY])
    write("courier.example/2025-04-05/a.jsonl", record("https://courier.example/" + slug, text))
    run()
    (article,) = rows("articles")
    assert article["title"] == title


def test_a_caption_that_says_what_the_address_says_is_no_headline(write: Any, run: Any, rows: Rows) -> None:
    caption = "New Acht, early birds (photo: Ellen Marsh)"
    text = "\n".join([HEADLINE, "4 April 2025", caption, *BODY])
    write("courier.example/2025-04-05/a.jsonl", record("https://courier.example/new-acht-early-birds", text))
    run()
    (article,) = rows("articles")
    assert article["title"] == HEADLINE


def test_a_name_given_as_the_title_of_every_page_is_no_headline(write: Any, run: Any, rows: Rows) -> None:
    headlines = ["Frost takes half of the blossom", "Library lends out its rooms", "Old platform becomes a hotel"]
    told = ["orchards lost half of their blossom to frost", "library rooms are lent out", "platform is now a hotel"]
    pages = [
        record(
            f"https://weir.example/{number}",
            "\n".join([headline, f"{number} April 2025", f"The {fact}, the council of the upper valley said today."]),
            title="Notes from the Weir",
        )
        for number, (headline, fact) in enumerate(zip(headlines, told, strict=True), 1)
    ]
    write("weir.example/2025-04-05/a.jsonl", "\n".join(pages))
    run()
    assert sorted(row["title"] for row in rows("articles")) == sorted(headlines)


def record(url: str, text: str, **others: str) -> str:
    return json.dumps({"url": url, "text": text, **others})


@pytest.mark.parametrize(
    ("given", "own"),
    [
        (["Weir Notes"] * 3, [None] * 3),
        (
            ["Weir Notes: Frost", "Weir Notes: Fog", "Weir Notes: Floods: a year on"],
            ["Frost", "Fog", "Floods: a year on"],
        ),
        (["Frost - News - Weir", "Fog - Sport - Weir", "Floods - Weir"], ["Frost - News", "Fog - Sport", "Floods"]),
        (["Weir Notes: Frost", "Fog - Weir Notes", "Weir Notes"], ["Frost", "Fog", None]),
        # two may be a series; and of many stories a column is no name
        (["Weir Notes: Frost", "Weir Notes: Fog"], ["Weir Notes: Frost", "Weir Notes: Fog"]),
        (["Opinion: a", "Opinion: b", "Opinion: c", *"defg"], ["Opinion: a", "Opinion: b", "Opinion: c", *"defg"]),
        ([None, "Frost", None], [None, "Frost", None]),
    ],
)
def test_a_given_headline_loses_what_the_site_gives_with_every_page(given: list[Any], own: list[Any]) -> None:
    places = np.arange(len(given))
    assert own_titles(pa.array(given, pa.string()), site=places * 0, story=places).to_pylist() == own


def test_what_other_sites_or_the_same_story_give_takes_nothing_from_a_headline() -> None:
    given = pa.array(["Weir Notes: Frost"] * 4)
    places = np.arange(4)
    assert own_titles(given, site=places, story=places).equals(given)
    assert own_titles(given, site=places * 0, story=places * 0).equals(given)


@pytest.mark.parametrize("trail", ["Harbour Gazette > Traffic > Ferries", "News | Traffic | Ferry crossings | Tides"])
@pytest.mark.parametrize("headline", [None, "Island ferry to leave at seven too"])
def test_where_a_page_stands_in_its_site_is_no_headline(
    trail: str, headline: str | None, write: Any, run: Any, rows: Rows
) -> None:
    write("gazette.example/2025-03-03/ferry.txt", "\n".join(filter(None, [trail, headline, *BODY])))
    run()
    (article,) = rows("articles")
    assert article["title"] == headline
