"""`copydesk sites`: sites and their lines listed; pins and vetoes that survive runs and clean what they touch."""

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from flows import publication
from flows.errors import AuditError, LockedError, QueryError
from flows.opening import open_run
from flows.recleaning import override_line, reclean_site
from flows.settings import Settings, load_settings
from flows.stages import ingest
from flows.tables import journal
from flows.tables.layout import Layout
from tests.conftest import FOOTER, NAVIGATION, STORIES, page
from tests.flows.test_laws import fingerprint

Rows = Callable[..., list[dict[str, Any]]]
SITE = "courier.example"
SLOGAN = "The Courier is printed on paper from the valley and delivered by people who live there."
ONCE = "The harbour master waved from his window as the boat left for the islands in the morning fog."


@pytest.fixture
def pages(write: Any) -> None:
    """Four stories of a site in two months, all with a slogan, one with a line of its own; one of another site."""
    for number, story in enumerate(STORIES, 1):
        day = f"2025-0{2 + number // 3}-0{number}"
        extra = (ONCE, SLOGAN) if story == "ferry" else (SLOGAN,)
        write(f"{SITE}/{day}/{story}.txt", page(story, extra=extra))
    write("other.example/2025-03-01/a.txt", page("ferry", extra=(SLOGAN,)))


@pytest.fixture
def said(settings: Callable[..., Settings], pages: None, run: Any) -> Callable[..., Any]:
    """Ingest the pages, and say what a line is."""
    run()
    return lambda line, status, site=SITE, **given: override_line(settings(**given), site, line, status)


def tables(processed: Path) -> dict[str, str]:
    return {name: digest for name, digest in fingerprint(processed).items() if not name.startswith("runs/")}


def bodies(rows: Rows) -> dict[str, list[str]]:
    sources = {row["document_id"]: row["source_path"] for row in rows("documents") if row["site"] == SITE}
    return {
        Path(sources[row["document_id"]]).stem: row["body"].split("\n\n")
        for row in rows("articles")
        if row["document_id"] in sources
    }


def statuses(rows: Rows) -> dict[tuple[str, str], str]:
    return {(row["month"], row["line"]): row["status"] for row in rows("site_lines") if row["site"] == SITE}


def test_a_veto_gives_a_line_back_to_every_page_at_once(said: Any, rows: Rows) -> None:
    assert all(SLOGAN not in body for body in bodies(rows).values())
    told = said(SLOGAN, "vetoed")
    assert all(SLOGAN in body for body in bodies(rows).values())
    counts = told.changes.of(SITE)
    assert (told.pages_with_line, counts.changed, counts.restored, counts.removed, counts.pages_changed) == (
        4,
        4,
        4,
        0,
        4,
    )
    assert told.changes.partitions == 2
    assert statuses(rows)["2025-02", SLOGAN] == statuses(rows)["2025-03", SLOGAN] == "vetoed"


def test_a_pin_takes_a_line_away_that_never_repeats(said: Any, rows: Rows) -> None:
    assert ONCE in bodies(rows)["ferry"]
    told = said(ONCE, "pinned")
    assert ONCE not in bodies(rows)["ferry"]
    counts = told.changes.of(SITE)
    assert (counts.changed, counts.removed, counts.restored) == (1, 1, 0)
    assert statuses(rows)["2025-02", ONCE] == "pinned"
    assert ("2025-03", ONCE) not in statuses(rows)


def test_what_was_said_of_one_site_changes_nothing_of_another(said: Any, rows: Rows) -> None:
    said(FOOTER[0], "pinned")
    other = {row["document_id"] for row in rows("documents") if row["site"] == "other.example"}
    assert all(FOOTER[0] not in body for body in bodies(rows).values())
    reasons = {row["reason"] for row in rows("removed_lines") if row["document_id"] in other}
    assert "pinned" not in reasons


