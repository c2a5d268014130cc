"""Cleaning whole pages of a site: what repeats goes, and each guard keeps what only seems to."""

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

Rows = Callable[..., list[dict[str, Any]]]

NAV = ["Pilot Courier", "Town hall", "Harbour and quays"]
FOOT = ["Our printers", "The paper round"]
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
    "The rye loaf, baked to the same recipe since the war, will be sold at the station kiosk from then on.",
]
BACKGROUND = "The ferry company was founded in 1921 by three fishermen and has belonged to the county since the war."


def lay(write: Any, pages: dict[str, list[str]], month: str = "2025-03") -> None:
    for number, (name, lines) in enumerate(pages.items(), 1):
        write(f"courier.example/{month}-{number:02d}/{name}.txt", "\n".join(lines))


def bodies(rows: Rows) -> dict[str, list[str]]:
    sources = {row["document_id"]: row["source_path"].split("/")[-1].removesuffix(".txt") for row in rows("documents")}
    return {sources[row["document_id"]]: row["body"].split("\n\n") for row in rows("articles")}


def reasons(rows: Rows) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows("removed_lines"):
        found.setdefault(row["text"], set()).add(row["reason"])
    return found


def test_a_line_on_two_stories_of_a_site_is_furniture(write: Any, run: Any, rows: Rows) -> None:
    promo = "The Courier is printed on paper from the valley and delivered by people who live there."
    lay(write, {"a": [*NAV, *A, promo, *FOOT], "b": [*NAV, *B, promo, *FOOT]})
    run()
    assert bodies(rows) == {"a": A, "b": B}
    assert all(reasons(rows)[line] == {"template"} for line in [*NAV, promo, *FOOT])
    learned = {row["line"]: (row["documents"], row["site_documents"], row["status"]) for row in rows("site_lines")}
    assert learned == dict.fromkeys([*NAV, promo, *FOOT], (2, 2, "learned"))


def test_the_same_line_on_another_site_is_no_evidence(write: Any, run: Any, rows: Rows) -> None:
    quote = "“Nobody asked us, and nobody will,” said the mate when the ferry had left without him that day."
    write("one.example/2025-03-01/a.txt", "\n".join([*A, quote]))
    write("two.example/2025-03-01/b.txt", "\n".join([*B, quote]))
    run()
    assert sorted(body[-1] for body in bodies(rows).values()) == [quote, quote]


def test_a_template_of_the_month_before_counts_and_of_the_year_before_does_not(
    write: Any, run: Any, rows: Rows
) -> None:
    promo = "The Courier is printed on paper from the valley and delivered by people who live there."
    lay(write, {"old": [*C, promo]}, "2024-03")
    lay(write, {"before": [*A, promo]}, "2025-02")
    lay(write, {"now": [*B, promo]}, "2025-03")
    run()
    found = bodies(rows)
    assert found["now"] == B
    assert found["old"] == [*C, promo]
    assert found["before"] == [*A, promo]  # nothing known yet in its own weeks spoke against it


def test_a_headline_that_recurs_as_a_teaser_stays_on_its_own_page(write: Any, run: Any, rows: Rows) -> None:
    heads = {
        "a": "Ferry gains a second crossing",
        "b": "Frost takes the blossom",
        "c": "Bakery loses its shop",
    }
    texts = {"a": A, "b": B, "c": C}
    lay(
        write,
        {n: [*NAV, heads[n], *texts[n], *[h for k, h in heads.items() if k != n], *FOOT] for n in heads},
    )
    run()
    titles = {row["title"]: [p["text"] for p in row["paragraphs"] if p["role"] == "title"] for row in rows("articles")}
    assert titles == {head: [head] for head in heads.values()}
    assert bodies(rows) == texts


@pytest.mark.parametrize("others", [True, False])
def test_updates_of_a_live_story_keep_their_sentences(write: Any, run: Any, rows: Rows, others: bool) -> None:
    updates = {
        f"u{n}": [
            *NAV,
            *A,
            *B,
            f"Update {n}: the harbour master counted {n * 7} boats that had broken loose.",
            *FOOT,
        ]
        for n in range(1, 6)
    }
    lay(write, {**updates, **({"other": [*NAV, *C, *FOOT]} if others else {})})
    run()
    removed = {row["text"] for row in rows("removed_lines")}
    assert len(rows("articles")) + len(rows("duplicates")) == 5 + others
    assert removed <= {*NAV, *FOOT}
    assert not others or removed == {*NAV, *FOOT}


