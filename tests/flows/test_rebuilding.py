"""Rebuilding: tables made again from the kept pages are those that one run by today's rules would have made."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows import publication
from flows.errors import LockedError, LossError, QueryError, SettingsError
from flows.opening import open_run
from flows.rebuilding import preview, rebuild
from flows.settings import Settings, load_settings
from flows.stages import ingest
from flows.tables import journal
from flows.tables.layout import Layout
from flows.tables.store import load_store
from tests.conftest import FOOTER, NAVIGATION, STORIES, page
from tests.flows.test_laws import fingerprint

Rows = Callable[..., list[dict[str, Any]]]
SITE, OTHER = "courier.example", "gazette.example"
PAPER = "The Courier is printed on paper from the valley and delivered by people who live there."


def wave(whom: str) -> str:
    """A line that stays: no rule that ships knows it, and it never repeats."""
    return (
        f"The harbour master waved to the {whom} from his window as the boat left for the islands in the morning fog."
    )


@pytest.fixture
def pages(write: Any) -> None:
    """Two sites in three months with lines that only a rule could know, a duplicate, an index page, a broken record."""
    for number, (story, (title, *lines)) in enumerate(STORIES.items(), 1):
        text = [*NAVIGATION, title, lines[0], wave(story), *lines[1:], PAPER, *FOOTER]
        write(f"{SITE}/2025-0{2 + number // 3}-0{number}/{story}.txt", "\n".join(text))
    title, *lines = STORIES["ferry"]
    write(f"{OTHER}/2025-03-01/copy.txt", "\n".join([title, lines[0], wave("others"), *lines[1:]]))
    write(f"{OTHER}/2025-04-02/own.txt", "\n".join([*STORIES["orchard"][:2], wave("growers")]))
    write(f"{OTHER}/2025-04-03/index.txt", "\n".join(NAVIGATION))
    write("broken.example/2025-05-01/record.jsonl", "{not JSON\n")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Profiles that take out what the shipped rules keep."""
    folder = tmp_path / "own"
    folder.mkdir()
    for site in (SITE, OTHER):
        (folder / f"{site.split('.')[0]}.toml").write_text(
            f'site = "{site}"\n[[rules]]\nid = "wave"\nrole = "caption"\nstarts = ["The harbour master waved"]\n'
        )
    return folder


def everything(processed: Path) -> dict[Path, tuple[int, int]]:
    files = (path for path in processed.rglob("*") if path.is_file())
    return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in files if "lock" not in path.name}


def versions(processed: Path) -> dict[str, str]:
    return {
        path.relative_to(processed).as_posix(): pq.read_metadata(path).metadata[b"copydesk.cleaning_version"].decode()
        for path in processed.glob("*/month=*/*.parquet")
        if not path.is_relative_to(processed / "pages")  # no rules decide about pages
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"profiles": "own"},
        {"template_min_stories": 4},
        {"near_similarity": 0.99, "bands": 8},
        {"shingle_words": 2, "signature_hashes": 64},
        {"profiles": "own", "engine": "processes", "workers": 2, "near_similarity": 0.5},
    ],
)
def test_a_rebuild_makes_the_tables_that_one_run_into_a_new_folder_makes(
    changed: dict[str, Any], pages: None, own: Path, run: Any, settings: Any, processed: Path, tmp_path: Path
) -> None:
    run()
    before = fingerprint(processed)
    today = settings(**{**changed, **({"profiles": own} if "profiles" in changed else {})})
    told = rebuild(today)
    fresh = tmp_path / "fresh"
    ingest(today.model_copy(update={"processed": fresh, "engine": "inline"}))
    assert fingerprint(processed) == fingerprint(fresh) != before
    assert told.run_id
    held = load_store(Layout(processed).store)
    assert held == load_store(Layout(fresh).store)
    assert told.notices == ()


def test_a_rebuild_that_changes_nothing_writes_nothing(pages: None, run: Any, settings: Any, processed: Path) -> None:
    run()
    before = everything(processed)
    told = rebuild(settings())
    assert (told.run_id, told.files_written, told.changes.any) == (None, 0, False)
    assert (told.changes.documents, told.changes.partitions) == (7, 5)
    assert everything(processed) == before