def test_what_was_said_survives_runs_and_counts_for_new_pages(said: Any, run: Any, write: Any, rows: Rows) -> None:
    said(SLOGAN, "vetoed")
    said(ONCE, "pinned")
    write(
        f"{SITE}/2025-05-01/new.txt", "\n".join([*STORIES["orchard"][:3], SLOGAN, ONCE, "The rest is told tomorrow."])
    )
    report = run()
    assert report.counts.files_read == 1
    assert SLOGAN in bodies(rows)["new"]
    assert ONCE not in bodies(rows)["new"]


def test_a_reset_gives_the_tables_back_as_they_were(said: Any, processed: Path) -> None:
    before = tables(processed)
    said(SLOGAN, "vetoed")
    assert tables(processed) != before
    told = said(SLOGAN, None)
    assert told.before == "vetoed"
    assert tables(processed) == before


def test_a_pin_of_a_vetoed_line_takes_the_vetos_place(said: Any, rows: Rows, processed: Path) -> None:
    said(SLOGAN, "vetoed")
    said(SLOGAN, "pinned")
    assert statuses(rows)["2025-03", SLOGAN] == "pinned"
    assert json.loads(Layout(processed).overrides.read_text()) == {SITE: {SLOGAN: "pinned"}}


def test_what_was_said_already_writes_nothing(said: Any, processed: Path) -> None:
    said(SLOGAN, "vetoed")
    before = fingerprint(processed)
    assert said(SLOGAN, "vetoed").changes.partitions == 0
    assert fingerprint(processed) == before


def test_a_run_after_it_with_nothing_new_writes_nothing(said: Any, run: Any, processed: Path) -> None:
    said(SLOGAN, "vetoed")
    before = fingerprint(processed)
    assert run().run_id is None
    assert fingerprint(processed) == before


def test_the_line_is_read_as_documents_are(said: Any, rows: Rows) -> None:
    said(f"\u200b {SLOGAN.replace(' ', chr(0xA0), 1)} ", "vetoed")
    assert statuses(rows)["2025-03", SLOGAN] == "vetoed"


def test_pinning_a_line_that_no_page_has_counts_for_those_to_come(said: Any, run: Any, write: Any, rows: Rows) -> None:
    told = said("Read it on paper", "pinned")
    assert (told.pages_with_line, told.changes.total.edits) == (0, 0)
    write(f"{SITE}/2025-03-09/new.txt", page("ferry", extra=("Read it on paper",)))
    run()
    assert statuses(rows)["2025-03", "Read it on paper"] == "pinned"


@pytest.mark.parametrize(
    ("site", "line", "status", "message"),
    [
        (
            SITE,
            SLOGAN.lower()[:-1],
            "vetoed",
            "no page of courier.example has the line .*; did you mean 'The Courier is",
        ),
        (
            SITE,
            "entirely something else",
            "vetoed",
            "whole and alone; `copydesk sites courier.example` lists its lines",
        ),
        (SITE, SLOGAN, None, "is neither pinned nor vetoed; no line of courier.example is"),
        (SITE, "  ", "pinned", "LINE is empty"),
        (SITE, "a\nb", "pinned", "LINE is more than one line"),
        ("curier.example", SLOGAN, "pinned", "no pages of 'curier.example'; did you mean courier.example?"),
        ("zzz", SLOGAN, "pinned", "`copydesk sites` lists the sites there are"),
    ],
)
def test_what_cant_be_said_is_an_error_with_a_way_on(
    said: Any, site: str, line: str, status: Any, message: str, processed: Path
) -> None:
    before = fingerprint(processed)
    with pytest.raises(QueryError, match=message):
        said(line, status, site=site)
    assert fingerprint(processed) == before
    assert not Layout(processed).overrides.exists()


def test_nothing_can_be_said_before_the_first_run(settings: Callable[..., Settings], processed: Path) -> None:
    with pytest.raises(QueryError, match="run `copydesk ingest` first"):
        override_line(settings(), SITE, SLOGAN, "pinned")
    assert not processed.exists()