COLUMN = [
    "Weir Notes is written by Marta Quill, who has kept the lock at the upper weir since the floods of 1994.",
    "Her book about the river and its keepers is sold at the kiosk on the quay, and the proceeds go to the museum.",
    "Walks along the towpath start at the lock each Sunday at ten, whatever the weather, and end at the inn.",
]


@pytest.mark.parametrize("above", [True, False])
def test_a_column_beside_short_posts_makes_them_no_one_story(write: Any, run: Any, rows: Rows, above: bool) -> None:
    posts = {f"p{number}": line for number, line in enumerate([*A[:2], *B[:2], *C[:2]])}
    assert len(set(posts.values())) == 6
    lay(write, {name: [*COLUMN, line] if above else [line, *COLUMN] for name, line in posts.items()})
    run()
    assert bodies(rows) == {name: [line] for name, line in posts.items()}
    assert all(reasons(rows)[line] == {"template"} for line in COLUMN)


def test_articles_that_give_the_front_page_as_their_address_stay_apart(write: Any, run: Any, rows: Rows) -> None:
    pages = [
        json.dumps({"url": "https://courier.example/", "text": "\n".join([*NAV, *story, *FOOT])}) for story in (A, B, C)
    ]
    write("courier.example/2025-03-01/a.jsonl", "\n".join(pages))
    run()
    found = rows("articles")
    assert sorted(row["body"] for row in found) == sorted("\n\n".join(story) for story in (A, B, C))
    assert {(row["url"], row["site"], row["revision_count"]) for row in found} == {(None, "courier.example", 0)}


def test_background_that_a_follow_up_carries_on_stays(write: Any, run: Any, rows: Rows) -> None:
    lay(
        write,
        {
            "a": [*NAV, A[0], BACKGROUND, *A[1:], *FOOT],
            "b": [*NAV, B[0], BACKGROUND, *B[1:], *FOOT],
            "c": [*NAV, *C, *FOOT],
        },
    )
    run()
    assert BACKGROUND in bodies(rows)["a"]
    assert BACKGROUND in bodies(rows)["b"]


def test_a_prompt_that_many_pages_set_into_the_body_goes(write: Any, run: Any, rows: Rows) -> None:
    prompt = "If this paper matters to you, think of the people who bring it up the hill in every weather."
    stories = {"a": A, "b": B, "c": C, "d": [line.replace("the", "our") for line in A]}
    stories["e"] = [line.replace("the", "every") for line in C]
    lay(write, {name: [*NAV, text[0], prompt, *text[1:], *FOOT] for name, text in stories.items()})
    run()
    assert all(prompt not in body for body in bodies(rows).values())


def test_a_site_with_one_page_comes_out_well(write: Any, run: Any, rows: Rows) -> None:
    lay(
        write,
        {
            "a": [
                "Menu",
                "Town hall",
                "Ferry gains a second crossing",
                "By Ada Stern",
                *A,
                "Share on Facebook",
                "Our printers",
                "Trains",
            ]
        },
    )
    run()
    (article,) = rows("articles")
    assert article["body"].split("\n\n") == A
    assert article["title"] == "Ferry gains a second crossing"
    assert article["authors"] == ["Ada Stern"]
    assert reasons(rows)["Our printers"] == {"line_model"}


def test_a_short_notice_under_two_addresses_is_not_taken_for_furniture(write: Any, run: Any, rows: Rows) -> None:
    notice = "The library stays closed on Friday because the lift is being inspected."
    write("courier.example/2025-03-01/a.txt", "\n".join([*NAV, notice]), url="https://courier.example/a")
    write("courier.example/2025-03-01/b.txt", "\n".join([*NAV, notice]), url="https://courier.example/b")
    write("courier.example/2025-03-01/c.txt", "\n".join([*NAV, *A]), url="https://courier.example/c")
    run()
    documents = rows("documents")
    assert sorted(row["outcome"] for row in documents) == ["article", "article", "duplicate"]
    assert notice in {row["body"] for row in rows("articles")}


