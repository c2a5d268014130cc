"""Kept pages: what a document was read from is there byte for byte, and can be read again by a better reader."""

import gzip
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from flows.errors import AuditError
from flows.html import Page, read_page
from flows.readers import html_records, kept_pages
from flows.rebuilding import preview, rebuild
from flows.recleaning import reclean_site
from flows.stages import ingest
from flows.steps import keep
from flows.tables.layout import Layout
from flows.tables.store import load_store
from flows.terminal_changes import print_preview
from flows.warehouse.query import ask
from tests.conftest import NAVIGATION, STORIES
from tests.flows.test_laws import fingerprint
from tests.flows.test_rebuilding import everything

Rows = Callable[..., list[dict[str, Any]]]
Write = Callable[..., Path]
BYLINE = "Words: Ottilie Brandvold"


def html(story: str, *more: str, head: str = "") -> str:
    title, *lines = STORIES[story]
    menu = "".join(f"<li><a href='/'>{line}</a></li>" for line in NAVIGATION)
    body = "".join(f"<p>{escape(line)}</p>" for line in (*lines, *more))
    return (
        f"<!doctype html><html><head>{head}<title>{title}</title></head><body><ul>{menu}</ul><article data-by='{BYLINE}'>"
        f"<h1>{title}</h1>{body}</article></body></html>"
    )


