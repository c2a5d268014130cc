"""A site whose pages change so that nearly all of them is taken for furniture: who is told, and what stops."""

import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from flows.errors import LossError
from flows.settings import Settings
from flows.terminal import print_report
from tests.conftest import FOOTER, NAVIGATION, Run, Write

SITE = "courier.example"
WALL = [f"Desk {number} of the Courier" for number in range(60)]
"""Links that every page shows since the layout changed, and nothing of the story but its headline's beginning."""


WORDS = [
    "harbour",
    "quay",
    "council",
    "ferry",
    "storm",
    "bridge",
    "library",
    "orchard",
    "cherry",
    "oven",
    "baker",
    "lorry",
    "autumn",
    "island",
    "pilot",
    "letter",
    "signal",
    "kiosk",
    "atlas",
    "meadow",
    "anchor",
    "timber",
    "candle",
    "saddle",
    "window",
    "barrel",
    "kettle",
    "ladder",
    "pepper",
    "ribbon",
]


def told(number: int) -> list[str]:
    """A story like no other: a headline and four sentences."""
    pick = random.Random(number)
    sentences = [f"The {' and the '.join(pick.sample(WORDS, 7))} were on the list of the evening." for _ in range(4)]
    return [f"What the {' and the '.join(pick.sample(WORDS, 3))} cost", *sentences]


@pytest.fixture
def good_month(write: Write) -> Callable[[], None]:
    """February: seven pages that come out well."""

    def write_pages() -> None:
        for day in range(1, 8):
            write(f"{SITE}/2025-02-{day:02}/page.txt", "\n".join([*NAVIGATION, *told(day), *FOOTER]))

    return write_pages


@pytest.fixture
def bad_month(write: Write) -> Callable[[], None]:
    """March: six pages without a story."""

    def write_pages() -> None:
        for day in range(1, 7):
            write(f"{SITE}/2025-03-{day:02}/page.txt", "\n".join([*WALL, f"Ferries {day}"]))

    return write_pages


def published(processed: Path) -> dict[str, str]:
    return {
        str(path.relative_to(processed)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in processed.glob("*/month=*/*.parquet")
    }


def test_a_run_publishes_and_names_the_site(run: Run, good_month: Callable[[], None], bad_month: Callable[[], None]) -> None:  # fmt: skip
    good_month()
    assert run().losses == ()
    bad_month()
    report = run()
    assert report.run_id is not None
    (loss,) = report.losses
    assert loss.startswith("courier.example, 2025-03: 6 of 6 documents lose far more than usual")


def test_the_summary_names_the_site(
    run: Run, good_month: Callable[[], None], bad_month: Callable[[], None], processed: Path
) -> None:
    good_month()
    bad_month()
    shown = io.StringIO()
    print_report(Console(file=shown, width=200), run(), processed)
    assert "loss: courier.example, 2025-03: 6 of 6 documents" in shown.getvalue()


def test_a_strict_run_stops_before_publishing_and_leaves_the_tables_as_they_were(
    run: Run, good_month: Callable[[], None], bad_month: Callable[[], None], processed: Path
) -> None:
    good_month()
    run(strict=True)
    before = published(processed)
    bad_month()
    for _ in range(2):  # it doesn't let itself be worn down
        with pytest.raises(LossError, match=r"courier\.example, 2025-03: 6 of 6 .* nothing is published"):
            run(strict=True)
        assert published(processed) == before
    run()
    assert published(processed) != before


def test_a_strict_run_goes_on_with_what_was_let_through_unless_it_gets_worse(
    run: Run, good_month: Callable[[], None], bad_month: Callable[[], None], write: Write
) -> None:
    good_month()
    bad_month()
    run()
    write(f"{SITE}/2025-03-09/page.txt", "\n".join(told(9)))
    assert run(strict=True).counts.records == 1
    for day in range(10, 16):
        write(f"{SITE}/2025-03-{day}/page.txt", "\n".join([*WALL, f"Ferries {day}"]))
    with pytest.raises(LossError, match="12 of 13"):
        run(strict=True)


def test_few_short_pages_among_many_name_nobody(run: Run, good_month: Callable[[], None], write: Write) -> None:
    good_month()
    run()
    for number in range(40):
        write(f"{SITE}/2025-02-20/{number}.txt", "\n".join([*NAVIGATION, *told(100 + number), *FOOTER]))
    write(f"{SITE}/2025-02-21/index.txt", "\n".join([*WALL, *WALL]))
    assert run(strict=True).losses == ()


@pytest.mark.parametrize("order", ["together", "good first", "bad first"])
def test_flags_are_the_same_in_whatever_order_the_files_came(
    run: Run,
    rows: Callable[..., list[dict[str, Any]]],
    good_month: Callable[[], None],
    write: Write,
    order: str,
) -> None:
    def thin_month() -> None:
        for day in range(1, 7):
            write(f"{SITE}/2025-03-{day:02}/page.txt", "\n".join([*WALL, *WALL, *told(50 + day)[:3]]))

    first, second = (thin_month, good_month) if order == "bad first" else (good_month, thin_month)
    first()
    if order != "together":
        run()
    second()
    run()
    found = [(str(row["fetched_at"])[:7], row["flags"]) for row in rows("articles", "fetched_at")]
    assert found == [("2025-02", [])] * 7 + [("2025-03", ["site_lost_more"])] * 6


def test_the_flow_takes_the_setting(settings: Callable[..., Settings]) -> None:
    from inspect import signature

    from flows.ingest import ingest_flow

    assert signature(ingest_flow.fn).parameters["strict"].default is None
    assert settings(strict=True).strict