def test_reports_that_differ_in_their_numbers_alone_keep_their_sentences(write: Any, run: Any, rows: Rows) -> None:
    reports = {
        f"q{n}": [
            f"A quake of magnitude {n}.{n} was felt at {n + 3} in the morning on the islands, the observatory reports.",
            f"Its centre lay {n * 11} kilometres below the sea floor and {n * 7} kilometres west of the lighthouse.",
        ]
        for n in range(1, 6)
    }
    lay(write, {name: [*NAV, *lines, *FOOT] for name, lines in reports.items()})
    run()
    assert bodies(rows) == reports


def test_a_prompt_that_differs_in_its_number_alone_goes(write: Any, run: Any, rows: Rows) -> None:
    stories = {"a": A, "b": B, "c": C}
    pages = {
        name: [
            *NAV,
            *text,
            f"Together with you, {n * 411} readers pay for the Courier, and {n * 3} joined today.",
            *FOOT,
        ]
        for n, (name, text) in enumerate(stories.items(), 1)
    }
    lay(write, pages)
    run()
    assert bodies(rows) == stories


def test_a_text_that_is_delivered_again_and_again_is_one_story(write: Any, run: Any, rows: Rows) -> None:
    for day in range(1, 6):
        write(f"courier.example/2025-03-{day:02d}/a.txt", "Library closed\nSee the notice at the door")
    run()
    assert sorted(row["outcome"] for row in rows("documents")) == ["article", *["duplicate"] * 4]


def test_a_page_of_nothing_but_furniture_is_rejected_with_its_text(write: Any, run: Any, rows: Rows) -> None:
    lay(write, {"a": [*NAV, *A, *FOOT], "b": [*NAV, *FOOT, "Home"], "c": [*NAV, *B, *FOOT]})
    report = run()
    assert report.rejected_by_reason == {"no_article_text": 1}
    (rejection,) = rows("rejections")
    assert rejection["stage"] == "clean"
    assert rejection["payload"].decode().startswith("Pilot Courier")


def test_a_text_without_sentences_is_kept(write: Any, run: Any, rows: Rows) -> None:
    write("poems.example/2025-03-01/a.txt", "Salt on the rail\nGulls in the rain\nNobody waits")
    run()
    (article,) = rows("articles")
    assert article["body"] == "Salt on the rail\n\nGulls in the rain\n\nNobody waits"


def test_a_heading_inside_the_body_is_kept_as_one(write: Any, run: Any, rows: Rows) -> None:
    lay(write, {"a": [A[0], A[1], "A second crossing", A[2], "Ada Stern contributed"]})
    run()
    (article,) = rows("articles")
    assert [p["role"] for p in article["paragraphs"]] == ["lead", "paragraph", "heading", "paragraph"]


def test_a_script_without_spaces_and_an_unknown_language_come_out(write: Any, run: Any, rows: Rows) -> None:
    japanese = [
        "港湾局は来月、内港の浚渫を始めると発表した。二年ぶりの工事となる。",
        "作業は三週間で終わる予定だと、担当者は記者団に語った。費用は未定だ。",
    ]
    write("kobe.example/2025-03-01/a.txt", "\n".join(japanese))
    run()
    (article,) = rows("articles")
    assert article["body"].split("\n\n") == japanese
    assert article["language"] == "ja"


def test_a_row_that_breaks_its_models_rule_is_rejected_alone_and_says_why(
    write: Any, run: Any, rows: Rows, monkeypatch: Any
) -> None:
    from flows.cleaning import clean

    honest = clean._removed_shares

    def wrong(*arguments: Any) -> Any:
        shares = honest(*arguments).to_pylist()
        return pa.array([1.5, *shares[1:]])

    monkeypatch.setattr(clean, "_removed_shares", wrong)
    lay(write, {"a": A, "b": B})
    run()
    (rejection,) = rows("rejections")
    assert (rejection["stage"], rejection["reason"]) == ("clean", "invalid_field")
    told = "courier.example/2025-03-01/a.txt, record 0: field `removed_share`: value '1.5': Input should be less than or equal to 1"
    assert rejection["message"] == told
    assert len(rows("articles")) == 1