@pytest.fixture
def pages(write: Write) -> None:
    """Pages in every form in which scrapers leave them, a copy, and a text that is no page."""
    meta = {"title": "The scraper's own headline", "content_type": "text/html; charset=Windows-1252", "shelf": [1, "å"]}
    write("a.example/2025-03-01/1.html", html("ferry", "Café in Málaga “closed”.").encode("cp1252"), **meta)
    write("b.example/2025-03-02/2.html.gz", gzip.compress(html("library").encode(), mtime=0))
    write("a.example/2025-03-03/3.txt", html("orchard"))
    record = {
        "html": html("bakery", "Ænigma \ud83e\udd56"),
        "url": "https://c.example/x",
        "author": "By Ida Lund",
        "n": 1e3,
    }
    write("feed/2025-04-04.jsonl", json.dumps(record) + "\n" + json.dumps({"text": html("ferry")}) + "\n")
    write("a.example/2025-03-05/5.txt", "\n".join(STORIES["library"]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("d.example/2025-03-07/8.html"), html("library", "A line that no other has."))
    write("pack.zip", packed.getvalue())
    write("a.example/2025-03-06/6.html", "<p>" + "</p><p>".join(STORIES["bakery"]) + "</p>")


@pytest.fixture
def better_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that also reads a byline, gives pages a section and takes those of two stories for another site's."""

    def read(source: bytes | str, **given: Any) -> Page:
        page = read_page(source, **given)
        if BYLINE not in str(source):
            return page
        moved = "mated" in page.text or "blossom" in page.text
        url = "https://moved.example/blossom" if moved else page.metadata.url
        lines, markup = f"{BYLINE}\n{page.text}", (replace_hint(page), *page.markup)
        return Page(lines, markup, replace(page.metadata, section="Town", url=url))

    def replace_hint(page: Page) -> Any:
        return page.markup[0].model_copy(update={"hint": "byline"})

    monkeypatch.setattr(html_records, "read_page", read)
    monkeypatch.setattr(kept_pages, "READING_CODE", 99)


def state_of(processed: Path) -> dict[str, bytes]:
    """The state that hangs on documents."""
    folder = processed / "_state"
    names = ("cleaned", "links", "index", "teasers")
    found = {
        str(path.relative_to(folder)): path.read_bytes() for name in names for path in (folder / name).rglob("*.p*")
    }
    return {**found, "store": (folder / "store.json").read_bytes()}


@pytest.mark.usefixtures("pages")
def test_a_page_is_kept_byte_for_byte_with_what_was_said_of_it(run: Any, rows: Rows, raw: Path) -> None:
    run()
    source = {row["document_id"]: (row["source_path"], row["record_no"]) for row in rows("documents")}
    kept = {source[row["document_id"]]: row for row in rows("pages")}
    plain = raw / "a.example/2025-03-01/1.html"
    assert set(kept) == set(source.values()) - {("a.example/2025-03-05/5.txt", 0)}
    cp1252 = kept["a.example/2025-03-01/1.html", 0]
    assert cp1252["page"] == plain.read_bytes()
    assert "Café in Málaga “closed”".encode("cp1252") in cp1252["page"]
    assert (cp1252["is_text"], cp1252["charset"]) == (False, "windows-1252")
    assert json.loads(cp1252["given"])["named"] == {"title": "The scraper's own headline"}
    assert json.loads(cp1252["given"])["rest"]["shelf"] == [1, "å"]
    assert kept["b.example/2025-03-02/2.html.gz", 0]["page"] == html("library").encode()
    assert kept["a.example/2025-03-03/3.txt", 0]["page"] == html("orchard").encode()
    record = kept["feed/2025-04-04.jsonl", 0]
    assert (record["page"].decode(), record["is_text"], record["charset"]) == (html("bakery", "Ænigma 🥖"), True, None)
    assert json.loads(record["given"])["named"] == {"authors": ["Ida Lund"], "url": "https://c.example/x"}
    assert kept["feed/2025-04-04.jsonl", 1]["given"] == "{}"


@pytest.mark.usefixtures("pages")
def test_sql_has_pages_beside_their_documents(run: Any, processed: Path) -> None:
    run()
    sql = "SELECT decode(page) AS html FROM pages JOIN documents USING (document_id) WHERE url = 'https://c.example/x'"
    assert ask(processed, sql).read_all().to_pylist() == [{"html": html("bakery", "Ænigma 🥖")}]


@pytest.mark.usefixtures("pages")
def test_a_second_run_changes_no_byte(run: Any, processed: Path) -> None:
    run()
    before = everything(processed)
    run()
    assert everything(processed) == before


@pytest.mark.usefixtures("pages")
def test_a_rebuild_by_the_same_reader_reads_nothing_and_writes_nothing(
    run: Any, settings: Any, processed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    before = everything(processed)
    monkeypatch.setattr(html_records, "read_page", lambda *_, **__: pytest.fail("a page was read again"))
    told = rebuild(settings())
    assert (told.reread, told.run_id) == (0, None)
    assert everything(processed) == before


@pytest.mark.parametrize("form", [{}, {"buckets": 1}])
@pytest.mark.usefixtures("pages")
def test_a_rebuild_by_a_changed_reader_makes_the_tables_that_a_fresh_run_makes_though_no_raw_file_is_left(
    form: dict[str, Any],
    run: Any,
    settings: Any,
    processed: Path,
    raw: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    run(**{**form, "engine": "inline"})
    before = fingerprint(processed)
    shutil.move(raw, tmp_path / "elsewhere")
    request.getfixturevalue("better_reader")
    told = rebuild(settings(**form))
    fresh = settings(raw=tmp_path / "elsewhere", processed=tmp_path / "fresh", **{**form, "engine": "inline"})
    ingest(fresh)
    assert fingerprint(processed) == fingerprint(tmp_path / "fresh") != before
    assert state_of(processed) == state_of(tmp_path / "fresh")
    assert (told.reread, told.reread_changed, told.notices) == (7, 6, ())


@pytest.mark.usefixtures("pages")
def test_settings_that_say_how_pages_are_read_count_for_kept_pages_on_any_engine(
    run: Any, settings: Any, processed: Path, tmp_path: Path
) -> None:
    run()
    before = fingerprint(processed)
    told = rebuild(settings(ask_extractor=False, engine="processes", workers=2))
    ingest(settings(ask_extractor=False, processed=tmp_path / "fresh"))
    assert fingerprint(processed) == fingerprint(tmp_path / "fresh") != before
    assert (told.reread, told.reread_changed) == (7, 7)


@pytest.mark.usefixtures("pages")
def test_what_the_scraper_said_still_goes_before_what_the_page_says(
    run: Any, settings: Any, rows: Rows, raw: Path, request: pytest.FixtureRequest
) -> None:
    run()
    shutil.rmtree(raw)
    request.getfixturevalue("better_reader")
    rebuild(settings())
    told = {
        row["source_path"]: (row, json.loads(row["metadata"])) for row in rows("documents") if row["record_no"] == 0
    }
    _, metadata = told["a.example/2025-03-01/1.html"]
    assert metadata["title"] == "The scraper's own headline"
    assert metadata["page"]["section"] == "Town"
    assert metadata["reading"] == {"encoding": "cp1252"}
    assert metadata["extra"]["shelf"] == [1, "å"]
    orchard, metadata = told["a.example/2025-03-03/3.txt"]
    assert (orchard["site"], orchard["url"]) == ("moved.example", "https://moved.example/blossom")
    assert "url" in metadata["page"]["gave"]
    bakery, metadata = told["feed/2025-04-04.jsonl"]
    assert (bakery["url"], metadata["authors"]) == ("https://c.example/x", ["Ida Lund"])
    assert bakery["text"].startswith(BYLINE)


@pytest.mark.usefixtures("pages", "better_reader")
def test_runs_in_any_order_by_two_readers_and_a_rebuild_give_the_tables_of_one_run(
    settings: Any, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings(processed=tmp_path / "one"))
    later = [path for path in raw.rglob("*") if path.is_file() and "2025-03-0" in str(path) and path.suffix == ".html"]
    for path in later:
        path.rename(f"{path}.later")
    hidden = tmp_path / "hidden"
    shutil.move(raw, hidden)
    shutil.copytree(hidden, raw, ignore=shutil.ignore_patterns("*.later", "*.meta.json"))
    with monkeypatch.context() as patched:
        patched.setattr(html_records, "read_page", read_page)
        patched.setattr(kept_pages, "READING_CODE", 1)
        ingest(settings())
    shutil.rmtree(raw)
    shutil.move(hidden, raw)
    for path in later:
        Path(f"{path}.later").rename(path)
    report = ingest(settings())
    assert "the HTML reader has changed (1.extractor before, 99.extractor now): 5 pages of" in report.notices[0]
    rebuild(settings())
    assert fingerprint(settings().processed) == fingerprint(tmp_path / "one")
    assert state_of(settings().processed) == state_of(tmp_path / "one")


@pytest.mark.usefixtures("pages")
def test_a_run_says_what_another_reader_read_until_it_is_read_again(
    run: Any, settings: Any, processed: Path, request: pytest.FixtureRequest
) -> None:
    run()
    request.getfixturevalue("better_reader")
    (notice,) = run().notices
    assert "7 pages of 5 sites (a.example, " in notice
    assert "copydesk diff" in notice
    some = rebuild(settings(), sites=["a.example"])
    assert (some.reread, some.reread_changed) == (3, 2)
    assert len(some.notices) == 1
    rest = rebuild(settings())
    assert (rest.reread, rest.notices, run().notices) == (4, (), ())
    held = load_store(Layout(processed).store)
    assert held is not None
    assert held.reading_version == "99.extractor"


@pytest.mark.usefixtures("pages")
def test_a_preview_shows_what_another_reading_changes_and_leaves_the_tables_alone(
    run: Any, settings: Any, processed: Path, request: pytest.FixtureRequest
) -> None:
    run()
    before = everything(processed)
    request.getfixturevalue("better_reader")
    told = preview(settings(), sample=9)
    assert (told.reread, told.reread_changed, told.changes.any) == (7, 6, True)
    for diff in told.sample:  # lines are told by what they say, as their numbers are others
        signs = {line.text: set[str]() for line in diff.lines}
        for line in diff.lines:
            signs[line.text].add(line.sign)
        assert all(len(own) == 1 for own in signs.values())
    shown = io.StringIO()
    print_preview(Console(file=shown, width=200), told)
    assert "7 kept pages read again, 6 to another document; " in shown.getvalue()
    assert everything(processed) == before


@pytest.mark.usefixtures("pages")
def test_with_the_setting_off_no_page_is_kept_and_a_rebuild_says_how_many_it_can_not_read(
    run: Any, settings: Any, rows: Rows, write: Write, raw: Path, request: pytest.FixtureRequest
) -> None:
    run(keep_pages=False)
    assert rows("pages") == []
    assert {row["reading_version"] for row in rows("documents")} == {None}
    write("a.example/2025-03-07/7.html", html("library", "A last line."))
    run()
    before = {row["document_id"]: row["text"] for row in rows("documents") if row["reading_version"] is None}
    assert len(rows("pages")) == 1
    request.getfixturevalue("better_reader")
    told = rebuild(settings())
    assert told.reread == 1
    assert told.notices == (
        "7 documents read from HTML stay as they were read: the setting keep_pages was off then, or an earlier copydesk "
        "read them",
    )
    after = {row["document_id"]: row["text"] for row in rows("documents")}
    assert {key: after[key] for key in before} == before
    assert run().notices == ()


@pytest.mark.usefixtures("pages")
def test_a_page_in_which_todays_reader_finds_nothing_stays_as_it_was_read(
    run: Any, settings: Any, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    before = {row["document_id"]: row["text"] for row in rows("documents")}
    monkeypatch.setattr(html_records, "read_page", lambda *_, **__: Page("", (), read_page(html("ferry")).metadata))
    monkeypatch.setattr(kept_pages, "READING_CODE", 98)
    told = rebuild(settings())
    assert told.notices == ("in 7 kept pages today's HTML reader finds no text; what was read of them before stays",)
    assert {row["document_id"]: row["text"] for row in rows("documents")} == before
    assert run().notices == ()


@pytest.mark.usefixtures("pages")
def test_cleaning_a_site_again_reads_no_page_again(
    run: Any, settings: Any, rows: Rows, request: pytest.FixtureRequest
) -> None:
    run()
    before = f"{kept_pages.READING_CODE}.extractor"
    request.getfixturevalue("better_reader")
    reclean_site(settings(), "a.example")
    assert {row["reading_version"] for row in rows("documents")} == {before, None}


def test_pages_are_written_again_only_where_some_come(write: Write, run: Any, processed: Path, rows: Rows) -> None:
    write("a.example/2025-03-01/1.html", html("ferry"))
    write("a.example/2025-04-01/2.html", html("library"))
    run()
    (first, second) = sorted((processed / "pages").rglob("*.parquet"))
    before = [path.stat().st_ino for path in (first, second)]
    write("a.example/2025-03-02/3.txt", "\n".join(STORIES["orchard"]))
    write("a.example/2025-04-02/4.html", html("bakery"))
    run()
    assert first.stat().st_ino == before[0]
    assert second.stat().st_ino != before[1]
    assert len(rows("pages")) == 3


def test_a_file_of_many_row_groups_is_that_of_one_run(
    write: Write, settings: Any, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep, "GROUP_BYTES", 1500)
    for turn in range(3):
        for number, story in enumerate(STORIES):
            write(f"a.example/2025-03-0{3 - turn}/{number}.html", html(story, f"Turn {turn}, number {number}."))
        run(reader_grace_seconds=0.01)
    ingest(settings(processed=tmp_path / "one"))
    rows = "SELECT * FROM pages ORDER BY document_id"
    assert ask(settings().processed, rows).read_all() == ask(tmp_path / "one", rows).read_all()
    run(reader_grace_seconds=0)


@pytest.mark.usefixtures("pages")
def test_a_page_that_would_be_lost_stops_the_run(run: Any, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.steps import merge

    monkeypatch.setattr(merge, "stage_pages", lambda *_: None)
    with pytest.raises(AuditError, match=r"pages, month=2025-0\d/part-\d+\.parquet: 0 pages are kept of \d"):
        run()