def test_it_says_what_changed_by_site(pages: None, own: Path, run: Any, settings: Any) -> None:
    run()
    told = rebuild(settings(profiles=own))
    courier, other = told.changes.of(SITE), told.changes.of(OTHER)
    assert (courier.pages, courier.articles, courier.changed, courier.removed, courier.share) == (4, 4, 4, 4, 1.0)
    assert (other.pages, other.removed, other.restored) == (3, 2, 0)
    assert told.changes.total.removed == 6
    assert len({*told.before, told.cleaning_version}) == 2


def test_documents_that_become_something_else_are_counted(pages: None, run: Any, settings: Any, rows: Rows) -> None:
    run()
    (duplicate,) = rows("duplicates")
    with pytest.raises(SettingsError, match=r"near_similarity = 0\.99: .* were made with 0\.8; .* `copydesk rebuild`"):
        ingest(settings(near_similarity=0.99))
    told = rebuild(settings(near_similarity=0.99))
    assert told.changes.outcomes == {("duplicate", "article"): 1}
    assert (told.changes.total.came, told.changes.total.went) == (1, 0)
    assert duplicate["document_id"] in {row["document_id"] for row in rows("articles")}
    again = rebuild(settings())
    assert again.changes.outcomes == {("article", "duplicate"): 1}
    assert (again.changes.total.came, again.changes.total.went) == (0, 1)
    assert rows("duplicates") == [duplicate]


def test_a_rebuild_of_some_leaves_the_rest_and_says_what_is_left(
    pages: None, own: Path, run: Any, settings: Any, rows: Rows, processed: Path
) -> None:
    run()
    today = settings(profiles=own)
    told = rebuild(today, sites=[OTHER])
    assert {row["cleaning_version"] for row in rows("articles") if row["site"] == SITE} == set(told.before)
    assert {row["cleaning_version"] for row in rows("articles") if row["site"] == OTHER} == {told.cleaning_version}
    assert f"4 pages of 1 site ({SITE})" in told.notices[0]
    left = ingest(today)
    assert left.run_id is None
    assert left.notices == told.notices
    assert all(
        part in left.notices[0] for part in (*told.before, told.cleaning_version, "copydesk diff", "copydesk rebuild")
    )
    assert rebuild(today, sites=[SITE]).notices == ()
    assert ingest(today).notices == ()


def test_a_rebuild_since_a_month_leaves_the_months_before(
    pages: None, own: Path, run: Any, settings: Any, rows: Rows
) -> None:
    run()
    told = rebuild(settings(profiles=own), since="2025-03")
    of_month = {row["month"]: row["cleaning_version"] for row in rows("articles")}
    assert of_month["2025-02"] in told.before
    assert of_month["2025-03"] == of_month["2025-04"] == told.cleaning_version
    assert f"({SITE})" in told.notices[0]


def test_what_a_run_brings_pages_of_is_cleaned_by_todays_rules_and_told_apart(
    pages: None, own: Path, run: Any, settings: Any, write: Any, processed: Path
) -> None:
    run()
    old = set(versions(processed).values())
    write(f"{OTHER}/2025-04-09/new.txt", "\n".join([*STORIES["bakery"][:2], wave("bakers")]))
    report = run(profiles=own, buckets=16)
    new = report.notices[0].split(" now)")[0].split()[-1]
    found = versions(processed)
    articles = [path for path in found if path.startswith("articles/month=2025-04")]
    assert {found[path] for path in articles} == {new}
    assert old < set(found.values())
    assert f"pages of 2 sites ({SITE}, {OTHER})" in report.notices[0]


