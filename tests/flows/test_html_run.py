"""Runs over pages: their markup is published beside the text, and texts are none the worse for it."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from schemas import DOCUMENTS

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def pages(raw: Path, courier: Callable[[], None]) -> None:
    """The four stories of a site, as pages of another one."""
    courier()
    for path in sorted(raw.rglob("*.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")
        body = "".join(f"<p>{escape(line)}</p>" for line in lines)
        target = raw / "pilot.example" / path.parent.name / f"{path.stem}.html"
        target.parent.mkdir(parents=True)
        target.write_text(f"<!doctype html><html><body>{body}</body></html>", encoding="utf-8")


@pytest.mark.usefixtures("pages")
def test_pages_pass_all_laws_and_their_markup_is_published(
    run: Callable[..., Any], rows: Rows, processed: Path
) -> None:
    report = run()
    assert (report.counts.articles + report.counts.duplicates, report.counts.rejections) == (8, 0)
    for row in rows("documents"):
        if row["format"] == "text":
            assert row["markup"] is None
        else:
            assert len(row["markup"]) == len(row["text"].split("\n"))
            assert {line["tag"] for line in row["markup"]} == {"p"}
    files = list((processed / "documents").rglob("*.parquet"))
    assert all(pq.read_schema(path).equals(DOCUMENTS.schema) for path in files)


@pytest.mark.usefixtures("pages")
def test_a_second_run_over_pages_writes_nothing(run: Callable[..., Any], processed: Path) -> None:
    run()
    before = {path: path.stat().st_mtime_ns for path in processed.rglob("*.parquet") if "runs" not in path.parts}
    run()
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_page_reads_as_its_text_does(pages: None, run: Callable[..., Any], rows: Rows) -> None:
    run()
    texts: dict[str, set[str]] = {"text": set(), "html": set()}
    for row in rows("documents"):
        texts[row["format"]].add(row["text"])
    assert texts["text"] == texts["html"]


def test_texts_are_cleaned_as_if_there_were_no_pages(
    raw: Path,
    courier: Callable[[], None],
    write: Callable[..., Path],
    run: Callable[..., Any],
    rows: Rows,
    tmp_path: Path,
) -> None:
    courier()
    run()
    alone = rows("articles", "document_id")
    write(
        "2025-03-09/other.html",
        "<p>" + "Growers report that they lost half of their cherry blossom. " * 4,
        url="https://o.example/x",
    )
    run()
    assert [row for row in rows("articles", "document_id") if row["site"] == "courier.example"] == alone


def test_tables_written_before_pages_were_read_take_new_documents(
    courier: Callable[[], None], write: Callable[..., Path], run: Callable[..., Any], rows: Rows, processed: Path
) -> None:
    courier()
    run(buckets=1)
    (held,) = (processed / "documents").rglob("*.parquet")
    pq.write_table(pq.ParquetFile(held).read().drop_columns(["markup"]), held)
    write("courier.example/2025-03-05/new.html", "<p>Growers report that they lost half of their cherry blossom.</p>")
    run(buckets=1)
    assert [row["markup"] is None for row in rows("documents", "source_path")] == [True] * 4 + [False]


def test_a_listing_is_whole_whatever_of_it_other_pages_show_too(
    write: Callable[..., Any], run: Callable[..., Any], rows: Rows
) -> None:
    told = [
        ("The lock keeper has counted boats by hand for thirty years, and now a small program does it for him.",
         "boats", "It reads the numbers that the gauge at the upper gate writes down each minute of the day."),
        ("A reader asked how the museum's clock is set, as it strikes the hours of the old river time.",
         "hours", "The file stands on a card in the tower, and is changed when the county changes its clocks."),
        ("The school's pupils have written the timetable of the ferry anew, so that it can be searched.",
         "ferries", "Whoever finds a mistake in it may write to the school, which mends it within a day or two."),
    ]  # fmt: skip
    for number, (before, name, after) in enumerate(told, 1):
        listing = f"function count({name}) {{\n    let sum = 0;\n    return sum + {name}.length;\n}}"
        body = f"<h1>How {name} are counted</h1><p>{before}</p><pre>{listing}</pre><p>{after}</p>"
        write(f"weir.example/2025-03-0{number}/{name}.html", f"<!doctype html><html><body>{body}</body></html>")
    run()
    bodies = [row["body"].split("\n\n") for row in rows("articles")]
    assert sorted(bodies) == sorted(
        [before, f"function count({name}) {{", "let sum = 0;", f"return sum + {name}.length;", "}", after]
        for before, name, after in told
    )


FACTS = ["Tower", "Lamp room", "Garden", "Boat house", "Well"]
SHORT = ["Menu", "Harbour", "Sport", "Weather", "Tides", "Letters"]
OTHERS = ["Ferry to run on Sundays again", "Who steals the geraniums?", "Storm costs the pier its roof"]


def test_short_lines_styled_like_the_article_are_its_and_those_of_the_menu_are_not(
    write: Callable[..., Any], run: Callable[..., Any], rows: Rows
) -> None:
    told = [
        "The county has sold the old lighthouse on Gull Point to the two sisters who grew up in the house below it.",
        "They mean to open its lamp room to visitors from the spring on, and to sleep in the keeper's rooms themselves.",
        "The price was one pound, and a promise that the light will be lit again on the longest night of the year.",
    ]
    items = "".join(f'<div class="text">{line}</div>' for line in (*told, *FACTS))
    menu, more = ("".join(f'<div class="entry">{line}</div>' for line in lines) for lines in (SHORT, OTHERS))
    page = f'{menu}<h1>Sisters buy the lighthouse</h1><div class="story">{items}</div><div>{more}{menu}</div>'
    write("gull.example/2025-03-01/lighthouse.html", f"<!doctype html><html><body>{page}</body></html>")
    run()
    (article,) = rows("articles")
    assert article["body"].split("\n\n") == [*told, *FACTS]
