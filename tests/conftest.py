"""What tests share: raw folders in the style of real scrapes, and runs over them."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from hypothesis import settings as hypothesis_settings

from flows.report import RunReport
from flows.settings import Settings, load_settings
from flows.stages import ingest
from tests.forked import Forked, forking

# nobody reads while tests run; those with readers set a grace of their own
os.environ.setdefault("COPYDESK_READER_GRACE_SECONDS", "0")

# a slow machine is no defect, and the gate must not depend on luck: it tries the same examples each time
hypothesis_settings.register_profile("copydesk", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("copydesk")

LONGEST = (
    "tests/flows/test_kills.py", "tests/test_docs.py", "tests/flows/test_laws.py", "tests/flows/test_order.py",
    "tests/flows/test_schedule.py", "tests/flows/test_takedown.py", "tests/flows/test_sites_command.py",
    "tests/benchmarks/test_hostile.py", "tests/flows/test_cli.py",
)  # fmt: skip
"""Files that take half a minute or more: begun last, one of them would have a process of its own while others wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(LONGEST)))


NAVIGATION = ["Pilot Courier", "Town hall", "Harbour and quays", "Letters to the desk"]
FOOTER = ["Our printers", "The paper round", "House rules of the Courier"]
STORIES = {
    "ferry": [
        "Island ferry gains a second morning crossing",
        "The island ferry will leave at seven as well as at nine from the first of April, the harbour board said.",
        "Forty commuters had asked for the earlier boat since the road bridge was closed to lorries in autumn.",
        "A crew of four has been hired, and the old mate returns from his retirement for the first summer.",
    ],
    "library": [
        "Library lends out its reading room for weddings",
        "Couples may marry between the shelves of the town library on Saturdays, the council decided this week.",
        "The fee of two hundred crowns goes to the children's section, which lost a third of its money last year.",
        "The first pair met over an atlas in the same room eleven years ago and have booked it for midsummer.",
    ],
    "orchard": [
        "Frost takes half of the cherry blossom",
        "Growers in the upper valley lost about half of their cherry blossom in the night to Tuesday, they report.",
        "Fires were lit between the rows, but a dry wind carried the warmth off before it could settle anywhere.",
        "The insurers have sent two assessors, who will count the buds on forty marked trees in each orchard.",
    ],
    "bakery": [
        "Bakery keeps its oven and loses its shop",
        "The bakery in Mill Lane will go on baking for other shops, but closes its own counter at the end of May.",
        "Its owner found nobody to stand behind the till from five in the morning, although she looked for a year.",
        "The rye loaf, baked to the same recipe since the war, will be sold at the station kiosk from then on.",
    ],
}  # fmt: skip

Write = Callable[..., Path]
Run = Callable[..., RunReport]


def page(story: str, *, teasers: tuple[str, ...] = (), extra: tuple[str, ...] = ()) -> str:
    """A page of a site: navigation, headline, story, teasers, footer."""
    return "\n".join([*NAVIGATION, *STORIES[story], *extra, *teasers, *FOOTER])


@pytest.fixture(scope="session")
def forked() -> Iterator[Forked]:
    """Processes that have imported the command."""
    with forking() as begun:
        yield begun


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """An empty raw folder."""
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    """Where the tables go."""
    return tmp_path / "processed"


@pytest.fixture
def write(raw: Path) -> Write:
    """Write a raw file, with a sidecar when `meta` is given."""

    def write_file(path: str, content: str | bytes, **meta: Any) -> Path:
        target = raw / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        if meta:
            (raw / f"{path}.meta.json").write_text(json.dumps(meta), encoding="utf-8")
        return target

    return write_file


@pytest.fixture
def courier(write: Write) -> Callable[[], None]:
    """Write the four stories of a site, each with the others' headlines as teasers."""

    def write_all() -> None:
        for number, story in enumerate(STORIES, 1):
            teasers = tuple(lines[0] for name, lines in STORIES.items() if name != story)
            write(f"courier.example/2025-03-0{number}/{story}.txt", page(story, teasers=teasers))

    return write_all


@pytest.fixture
def settings(raw: Path, processed: Path) -> Callable[..., Settings]:
    """Settings for a small run in this process."""
    return lambda **given: load_settings(**{"raw": raw, "processed": processed, "engine": "inline", **given})


@pytest.fixture
def run(settings: Callable[..., Settings]) -> Run:
    """Ingest the raw folder."""
    return lambda **given: ingest(settings(**given))


@pytest.fixture
def rows(processed: Path) -> Callable[..., list[dict[str, Any]]]:
    """Read a published table."""

    def read(table: str, order: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            ds.dataset(processed / table, format="parquet", partitioning="hive").to_table().to_pylist()
        )
        return sorted(found, key=lambda row: str(row[order])) if order else found

    return read