def test_it_waits_for_no_other_run(said: Any, settings: Callable[..., Settings]) -> None:
    with open_run(settings()), pytest.raises(LockedError, match="another run is at work"):
        said(SLOGAN, "vetoed")


def test_a_law_that_doesnt_hold_leaves_all_as_it_was(
    said: Any, processed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.steps import clean

    honest = clean.clean_documents

    def forgetful(*arguments: Any, **given: Any) -> Any:
        cleaned = honest(*arguments, **given)
        return type(cleaned)(**{**vars(cleaned), "removed_lines": cleaned.removed_lines.slice(1)})

    before = fingerprint(processed)
    monkeypatch.setattr(clean, "clean_documents", forgetful)
    with pytest.raises(AuditError, match="don't give its text again"):
        said(SLOGAN, "vetoed")
    assert fingerprint(processed) == before
    assert not Layout(processed).overrides.exists()


def test_killed_while_publishing_the_next_run_ends_it(
    said: Any, run: Any, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = journal.publish

    def stop(name: str) -> None:
        if name.startswith("after move 0"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publication, "publish", lambda layout, moves: honest(layout, moves, step=stop))
        with pytest.raises(KeyboardInterrupt):
            said(SLOGAN, "vetoed")
    assert run().run_id is None
    assert all(SLOGAN in body for body in bodies(rows).values())
    assert said(SLOGAN, "vetoed").changes.partitions == 0


def test_it_needs_no_raw_files(said: Any, raw: Path, rows: Rows) -> None:
    import shutil

    shutil.rmtree(raw)
    said(SLOGAN, "vetoed")
    assert SLOGAN in bodies(rows)["ferry"]


def test_files_and_overrides_in_any_order_give_the_same_tables(tmp_path: Path) -> None:
    first = {"2025-02-01/ferry": ("ferry", (SLOGAN, ONCE)), "2025-03-01/library": ("library", (SLOGAN,))}
    later = {"2025-03-02/orchard": ("orchard", (SLOGAN, ONCE)), "2025-04-01/bakery": ("bakery", (SLOGAN, ONCE))}

    def lay(raw: Path, stories: dict[str, Any]) -> None:
        for name, (story, extra) in stories.items():
            target = raw / SITE / f"{name}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(page(story, extra=extra))

    found = []
    for number, order in enumerate(permutations(("files", "pin", "veto"))):
        raw, processed = tmp_path / f"raw{number}", tmp_path / f"processed{number}"
        settings = load_settings(raw=raw, processed=processed, engine="inline", buckets=2)
        lay(raw, first)
        ingest(settings)
        for what in order:
            if what == "files":
                lay(raw, later)
                ingest(settings)
            else:
                line, status = (ONCE, "pinned") if what == "pin" else (SLOGAN, "vetoed")
                override_line(settings, SITE, line, status)  # type: ignore[arg-type]
        found.append(tables(processed))
    assert all(one == found[0] for one in found)


def test_the_number_of_workers_changes_no_byte(said: Any, processed: Path) -> None:
    said(SLOGAN, "vetoed")
    one = tables(processed)
    said(SLOGAN, None)
    said(SLOGAN, "vetoed", engine="processes", workers=2)
    assert tables(processed) == one


def test_a_profile_written_later_counts_once_the_site_is_cleaned_again(
    pages: None, run: Any, settings: Callable[..., Settings], tmp_path: Path, rows: Rows
) -> None:
    run()
    own = tmp_path / "own"
    own.mkdir()
    toml = f'site = "{SITE}"\n[[rules]]\nid = "wave"\nrole = "caption"\nlines = ["{ONCE}"]'
    (own / "courier.toml").write_text(toml)
    told = reclean_site(settings(profiles=own), SITE)
    assert (told.changes.total.edits, told.changes.total.removed) == (1, 1)
    assert "courier.wave" in {row["reason"] for row in rows("removed_lines")}
    assert ONCE not in bodies(rows)["ferry"]


def test_sites_are_listed_with_pages_share_profile_and_lines(copydesk: Any, said: Any, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.toml").write_text('site = "other.example"')
    (own / "idle.toml").write_text('site = "othr.example"')
    said(ONCE, "pinned")
    said(SLOGAN, "vetoed")
    rows = {row["site"]: row for row in json.loads(copydesk("sites", "--format", "json").stdout)}
    assert list(rows) == [SITE, "other.example"]
    courier = rows[SITE]
    assert (courier["pages"], courier["articles"], courier["pinned_lines"], courier["vetoed_lines"]) == (4, 4, 1, 1)
    assert courier["learned_lines"] == len(NAVIGATION) + len(FOOTER)
    assert 0 < courier["removed_share"] < 1
    assert courier["profile"] is None
    shown = copydesk("sites", COPYDESK_PROFILES=str(own))
    assert "mine (yours)" in shown.stdout
    assert f"note: {own}/idle.toml is of othr.example, which has no pages" in shown.stdout
    assert all(len(line) <= 80 for line in shown.stdout.splitlines() if "note" not in line and "removed:" not in line)
    assert copydesk("sites", "--format", "csv").stdout.startswith("site,pages,articles,removed_share,profile,")


def test_a_sites_lines_are_listed_most_frequent_first(copydesk: Any, said: Any) -> None:
    said("On no page", "pinned")
    done = copydesk("sites", SITE)
    assert done.returncode == 0, done.stderr
    assert f"site      {SITE}" in done.stdout
    assert "4, 4 of them articles" in done.stdout
    lines = json.loads(copydesk("sites", SITE, "--format", "json").stdout)
    assert [row["documents"] for row in lines] == sorted((row["documents"] for row in lines), reverse=True)
    first, last = lines[0], lines[-1]
    assert (first["status"], first["documents"], first["site_documents"], first["share"]) == ("learned", 4, 4, 1.0)
    assert (last["line"], last["status"], last["month"], last["documents"]) == ("On no page", "pinned", None, 0)
    assert {row["role"] for row in lines if row["line"] == NAVIGATION[0]} == {"navigation"}
    month = json.loads(copydesk("sites", SITE, "--month", "2025-02", "--format", "json").stdout)
    assert {row["month"] for row in month} == {"2025-02"}


def test_the_command_says_what_changed(copydesk: Any, said: Any) -> None:
    done = copydesk("sites", "veto", SITE, SLOGAN)
    assert f"vetoed for {SITE}: {SLOGAN}" in done.stdout
    assert "On 4 pages. 4 articles changed: 0 lines removed, 4 restored." in done.stdout
    assert "2 partitions cleaned again" in done.stdout
    assert "It was so already" in copydesk("sites", "veto", SITE, SLOGAN).stdout
    assert f"reset for {SITE}" in copydesk("sites", "reset", SITE, SLOGAN).stdout
    assert "No page has this line yet" in copydesk("sites", "pin", SITE, "On no page").stdout
    assert "No article changed." in copydesk("sites", "reclean", SITE).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("sites",), 1, "run `copydesk ingest` first"),
        (("sites", SITE), 1, "run `copydesk ingest` first"),
        (("sites", "--format", "xml"), 1, "there are table, csv, json"),
        (("sites", SITE, "--month", "March"), 1, "months are written YYYY-MM"),
        (("sites", "pin", SITE), 2, "Missing argument 'LINE'"),
        (("sites", SITE, "x"), 2, "unexpected extra argument"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(
    copydesk: Any, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = copydesk(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_help_tells_both_ways_to_use_it(copydesk: Any) -> None:
    done = copydesk("sites", "--help")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("[SITE]", "pin", "veto", "reset", "reclean", "copydesk sites SITE"))
