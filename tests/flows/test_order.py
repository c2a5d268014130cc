"""Law 3, order: the same raw files, split into runs in any way and read in any order, give the same tables and state."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.dataset as ds
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flows.settings import load_settings
from flows.stages import ingest

SITES = ("alpha.example", "beta.example", "gamma.example")
DAYS = ("2025-01-30", "2025-02-01", "2025-02-27", "2025-03-01", "2025-03-02")
STORIES = {
    "ferry": "The island ferry will leave at seven as well as at nine from the first of April, the board said. "
    "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn. "
    "A crew of four has been hired, and the old mate returns from his retirement for the first summer.",
    "library": "Couples may marry between the shelves of the town library on Saturdays, the council decided. "
    "The fee of two hundred crowns goes to the children's section, which lost a third of its money last year. "
    "The first pair met over an atlas in the same room eleven years ago and have booked it for midsummer.",
    "orchard": "Growers in the upper valley lost about half of their cherry blossom in the night to Tuesday. "
    "Fires were lit between the rows, but a dry wind carried the warmth off before it could settle anywhere. "
    "The insurers have sent two assessors, who will count the buds on forty marked trees in each orchard.",
}
HEADLINES = {
    "ferry": "Island ferry gains a second crossing",
    "library": "Library lends out its reading room",
    "orchard": "Frost takes half of the blossom",
}
CHANGES = ("", " He did not say when.", " Nobody was hurt, the mayor said on Thursday evening in the town hall.")
FURNITURE = (
    "Home",
    "Letters to the desk",
    "The paper round",
    "Read 12 comments",
    "Subscribe to our morning letter today.",
)


@st.composite
def pages(draw: st.DrawFn) -> dict[str, Any]:
    """A scraped page: revisions, copies, updates and teasers come about by chance, as there are few of each."""
    story = draw(st.sampled_from(sorted(STORIES)))
    site = draw(st.sampled_from(SITES))
    body = STORIES[story] + draw(st.sampled_from(CHANGES))
    if draw(st.booleans()):
        body = body.replace("first", draw(st.sampled_from(["second", "last"])))
    others = [headline for name, headline in HEADLINES.items() if name != story]
    teasers = ["More stories", *others] if draw(st.booleans()) else []
    lines = [*draw(st.lists(st.sampled_from(FURNITURE), max_size=3)), HEADLINES[story], *body.split(". "), *teasers]
    record = {
        "text": "\n".join(lines),
        "site": site,
        "fetched_at": draw(st.sampled_from(DAYS)),
        "title": HEADLINES[story],
    }
    if draw(st.booleans()):
        record["url"] = f"https://{site}/{story}/{draw(st.integers(0, 1))}"
    if draw(st.booleans()):
        record["date"] = draw(st.sampled_from(DAYS))
    return record


FILES = st.lists(st.lists(pages(), min_size=1, max_size=3), min_size=2, max_size=5)


def lay(raw: Path, number: int, records: list[dict[str, Any]]) -> None:
    raw.mkdir(exist_ok=True)
    target = raw / f"{number}.jsonl"
    target.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    os.utime(target, (1_740_000_000, 1_740_000_000))


def go(raw: Path, processed: Path) -> None:
    ingest(load_settings(raw=raw, processed=processed, engine="inline", buckets=2))


def contents(processed: Path) -> dict[str, str]:
    """Hash every file but those that tell of runs."""
    return {
        path.relative_to(processed).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(processed.rglob("*.*"))
        if path.is_file() and "runs/" not in path.as_posix() and path.name != "copydesk.sql"
    }


def table(processed: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ds.dataset(processed / name, partitioning="hive").to_table().to_pylist()
    return rows


def in_runs(files: list[list[dict[str, Any]]], runs: Iterable[list[int]], folder: Path) -> dict[str, str]:
    """Ingest files in several runs; return what came of it."""
    for numbers in runs:
        for number in numbers:
            lay(folder / "raw", number, files[number])
        go(folder / "raw", folder / "processed")
    return contents(folder / "processed")


@st.composite
def splits(draw: st.DrawFn) -> tuple[list[list[dict[str, Any]]], list[list[int]]]:
    """Raw files, and runs that read them in some order."""
    files = draw(FILES)
    order = draw(st.permutations(range(len(files))))
    cuts = sorted(draw(st.sets(st.integers(1, len(files) - 1), max_size=len(files) - 1)))
    return files, [list(order[start:stop]) for start, stop in zip([0, *cuts], [*cuts, len(files)], strict=True)]


@given(split=splits())
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_runs_in_any_split_and_order_give_the_same_tables_and_state(
    split: tuple[list[list[dict[str, Any]]], list[list[int]]],
) -> None:
    files, runs = split
    with TemporaryDirectory() as one, TemporaryDirectory() as several:
        whole = in_runs(files, [list(range(len(files)))], Path(one))
        assert in_runs(files, runs, Path(several)) == whole


def test_a_teaser_points_to_its_article_as_soon_as_that_comes_whatever_its_month(tmp_path: Path) -> None:
    """No page of the teaser's partition is new then."""
    teasing = {
        "text": "\n".join([HEADLINES["library"], *STORIES["library"].split(". "), "More stories", *HEADLINES.values()]),
        "site": "alpha.example",
        "title": HEADLINES["library"],
        "fetched_at": "2025-01-30",
    }
    told = {
        "text": "\n".join([HEADLINES["ferry"], *STORIES["ferry"].split(". ")]),
        "site": "alpha.example",
        "title": HEADLINES["ferry"],
        "fetched_at": "2025-09-02",
    }
    for runs in ([[0], [1]], [[1], [0]], [[0, 1]]):
        folder = tmp_path / str(runs)
        folder.mkdir()
        in_runs([[teasing], [told]], runs, folder)
        articles = {row["title"]: row["article_id"] for row in table(folder / "processed", "articles")}
        targets = {row["title"]: row["target_article_id"] for row in table(folder / "processed", "related")}
        assert targets[HEADLINES["ferry"]] == articles[HEADLINES["ferry"]]
        assert targets[HEADLINES["orchard"]] is None
