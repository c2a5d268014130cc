"""Lines that the user pinned or vetoed: what was learned, or the line model, has no say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FOOTER, NAVIGATION, STORIES, page

Rows = Callable[..., list[dict[str, Any]]]
SLOGAN = "The Courier is printed on paper from the valley and delivered by people who live there."
ONCE = "The harbour master waved from his window as the boat left for the islands in the morning fog."


@pytest.fixture
def override(processed: Path) -> Callable[..., None]:
    """Leave overrides for the next run."""

    def leave(**by_site: dict[str, str]) -> None:
        (processed / "_state").mkdir(parents=True, exist_ok=True)
        (processed / "_state" / "overrides.json").write_text(
            json.dumps({f"{site}.example": lines for site, lines in by_site.items()})
        )

    return leave


def bodies(rows: Rows) -> dict[str, list[str]]:
    sources = {row["document_id"]: row["source_path"].split("/")[-1].removesuffix(".txt") for row in rows("documents")}
    return {sources[row["document_id"]]: row["body"].split("\n\n") for row in rows("articles")}


def test_a_pinned_line_goes_from_every_page_also_where_it_never_repeats(
    write: Any, run: Any, rows: Rows, override: Any
) -> None:
    write("courier.example/2025-03-01/ferry.txt", page("ferry", extra=(ONCE,)))
    write("other.example/2025-03-01/library.txt", page("library", extra=(ONCE,)))
    override(courier={ONCE: "pinned"})
    run()
    assert ONCE not in bodies(rows)["ferry"]
    assert ONCE in bodies(rows)["library"]
    (removed,) = [row for row in rows("removed_lines") if row["text"] == ONCE]
    assert (removed["reason"], removed["role"]) == ("pinned", "prompt")
    assert (removed["evidence"]["documents"], removed["evidence"]["rule"]) == (1, None)


def test_a_pinned_headline_is_no_headline(write: Any, run: Any, rows: Rows, override: Any) -> None:
    title = STORIES["ferry"][0]
    write("courier.example/2025-03-01/ferry.txt", page("ferry"), title=title)
    override(courier={title: "pinned"})
    run()
    (article,) = rows("articles")
    assert article["title"] == title  # the scraper's
    assert {row["text"]: row["reason"] for row in rows("removed_lines")}[title] == "pinned"


def test_a_vetoed_line_is_kept_however_often_it_repeats(write: Any, run: Any, rows: Rows, override: Any) -> None:
    for number, story in enumerate(STORIES, 1):
        write(f"courier.example/2025-03-0{number}/{story}.txt", page(story, extra=(SLOGAN,)))
    override(courier={SLOGAN: "vetoed", FOOTER[0]: "vetoed"})
    run()
    for story, body in bodies(rows).items():
        assert body == [*STORIES[story][1:], SLOGAN, FOOTER[0]]
    status = {row["line"]: (row["status"], row["documents"], row["site_documents"]) for row in rows("site_lines")}
    assert status[SLOGAN] == status[FOOTER[0]] == ("vetoed", 4, 4)
    assert status[NAVIGATION[0]] == ("learned", 4, 4)


def test_a_rule_removes_a_vetoed_line_all_the_same(write: Any, run: Any, rows: Rows, override: Any) -> None:
    write("courier.example/2025-03-01/ferry.txt", page("ferry", extra=("3 min read",)))
    override(courier={"3 min read": "vetoed"})
    run()
    assert {row["text"]: row["reason"] for row in rows("removed_lines")}["3 min read"] == "generic.reading_time"


def test_what_a_rule_knows_keeps_its_reason_when_it_is_pinned(write: Any, run: Any, rows: Rows, override: Any) -> None:
    write("courier.example/2025-03-01/ferry.txt", page("ferry", extra=("3 min read",)))
    override(courier={"3 min read": "pinned"})
    run()
    assert {row["text"]: row["reason"] for row in rows("removed_lines")}["3 min read"] == "generic.reading_time"
    assert {row["line"]: row["status"] for row in rows("site_lines")}["3 min read"] == "pinned"
    assert rows("articles")[0]["reading_minutes"] == 3
