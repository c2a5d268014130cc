"""What pages tell of their articles beside the text: times, authors, tags, captions, teasers."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

Rows = Callable[..., list[dict[str, Any]]]

TITLE = "Ferry gains a second crossing"
A = [
    "The island ferry will leave at seven as well as at nine from April, the harbour board said on Monday.",
    "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn.",
    "A crew of four has been hired, and the old mate returns from his retirement for the first summer.",
]
B = [
    "Growers in the upper valley lost about half of their cherry blossom in the night to Tuesday, they report.",
    "Fires were lit between the rows, but a dry wind carried the warmth off before it could settle anywhere.",
    "The insurers have sent two assessors, who will count the buds on forty marked trees in each orchard.",
]
C = [
    "The bakery in Mill Lane will go on baking for other shops, but closes its own counter at the end of May.",
    "Its owner found nobody to stand behind the till from five in the morning, although she looked for a year.",
]
FOOT = ["Our printers", "Trains"]
PATH = "courier.example/2025-04-05/a.txt"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.fixture
def article(write: Any, run: Any, rows: Rows) -> Callable[..., dict[str, Any]]:
    """Write one page, run, and return its article."""

    def one(*lines: str, path: str = PATH, **meta: Any) -> dict[str, Any]:
        write(path, "\n".join(lines), **meta)
        run()
        return next(row for row in rows("articles") if A[0][:20] in row["body"])

    return one


def test_the_date_below_the_headline_is_the_articles(article: Any) -> None:
    found = article("Menu", TITLE, "Published: 4 April 2025, 10:15 BST | Updated: 5 April 2025, 08:00 BST", *A, *FOOT)
    assert (found["published_at"], found["published_precision"], found["published_zone"]) == (
        utc(2025, 4, 4, 9, 15),
        "minute",
        "BST",
    )
    assert (found["modified_at"], found["modified_precision"], found["modified_zone"]) == (
        utc(2025, 4, 5, 7),
        "minute",
        "BST",
    )


def test_what_the_scraper_gave_goes_before_the_page(article: Any) -> None:
    found = article(TITLE, "4 April 2025", *A, date_published="2025-04-03T08:00:00+02:00", updated="2025-04-04")
    assert (found["published_at"], found["published_precision"], found["published_zone"]) == (
        utc(2025, 4, 3, 6),
        "second",
        "+02:00",
    )
    assert (found["modified_at"], found["modified_precision"], found["modified_zone"]) == (utc(2025, 4, 4), "day", None)


def test_dates_of_teasers_are_not_the_articles(article: Any) -> None:
    teasers = ["Frost takes half of the blossom", "1 April 2025", "Bakery keeps its old oven", "2 April 2025"]
    more = ["Library lends out its rooms", "Herders follow a drone", "Old platform becomes a hotel"]
    found = article("Menu", *teasers, *more, "Sport", "Weather", "Town hall", TITLE, *A, *FOOT, "Letters", *teasers)
    assert found["published_at"] is None


def test_a_labelled_date_right_below_the_text_is_the_articles_and_a_bare_one_is_not(article: Any) -> None:
    found = article(TITLE, *A, "Last updated 4 April 2025", "3 April 2025", *FOOT)
    assert (found["published_at"], found["modified_at"]) == (None, utc(2025, 4, 4))


def test_a_label_on_the_line_above_counts(article: Any) -> None:
    found = article(TITLE, "Published", "3 April 2025", "Updated", "4 April 2025", *A)
    assert (found["published_at"], found["modified_at"]) == (utc(2025, 4, 3), utc(2025, 4, 4))


def test_a_change_before_the_publication_is_another_pages(article: Any) -> None:
    found = article(TITLE, "Published 3 April 2025", "Updated 1 April 2025", *A)
    assert (found["published_at"], found["modified_at"]) == (utc(2025, 4, 3), None)


def test_a_date_after_the_fetch_is_ignored(article: Any) -> None:
    assert article(TITLE, "9 April 2025", *A)["published_at"] is None


def test_the_age_of_a_page_counts_from_when_it_was_fetched(article: Any) -> None:
    found = article(TITLE, "3 hours ago", *A, fetched_at="2025-04-05T12:20:00Z")
    assert (found["published_at"], found["published_precision"]) == (utc(2025, 4, 5, 9), "hour")


def test_a_file_without_a_date_tells_no_age(article: Any) -> None:
    assert article(TITLE, "3 hours ago", *A, path="courier.example/a.txt")["published_at"] is None


def test_a_sites_other_dates_tell_how_it_writes_them(write: Any, run: Any, rows: Rows) -> None:
    write("courier.example/2025-06-01/a.txt", "\n".join([TITLE, "02/03/2025", *A]))
    write("courier.example/2025-06-02/b.txt", "\n".join(["Frost takes the blossom", "25/04/2025", *B]))
    write("other.example/2025-06-01/a.txt", "\n".join(["Bakery keeps its oven", "02/03/2025", *C]))
    run()
    found = {(row["site"], row["published_at"]) for row in rows("articles")}
    assert found == {
        ("courier.example", utc(2025, 3, 2)),
        ("courier.example", utc(2025, 4, 25)),
        ("other.example", None),
    }


def test_a_byline_with_a_date_gives_both(article: Any) -> None:
    found = article(TITLE, "By Ada Stern | 3 April 2025", *A)
    assert (found["authors"], found["published_at"]) == (["Ada Stern"], utc(2025, 4, 3))


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Ada Stern and Paul Holt", ["Ada Stern", "Paul Holt"]),
        ("Ada Stern, Paul Holt", ["Ada Stern", "Paul Holt"]),
        ("Middle East", []),
        ("Breaking News", []),
        ("Letters from Ada Stern", []),
    ],
)
def test_a_line_of_names_beside_the_date_is_a_byline(article: Any, rows: Rows, line: str, authors: list[str]) -> None:
    found = article("Menu", TITLE, line, "3 April 2025", *A)
    assert found["authors"] == authors
    (role,) = [row["role"] for row in rows("removed_lines") if row["text"] == line]
    assert (role == "byline") == bool(authors)


def test_names_without_a_date_beside_them_are_nobodys_byline(article: Any) -> None:
    assert article("Menu", TITLE, "Ada Stern", "Share", *A)["authors"] == []


def test_a_section_that_pages_share_is_no_author(write: Any, run: Any, rows: Rows) -> None:
    for name, text in (("a", A), ("b", B)):
        write(
            f"courier.example/2025-04-05/{name}.txt", "\n".join([TITLE + name, "Harbour Green", "3 April 2025", *text])
        )
    run()
    assert [row["authors"] for row in rows("articles")] == [[], []]


@pytest.mark.parametrize(
    ("lines", "tags"),
    [
        (["Tags: ferries, Harbour board | quays"], ["ferries", "Harbour board", "quays"]),
        (["Schlagwörter: Fähren, Hafen"], ["Fähren", "Hafen"]),
        (["Mots-clés : port, bateaux"], ["port", "bateaux"]),
        (["More on: Harbours"], ["Harbours"]),
        (["Topics", "Ferries", "Harbour board", "Share"], ["Ferries", "Harbour board"]),
        (["Topics: the board will look into what was said about the ferry and its crew."], []),
    ],
)
def test_tags_of_the_page_become_the_articles(article: Any, lines: list[str], tags: list[str]) -> None:
    assert article(TITLE, *A, *lines)["tags"] == tags


def test_tags_are_removed_as_tags_and_the_scrapers_go_first(article: Any, rows: Rows) -> None:
    found = article(TITLE, *A, "Topics", "Ferries", "Share", keywords=["boats"])
    assert found["tags"] == ["boats"]
    assert {row["text"]: row["role"] for row in rows("removed_lines")} == {
        "Topics": "tags",
        "Ferries": "tags",
        "Share": "share",
    }


def test_captions_are_kept_as_a_column(article: Any, rows: Rows) -> None:
    found = article(TITLE, "Photo: Ellen Marsh", *A[:2], "Picture: The mate, by Tom Dale", A[2], *FOOT, "Image: a cake")
    assert found["captions"] == ["Photo: Ellen Marsh", "Picture: The mate, by Tom Dale"]
    assert found["body"].split("\n\n") == A


def test_the_headlines_of_other_stories_become_teasers_that_find_them(write: Any, run: Any, rows: Rows) -> None:
    other = "Frost takes half of the blossom"
    foot = ["House rules of this paper here", "The way to our old printers"]
    write("courier.example/2025-04-05/a.txt", "\n".join([TITLE, *A, other, *foot]))
    write("courier.example/2025-04-06/b.txt", "\n".join([other, *B, TITLE, *foot]))
    run()
    ids = {row["title"]: row["article_id"] for row in rows("articles")}
    found = {(row["article_id"], row["title"], row["kind"], row["target_article_id"]) for row in rows("related")}
    assert found == {(ids[TITLE], other, "list", ids[other]), (ids[other], TITLE, "list", ids[TITLE])}
    roles = {row["text"]: row["role"] for row in rows("removed_lines")}
    assert (roles[other], roles[TITLE]) == ("teaser", "teaser")


def test_headlines_below_a_label_are_teasers_and_a_lone_line_is_not(article: Any, rows: Rows) -> None:
    article(TITLE, *A, "Most read", "Frost takes half of the blossom", "Bakery keeps its old oven", *FOOT)
    assert [(row["position"], row["title"]) for row in rows("related")] == [
        (1, "Frost takes half of the blossom"),
        (2, "Bakery keeps its old oven"),
    ]


def test_short_lines_below_a_label_are_no_teasers(article: Any, rows: Rows) -> None:
    article(TITLE, *A, "Most read", "Town hall", "Harbour and quays", "Bakery keeps its old oven", *FOOT)
    assert rows("related") == []


def test_a_teasers_date_is_its_own(write: Any, run: Any, rows: Rows) -> None:
    write(
        "swissinfo.ch/2025-04-05/a.txt",
        "\n".join(
            [
                *A,
                "Frost takes half of the blossom",
                "This content was published on April 3, 2025 - 10:15",
                "Growers lit fires.",
            ]
        ),
    )
    run()
    assert [(row["title"], row["published_at"]) for row in rows("related")] == [
        ("Frost takes half of the blossom", utc(2025, 4, 3, 10, 15))
    ]


def test_a_sentence_below_another_storys_headline_is_its_teaser(write: Any, run: Any, rows: Rows) -> None:
    teaser = ["Bakery keeps its oven and loses a shop", "The rye loaf will be sold at the station kiosk from then on."]
    for number, story in enumerate((A, B)):
        write(f"courier.example/2025-03-0{number + 1}/a.txt", "\n".join([*story, *teaser, "Gulls", "Trains"]))
    run()
    roles = {row["text"]: row["role"] for row in rows("removed_lines")}
    assert roles[teaser[0]] == roles[teaser[1]] == "teaser"


def test_lines_that_no_rule_knows_get_a_role_by_place_and_neighbours(article: Any, rows: Rows) -> None:
    bio = "Ada Stern is a reporter who has covered the harbour of this town for eleven years."
    article(
        "Harbour", "Letters", TITLE, *A,
        "A second boat is being built in the yard at Mill Creek, where work on the hull began before Christmas.",
        "It will carry two hundred people and thirty bicycles, and needs eleven minutes for the crossing.",
        "Trams", "Lamps", "Cranes", "Buoys", "Lifts", "Tolls", "Jobs", "More stories",
        "Bakery keeps its oven and loses a shop", "Frost takes half of the cherry blossom",
        "Library lends out its reading room", "Moorings", "Ropes",
        "Winches", "Lanterns", bio, "Oars", "Slips", "Piles", "Gulls", "Trains", "Sails", "Nets",
    )  # fmt: skip
    roles = {row["text"]: row["role"] for row in rows("removed_lines")}
    assert roles["Harbour"] == roles["Letters"] == "navigation"
    assert roles["Bakery keeps its oven and loses a shop"] == "teaser"
    assert roles[bio] == "author_bio"
    assert roles["Sails"] == roles["Nets"] == "footer"