def test_a_file_names_all_versions_that_cleaned_its_rows(
    write: Any, run: Any, settings: Any, tmp_path: Path, raw: Path
) -> None:
    one = load_settings(raw=raw, processed=tmp_path / "one", engine="inline", buckets=1)
    write(f"{SITE}/2025-03-01/a.txt", page("ferry"))
    write(f"{OTHER}/2025-03-01/a.txt", page("orchard"))
    ingest(one)
    (before,) = set(versions(tmp_path / "one").values())
    told = rebuild(one.model_copy(update={"template_min_stories": 3}), sites=[SITE])
    both = ",".join(sorted([before, told.cleaning_version]))
    found = versions(tmp_path / "one")
    assert {found[path] for path in found if not path.startswith("runs/")} == {both}
    assert load_store(Layout(tmp_path / "one").store).cleaning_version == both  # type: ignore[union-attr]
    rebuild(one.model_copy(update={"template_min_stories": 3}))
    assert set(versions(tmp_path / "one").values()) == {both, told.cleaning_version}  # `runs` keeps both


def test_a_rebuild_needs_no_raw_files(pages: None, own: Path, run: Any, settings: Any, raw: Path, rows: Rows) -> None:
    run()
    shutil.rmtree(raw)
    rebuild(settings(profiles=own))
    assert not any("harbour master waved" in row["body"] for row in rows("articles"))


def test_what_the_user_said_of_lines_stays_said(pages: None, own: Path, run: Any, settings: Any, rows: Rows) -> None:
    from flows.recleaning import override_line

    run()
    override_line(settings(), SITE, PAPER, "vetoed")
    rebuild(settings(profiles=own))
    assert all(PAPER in row["body"] for row in rows("articles") if row["site"] == SITE)


def test_killed_while_publishing_the_next_run_ends_it(
    pages: None, own: Path, run: Any, settings: Any, processed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    honest = journal.publish

    def stop(name: str) -> None:
        if name.startswith("after move 3"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publication, "publish", lambda layout, moves: honest(layout, moves, step=stop))
        with pytest.raises(KeyboardInterrupt):
            rebuild(settings(profiles=own))
    assert ingest(settings(profiles=own)).notices == ()
    ingest(settings(profiles=own, processed=tmp_path / "fresh"))
    assert fingerprint(processed) == fingerprint(tmp_path / "fresh")


def test_a_strict_rebuild_stops_where_a_site_would_lose_far_more(
    pages: None, run: Any, settings: Any, tmp_path: Path, processed: Path
) -> None:
    run()
    greedy = tmp_path / "greedy"
    greedy.mkdir()
    (greedy / "courier.toml").write_text(
        f'site = "{SITE}"\n[[rules]]\nid = "all"\nrole = "prompt"\npatterns = [".{{3,300}}"]\n'
    )
    before = everything(processed)
    with pytest.raises(LossError, match=SITE):
        rebuild(settings(profiles=greedy, strict=True))
    seen = preview(settings(profiles=greedy, strict=True))
    assert SITE in seen.losses[0]
    assert everything(processed) == before


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sites": ["curier.example"]}, "no pages of 'curier.example'; did you mean courier.example"),
        ({"since": "2025-03-15"}, "'2025-03-15' is no month; months are written YYYY-MM, as in 2025-03"),
        ({"since": "2025-13"}, "is no month"),
        ({"since": "2025-06"}, "no pages of that month or later; the last are of 2025-05"),
        ({"since": "2025-04", "sites": [SITE]}, "courier.example has no pages of that month or later"),
    ],
)
@pytest.mark.parametrize("what", [rebuild, preview])
def test_what_names_no_pages_is_an_error_with_a_way_on(
    what: Any, given: dict[str, Any], message: str, pages: None, run: Any, settings: Any, processed: Path
) -> None:
    run()
    before = everything(processed)
    with pytest.raises(QueryError) as error:
        what(settings(), **given)
    assert message in str(error.value)
    assert everything(processed) == before


@pytest.mark.parametrize("what", [rebuild, preview])
def test_before_the_first_run_there_is_nothing_to_rebuild(
    what: Any, settings: Callable[..., Settings], processed: Path
) -> None:
    with pytest.raises(QueryError, match="run `copydesk ingest` first"):
        what(settings())
    assert not processed.exists()


@pytest.mark.parametrize("what", [rebuild, preview])
def test_while_another_run_is_at_work_it_says_so(what: Any, pages: None, run: Any, settings: Any) -> None:
    run()
    with open_run(settings()), pytest.raises(LockedError, match="another run is at work"):
        what(settings())
