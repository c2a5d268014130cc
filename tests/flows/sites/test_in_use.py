"""Profiles at work: a page is cleaned by the rules of its day, and the user's are followed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.settings import load_settings
from flows.stages import ingest
from tests.conftest import STORIES

Rows = Callable[..., list[dict[str, Any]]]
VERSIONED = """
site = "courier.example"
[[versions]]
from = 2025-01-01
[[versions.rules]]
id = "welcome"
role = "prompt"
lines = ["Welcome aboard"]
[[versions.spans]]
id = "opens"
role = "link_marker"
pattern = 'a(?P<cut> [(]opens[)])'
[[versions]]
from = 2025-03-15
[[versions.rules]]
id = "welcome"
role = "share"
lines = ["Hoist a flag"]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A user's folder with a profile of two versions."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "courier.toml").write_text(VERSIONED, encoding="utf-8")
    return folder


def reasons(rows: Rows) -> dict[tuple[str, str], str]:
    """Why each line went, by the day of its page."""
    days = {row["document_id"]: f"{row['fetched_at']:%m-%d}" for row in rows("documents")}
    return {(days[row["document_id"]], row["text"]): row["reason"] for row in rows("removed_lines")}


@pytest.mark.parametrize("engine", ["inline", "processes"])
def test_a_page_is_cleaned_by_the_rules_of_its_day(
    write: Any, raw: Path, processed: Path, own: Path, rows: Rows, engine: str
) -> None:
    for day, story in (("2025-02-20", "ferry"), ("2025-03-14", "library"), ("2025-03-15", "orchard")):
        title, *text = STORIES[story]
        text[0] += " They met in panama (opens) and left."
        write(
            f"courier.example/{day}/{story}.txt", "\n".join([title, *text, "Welcome aboard", "Hoist a flag", text[2]])
        )
    ingest(load_settings(raw=raw, processed=processed, profiles=own, engine=engine, workers=2))
    why = reasons(rows)
    assert why["02-20", "Welcome aboard"] == why["03-14", "Welcome aboard"] == "courier.welcome"
    assert why["03-15", "Hoist a flag"] == "courier.welcome"
    assert {why["03-15", "Welcome aboard"], why["03-14", "Hoist a flag"]} == {"template"}
    cut = {day for (day, text), reason in why.items() if reason == "courier.opens" and text == " (opens)"}
    assert cut == {"02-20", "03-14"}


def test_the_users_profiles_are_part_of_the_cleaning_version(
    courier: Callable[[], None], run: Any, own: Path, rows: Rows
) -> None:
    courier()
    run()
    before = {row["cleaning_version"] for row in rows("articles")}
    report = run(profiles=own)
    assert "the cleaning rules have changed" in report.notices[0]
    assert len(before) == 1
