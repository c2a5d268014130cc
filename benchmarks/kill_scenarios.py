"""What is killed: runs, takedowns and their lifting, rebuilds, migrations, and the repairs of all these."""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.kill_corpus import COURIER, STORIES, TIDENDE, write_raw
from benchmarks.kill_harness import Command, Harness, Scenario, files_of, places
from flows.errors import QueryError
from flows.rebuilding import rebuild
from flows.settings import Settings
from flows.stages import ingest
from flows.takedown import forget, undo

FERRY, HUSET = f"https://{COURIER}/ferry", f"https://{TIDENDE}/huset"
FROZEN = Path(__file__).parents[1] / "tests" / "frozen" / "layout-1"
OTHER_RULES = {"template_min_stories": 3}
"""Another cleaning version, by which what two pages of these few share is no furniture."""
SLICES = {"slice_bytes": 1024}
"""Files are read in slices, and those that were read are kept by a run that is killed."""


def scenarios(harness: Harness, folder: Path) -> Iterator[Scenario]:
    """Yield all scenarios, measured, each with what it begins in."""
    first, both = folder / "raw-first", folder / "raw-both"
    write_raw(first, second=False)
    write_raw(both, second=True)
    fresh = measured(harness, Scenario("first run", first, None, 1))
    yield fresh
    published = keep(harness, folder / "published-first")
    second = measured(harness, Scenario("second run", both, published, 2, fresh.new))
    tables = keep(harness, folder / "published")
    assert any(".leaving." in label for label in second.labels), "no article moves between files"
    yield second
    yield from recoveries(harness, second, "at the beginning", "in the middle")
    yield from takedowns(harness, second, tables)
    yield from _of_what_a_killed_run_kept(harness, Scenario("", both, published, 2, fresh.new, given=SLICES))
    yield measured(
        harness, Scenario("rebuild by other rules", both, tables, 3, second.new, command=rebuild, given=OTHER_RULES)
    )
    old = folder / "layout-1"
    shutil.copytree(FROZEN / "processed", old)
    migration = measured(harness, Scenario("migration", FROZEN / "raw", old, 2, _places_in(harness, old)))
    yield migration
    yield from recoveries(harness, migration, "in the middle")


def takedowns(harness: Harness, second: Scenario, tables: Path) -> Iterator[Scenario]:
    """Yield a takedown of a story, its repair and its lifting, and one of a URL whose copy becomes the article."""
    given = {"raw": second.raw, "old": second.new}
    story = measured(
        harness,
        Scenario(
            "takedown", before=tables, runs=3, command=_take_down(FERRY), gone=(*STORIES["ferry"], FERRY), **given
        ),
    )
    without = keep(harness, tables.with_name("taken-down"))
    yield story
    yield from recoveries(harness, story, "in the middle")
    given["old"] = story.new
    yield measured(harness, Scenario("lifting of a takedown", before=without, runs=4, command=_lift, **given))
    given["old"] = second.new
    command = _take_down(HUSET, duplicates=False)
    alone = Scenario("takedown of a URL alone", before=tables, runs=3, command=command, gone=(HUSET,), **given)
    measured(harness, alone)
    assert set(alone.new) - set(alone.old), "no copy becomes the article"
    yield alone


def _of_what_a_killed_run_kept(harness: Harness, run: Scenario) -> Iterator[Scenario]:
    """Yield a takedown of a story that a killed run had read again, and kept what it read."""
    measured(harness, run)
    cleaning = next(number for number, label in enumerate(run.labels) if "/clean" in label)
    harness.restore(run.before)
    assert harness.kill(run, at=cleaning)
    kept = keep(harness, harness.folder / "kept")
    assert list((kept / "_state" / "reading").iterdir()), "a killed run kept nothing"
    yield measured(
        harness,
        Scenario(
            "takedown after a killed run", run.raw, kept, 2, run.old,
            command=_take_down(FERRY), given=SLICES, gone=(*STORIES["ferry"], FERRY), plainly=False,
        ),
    )  # fmt: skip


def _take_down(target: str, **given: Any) -> Command:
    def command(settings: Settings) -> None:
        with suppress(QueryError):  # it is taken down already
            forget(settings, target, reason="asked by counsel", **given)

    return command


def _lift(settings: Settings) -> None:
    """Lift the takedown and read its files again."""
    with suppress(QueryError):  # it is lifted already
        undo(settings, FERRY)
    ingest(settings)


def recoveries(harness: Harness, scenario: Scenario, *parts: str) -> Iterator[Scenario]:
    """Yield the repair of publications that were killed at their beginning or in their middle."""
    renames = [n for n, label in enumerate(scenario.labels) if label.startswith("rename _state/staging")]
    for part in parts:
        harness.restore(scenario.before)
        assert harness.kill(scenario, at=renames[1 if part == "at the beginning" else len(renames) // 2])
        name = f"repair of a {scenario.name} that was killed {part}"
        kept = keep(harness, harness.folder / name)
        yield measured(
            harness,
            Scenario(
                name, scenario.raw, kept, scenario.runs, scenario.old, command=scenario.command, given=scenario.given,
                gone=scenario.gone, expected=scenario.expected,
            ),
        )  # fmt: skip


def measured(harness: Harness, scenario: Scenario) -> Scenario:
    """Run a scenario without a kill; its points, its time and its end are what the others are held against."""
    harness.restore(scenario.before)
    began = time.perf_counter()
    harness.kill(scenario)
    scenario.seconds = time.perf_counter() - began
    scenario.labels = harness.told()
    scenario.new = _places_in(harness, harness.processed)
    found = files_of(harness.processed)
    assert not scenario.expected or scenario.expected == found, scenario.name
    assert scenario.before is None or found != files_of(scenario.before), f"{scenario.name}: nothing changes"
    scenario.expected = found
    return scenario


def keep(harness: Harness, folder: Path) -> Path:
    """Keep the folder as it is now."""
    shutil.copytree(harness.processed, folder)
    return folder


def _places_in(harness: Harness, folder: Path) -> dict[str, str]:
    harness.child(lambda: places(folder))
    return dict(harness.told())
