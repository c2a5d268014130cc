"""Another try at what was rejected: what passes leaves the table, and the tables are as one clean run makes them."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flows.errors import LockedError, QueryError, RawFolderError
from flows.html import read_page
from flows.opening import open_run
from flows.readers import html_records, kept_pages
from flows.retrying import Retried, retry
from flows.settings import Settings, load_settings
from flows.stages import ingest
from flows.takedown import forget
from tests.conftest import STORIES, Run, Write, page
from tests.flows.test_laws import EXAMPLES, FILES, fingerprint, folders, go
from tests.flows.test_sites_command import tables

Rows = Callable[..., list[dict[str, Any]]]
Again = Callable[..., Retried]
FOLDER = "courier.example/2025-03-01"
MTIME = 1_740_000_000


def record(story: str, **more: Any) -> str:
    return json.dumps({"text": "\n".join(STORIES[story]), **more}) + "\n"


@pytest.fixture
def again(settings: Callable[..., Settings]) -> Again:
    """Try rejected records again."""

    def run(reason: str | None = None, source: str | None = None, **given: Any) -> Retried:
        return retry(settings(**given), reason=reason, source=source)

    return run


@pytest.fixture
def crawl(write: Write) -> Path:
    """A crawl of good records, some too long for a small limit, and one that is never good."""
    long = "\n".join([*STORIES["orchard"], *STORIES["bakery"]])
    path = write(
        f"{FOLDER}/crawl.jsonl",
        record("ferry") + json.dumps({"text": long}) + "\n" + record("library") + '{"text": "The harb\n',
    )
    write("other.example/notes.txt", page("ferry"))
    for file in path.parents[2].rglob("*.*"):
        os.utime(file, (MTIME, MTIME))
    return path


SMALL = {"max_record_lines": 6}


def filled(processed: Path) -> dict[str, str]:
    """Hash the files of tables that hold a row: where all was rejected once, empty ones stay for readers."""
    return {name: digest for name, digest in tables(processed).items() if pq.read_metadata(processed / name).num_rows}


def clean_run(raw: Path, tmp_path: Path, **given: Any) -> dict[str, str]:
    fresh = tmp_path / "fresh"
    ingest(load_settings(raw=raw, processed=fresh, engine="inline", **given))
    return filled(fresh)


def places(rows: Rows) -> list[tuple[int, str]]:
    return sorted((row["record_no"], row["reason"]) for row in rows("rejections"))


def test_what_passes_under_another_setting_becomes_a_document_and_leaves_the_table(
    crawl: Path, run: Run, again: Again, rows: Rows
) -> None:
    assert run(**SMALL).rejected_by_reason == {"malformed_json": 1, "too_large": 2}
    told = again()
    assert (told.tried, told.passed, told.still, told.lost) == (3, 2, {"malformed_json": 1}, ())
    assert places(rows) == [(3, "malformed_json")]
    assert sorted((row["source_path"], row["record_no"]) for row in rows("documents")) == [
        (f"{FOLDER}/crawl.jsonl", 0),
        (f"{FOLDER}/crawl.jsonl", 1),
        (f"{FOLDER}/crawl.jsonl", 2),
        ("other.example/notes.txt", 0),
    ]


def test_after_a_retry_the_tables_are_those_of_one_clean_run(
    crawl: Path, run: Run, again: Again, raw: Path, processed: Path, tmp_path: Path
) -> None:
    run(**SMALL)
    again()
    assert filled(processed) == clean_run(raw, tmp_path)


@pytest.mark.parametrize("given", [{"reason": "too_large"}, {"source": "courier.example"}, {"source": "*/crawl.*"}])
def test_a_retry_of_a_part_reads_that_part_alone(crawl: Path, run: Run, again: Again, given: Any, write: Write) -> None:
    run(**SMALL)
    write("new.example/a.txt", page("bakery"))
    told = again(**given)
    assert told.passed == (2 if given == {"reason": "too_large"} else 1)
    assert told.report.counts.files_read == (2 if given == {"reason": "too_large"} else 1)
    assert told.report.counts.files == 3


def test_a_retry_that_changes_nothing_writes_nothing(crawl: Path, run: Run, again: Again, processed: Path) -> None:
    run(**SMALL)
    before = fingerprint(processed)
    told = again(**SMALL)
    assert (told.passed, told.report.counts.files_written) == (0, 0)
    assert fingerprint(processed) == before
    assert run(**SMALL).run_id is None


@pytest.mark.parametrize(
    "files",
    [
        {f"{FOLDER}/crawl.jsonl": record("ferry") * 2 + record("orchard", title="A" * 9) + record("library")},
        {f"{FOLDER}/a.txt": page("ferry"), f"{FOLDER}/b": page("library")},
        {"undated.example/a.html": f"<html><body><p>{'</p><p>'.join(STORIES['ferry'])}</p></body></html>"},
        {"undated.json": f"[{record('ferry')}, {record('library')}]"},
        {f"{FOLDER}/a.txt": page("ferry"), f"{FOLDER}/a.txt.meta.json": '{"url": "https://courier.example/ferry"}'},
    ],
    ids=["lines", "texts", "page", "array", "sidecar"],
)
def test_records_of_raw_files_that_are_gone_come_from_their_payload_as_they_would_have_come_from_the_files(
    files: dict[str, str], write: Write, run: Run, again: Again, raw: Path, processed: Path, tmp_path: Path
) -> None:
    for path, content in files.items():
        os.utime(write(path, content), (MTIME, MTIME))
    assert run(max_record_lines=2).counts.documents == 0
    expected = clean_run(raw, tmp_path)
    for path in files:
        (raw / path).unlink()
    told = again()
    assert (told.still, told.lost) == ({}, ())
    assert filled(processed) == expected


def test_what_the_table_keeps_too_little_of_stays_and_is_named(
    crawl: Path, run: Run, again: Again, rows: Rows, processed: Path
) -> None:
    run(**SMALL, payload_bytes=100)
    before = fingerprint(processed)
    kept = rows("rejections")
    crawl.unlink()
    told = again(source=FOLDER)
    assert rows("rejections") == kept
    assert (told.tried, told.passed, told.lost) == (2, 0, (f"{FOLDER}/crawl.jsonl",))
    assert fingerprint(processed) == before


def test_a_payload_that_passes_leaves_the_others_of_its_file_alone(
    crawl: Path, run: Run, again: Again, rows: Rows
) -> None:
    run(**SMALL)
    kept = next(row for row in rows("rejections") if row["reason"] == "malformed_json")
    crawl.unlink()
    assert again("too_large").passed == 2
    assert rows("rejections") == [kept]


def test_a_file_that_was_mended_is_read_as_it_is_now(crawl: Path, run: Run, again: Again, rows: Rows) -> None:
    run()
    crawl.write_text(crawl.read_text().replace('{"text": "The harb\n', record("bakery")))
    assert again("malformed_json").passed == 1
    assert rows("rejections") == []
    assert run().run_id is None


def test_a_page_of_which_nothing_was_left_is_cleaned_again(
    write: Write, run: Run, again: Again, rows: Rows, raw: Path, processed: Path, tmp_path: Path
) -> None:
    write("wall.example/2025-03-01/a.txt", "Log in\nSubscribe now\nThe editors of the paper wish all a happy year.")
    write("wall.example/2025-03-02/b.txt", page("ferry"))
    profiles = tmp_path / "profiles"
    profiles.mkdir()
    (profiles / "wall.toml").write_text(
        'site = "wall.example"\n\n[[rules]]\nid = "wish"\nstarts = ["The editors"]\nrole = "prompt"\n'
    )
    assert run(profiles=profiles).rejected_by_reason == {"no_article_text": 1}
    told = again("no_article_text")
    assert (told.tried, told.passed, told.report.counts.files_read) == (1, 1, 0)
    assert rows("rejections") == []
    assert filled(processed) == clean_run(raw, tmp_path)


def test_a_kept_page_of_which_nothing_was_left_is_read_by_a_better_reader(
    write: Write, run: Run, again: Again, raw: Path, processed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(f"{FOLDER}/a.html", f"<html><body><p>{'</p><p>'.join(STORIES['ferry'])}</p></body></html>")
    with monkeypatch.context() as patched:
        wall = read_page("<html><body><p>Log in</p><p>Subscribe now</p></body></html>")
        patched.setattr(html_records, "read_page", lambda *_, **__: wall)
        patched.setattr(kept_pages, "READING_CODE", 0)
        assert run().rejected_by_reason == {"no_article_text": 1}
    expected = clean_run(raw, tmp_path)
    path.unlink()
    assert again().passed == 1
    assert filled(processed) == expected


def test_what_was_taken_down_stays_out(
    crawl: Path, write: Write, run: Run, again: Again, rows: Rows, settings: Callable[..., Settings]
) -> None:
    url = "https://courier.example/orchard"
    write(f"{FOLDER}/orchard.jsonl", record("orchard", url=url) + record("orchard", url=url, section="a" * 5000))
    run(max_record_bytes=4096)
    forget(settings(), url, reason="asked")
    told = again("too_large", FOLDER)
    assert told.passed == 1
    assert told.report.counts.withheld == 2
    assert url not in [row["url"] for row in rows("documents")]


def test_a_permission_that_was_granted_is_enough(write: Write, run: Run, again: Again, monkeypatch: Any) -> None:
    write(f"{FOLDER}/a.txt", page("ferry"))
    honest = os.open

    def refusing(path: Any, *given: Any, **more: Any) -> int:
        if str(path).endswith("a.txt"):
            raise PermissionError(13, "Permission denied", str(path))
        return honest(path, *given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refusing)
        assert run().rejected_by_reason == {"unreadable_file": 1}
        assert again().still == {"unreadable_file": 1}
    assert again("unreadable_file").passed == 1
    assert run().run_id is None


def test_nothing_is_tried_where_nothing_was_rejected(courier: Callable[[], None], run: Run, again: Again) -> None:
    courier()
    run()
    assert again().tried == 0
    assert again("missing_text", "courier.example").tried == 0


def test_a_retry_says_what_it_cannot_do(crawl: Path, run: Run, again: Again, raw: Path, tmp_path: Path) -> None:
    run(**SMALL)
    with pytest.raises(QueryError, match=r"'too_larg' is no reason for a rejection; did you mean too_large\?"):
        again("too_larg")
    with pytest.raises(RawFolderError, match="is missing"):
        again(raw=tmp_path / "nowhere")
    with open_run(load_settings(raw=raw, processed=tmp_path / "processed")), pytest.raises(LockedError):
        again()


LATE = {"text": "One line.\nAnother.\nA third.", "date": "2025-02-30"}


@hypothesis_settings(EXAMPLES, max_examples=6)
@example([("a.jsonl", [7, LATE, LATE]), ("b.json", [LATE, 7])], True)
@given(FILES, st.booleans())
def test_laws_3_and_4_hold_for_retries_of_whatever_was_rejected(files: Any, gone: bool) -> None:
    with folders(files) as (raw, processed):
        go(raw, processed.with_name("clean"))
        go(raw, processed, max_record_lines=2)
        strict = load_settings(raw=raw, processed=processed, engine="inline", buckets=2, max_record_lines=2)
        before = fingerprint(processed)
        retry(strict)
        assert fingerprint(processed) == before
        if gone:
            for path in [path for path in raw.rglob("*") if path.is_file()]:
                path.unlink()
        told = retry(strict.model_copy(update={"max_record_lines": 50_000}))
        assert told.lost == ()
        assert filled(processed) == filled(processed.with_name("clean"))
