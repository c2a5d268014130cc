"""The cleaning step: what is touched of a partition, and what isn't."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.report import RunReport
from flows.steps import clean

STORY = "The {place} will be closed for repairs from Monday on, because the {part} has cracks after the long frost."


def lay(write: Any, site: str, day: int, part: str) -> None:
    lines = ["Home", "Letters to the desk", STORY.format(place=site, part=part), f"Read {day} comments", "Imprint"]
    write(f"{site}/2025-03-{day:02d}/{part}.txt", "\n".join(lines))


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The sites of each set of documents that is cleaned."""
    seen: list[set[str]] = []
    honest = clean.clean_documents

    def noted(documents: Any, **given: Any) -> Any:
        seen.append(set(documents["site"].to_pylist()))
        return honest(documents, **given)

    monkeypatch.setattr(clean, "clean_documents", noted)
    return seen


def test_a_site_without_new_documents_is_not_cleaned_again(
    write: Any, run: Callable[..., RunReport], rows: Callable[..., list[dict[str, Any]]], cleaned: list[set[str]]
) -> None:
    for site in ("alpha.example", "beta.example"):
        for day, part in ((1, "roof"), (2, "floor")):
            lay(write, site, day, part)
    run(buckets=1)
    names = ("articles", "removed_lines", "site_lines", "related", "duplicates", "rejections")
    before = {name: [row for row in rows(name) if "alpha" in str(row)] for name in names}
    lay(write, "beta.example", 3, "stairs")
    run(buckets=1)
    assert cleaned == [{"alpha.example", "beta.example"}, {"beta.example"}]
    assert {name: [row for row in rows(name) if "alpha" in str(row)] for name in names} == before
    assert len(rows("articles")) == 5


def test_a_month_that_grows_touches_the_same_site_of_the_next_month_alone(
    write: Any, run: Callable[..., RunReport], cleaned: list[set[str]]
) -> None:
    for site in ("alpha.example", "beta.example"):
        write(f"{site}/2025-04-01/x.txt", STORY.format(place=site, part="gate"))
    run(buckets=1)
    del cleaned[:]
    lay(write, "beta.example", 30, "stairs")
    run(buckets=1)
    assert cleaned == [{"beta.example"}, {"beta.example"}]


def test_sites_cleaned_one_after_the_other_give_the_files_of_sites_cleaned_together(
    write: Any, run: Callable[..., RunReport], raw: Path, tmp_path: Path
) -> None:
    from tests.flows.test_laws import fingerprint

    for number, site in enumerate(("alpha.example", "beta.example", "gamma.example")):
        for day in range(1, 9):
            lay(write, site, day, f"part {number} {day}")
        run(buckets=1)
    run(buckets=1, processed=tmp_path / "together")
    assert fingerprint(tmp_path / "processed") == fingerprint(tmp_path / "together")
