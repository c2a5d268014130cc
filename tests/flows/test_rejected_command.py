"""`copydesk rejected` and `copydesk retry`: counts, records, what to do, and nothing hostile on the terminal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import QueryError
from flows.terminal_rejected import excerpt, plain
from tests.conftest import Run, Write, page

Command = Callable[..., str]
HOSTILE = b'{"ti\x1b]0;owned\x07tle": "\xe2\x80\xaemoc.elpmaxe", "\xff\xfe": "\x9b31m\xe2\x80\xa8\xf3\xa0\x81\x81"'
FOLDER = "courier.example/2025-03-01"


@pytest.fixture
def copydesk_here(raw: Path, processed: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in this process; return what it prints."""
    for name, value in {"COPYDESK_RAW": raw, "COPYDESK_PROCESSED": processed, "COLUMNS": 160}.items():
        monkeypatch.setenv(name, str(value))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, arguments, catch_exceptions=False, standalone_mode=False)
        return done.stdout

    return run


@pytest.fixture
def crawl(write: Write, run: Run) -> None:
    """Records of two sources and a file of its own that are rejected, and one that isn't."""
    write(f"{FOLDER}/a.jsonl", b'{"title": "A tug"}\n{"title": "A boat"}\n' + HOSTILE + b"\n")
    write("fjord.example/b.jsonl", b'{"title": "A quay"}\n')
    write("alone.json", b"[7]")
    write(f"{FOLDER}/ferry.txt", page("ferry"))
    run(max_record_lines=4)


def test_rejections_are_counted_by_reason_and_beneath_it_by_source(crawl: None, copydesk_here: Command) -> None:
    lines = copydesk_here("rejected").splitlines()
    assert [line.split()[:2] for line in lines[:7]] == [
        ["missing_text", "3"],
        ["2", "courier.example"],
        ["1", "fjord.example"],
        ["malformed_json", "1"],
        ["1", "courier.example"],
        ["not_an_object", "1"],
        ["1", "alone.json"],
    ]
    assert "6 records rejected" in " ".join(lines)
    assert "the page has text" not in " ".join(lines)


def test_sources_beyond_the_limit_are_counted_together(crawl: None, copydesk_here: Command) -> None:
    told = copydesk_here("rejected", "--limit", "1")
    assert "in 1 more sources" in told
    assert "fjord.example" not in told


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("courier.example", 4),
        (FOLDER, 4),
        (f"{FOLDER}/", 4),
        (f"{FOLDER}/a.jsonl", 3),
        ("courier", 0),
        ("*.jsonl", 4),
        ("alone.json", 1),
        ("fjord.example", 1),
        ("it's", 0),
    ],
)
def test_a_source_is_a_folder_a_file_or_a_pattern(
    crawl: None, copydesk_here: Command, source: str, expected: int
) -> None:
    assert json.loads(copydesk_here("rejected", "--json", "--source", source))["rejections"] == expected


def test_a_source_may_be_told_by_its_path_on_disk(crawl: None, copydesk_here: Command, raw: Path) -> None:
    told = copydesk_here("rejected", "--json", "--source", str(raw / FOLDER / "a.jsonl"))
    assert json.loads(told)["rejections"] == 3


def test_a_reason_shows_its_records_and_what_to_do(crawl: None, copydesk_here: Command) -> None:
    told = copydesk_here("rejected", "missing_text", "--source", "courier.example", "--limit", "1")
    assert f"{FOLDER}/a.jsonl#0  missing_text, at validate\n  field `text`: no field holds the text" in told
    assert '18 bytes kept: {"title": "A tug"}\n' in told
    assert "What to do: Say in copydesk.toml where the text stands" in told
    assert "1 of 2; --limit shows more." in told
    assert "copydesk retry --reason missing_text --source courier.example --processed " in told
    assert "A boat" not in told


def test_nothing_of_a_hostile_record_reaches_the_terminal_raw(write: Write, run: Run, copydesk_here: Command) -> None:
    write("x\x1b[2J\u202e.example/a\n.jsonl", HOSTILE)
    run()
    for arguments in (
        ("rejected",),
        ("rejected", "malformed_json"),
        ("rejected", "malformed_json", "--json"),
        ("retry",),
    ):
        told = copydesk_here(*arguments)
        assert all(char.isprintable() for char in told.replace("\n", "")), arguments
    assert r"x\x1b[2J\u202e.example/a\x0a.jsonl#0" in copydesk_here("rejected", "malformed_json")


def test_an_excerpt_writes_out_what_a_terminal_would_obey() -> None:
    assert excerpt(HOSTILE) == (r'{"ti\x1b]0;owned\x07tle": "\u202emoc.elpmaxe", "\xff\xfe": "\x9b31m\u2028\U000e0041"')
    assert excerpt("Größe 東京 🚢".encode()) == "Größe 東京 🚢"
    assert excerpt(b"a" * 1000, chars=10) == "aaaaaaaaaa..."
    assert excerpt("a😀".encode() * 10, chars=3) == "a😀a..."


@given(st.text())
def test_plain_text_is_one_printable_line_and_says_what_it_was(text: str) -> None:
    assert plain(text).isprintable()
    assert plain(text) == text or not text.isprintable()


def test_a_payload_is_whole_in_json(crawl: None, copydesk_here: Command) -> None:
    import base64

    told = json.loads(copydesk_here("rejected", "malformed_json", "--json"))
    (row,) = told["rejections"]
    assert base64.b64decode(row["payload_base64"]) == HOSTILE
    assert (row["source_path"], row["record_no"], row["payload_truncated"]) == (f"{FOLDER}/a.jsonl", 2, False)


def test_a_reason_that_there_is_not_is_answered_with_the_list(crawl: None, copydesk_here: Command) -> None:
    with pytest.raises(
        QueryError, match=r"'missing_txt' is no reason .* did you mean missing_text\? .*no_article_text"
    ):
        copydesk_here("rejected", "missing_txt")
    with pytest.raises(QueryError, match="'missing_txt' is no reason"):
        copydesk_here("retry", "--reason", "missing_txt")


def test_where_nothing_is_rejected_it_says_so(write: Write, run: Run, copydesk_here: Command) -> None:
    write("a.txt", "The harbour board will dredge the inner basin in April, it said on Monday.")
    run()
    assert copydesk_here("rejected") == "No record is rejected.\n"
    assert "No record is rejected for missing_text of 'a'.\n" in copydesk_here(
        "rejected", "missing_text", "--source", "a"
    )
    assert json.loads(copydesk_here("rejected", "--json")) == {"rejections": 0, "reasons": []}


@pytest.mark.parametrize("command", [("rejected",), ("rejected", "missing_text"), ("rejected", "--json"), ("retry",)])
def test_where_there_are_no_tables_it_says_so(
    copydesk_here: Command, processed: Path, command: tuple[str, ...]
) -> None:
    with pytest.raises(QueryError, match=r"no tables in .* yet; run `copydesk ingest` first"):
        copydesk_here(*command)
    assert not processed.exists()


def test_what_is_hostile_stays_so_when_it_is_explained(write: Write, run: Run, copydesk_here: Command) -> None:
    write("x\x1b[2J.example/a.jsonl", HOSTILE)
    run()
    told = copydesk_here("explain", r"x\x1b[2J.example/a.jsonl")
    assert "malformed_json, at read" in told
    assert all(char.isprintable() for char in told.replace("\n", ""))


def test_a_retry_says_what_passed_and_what_did_not(crawl: None, copydesk_here: Command) -> None:
    told = copydesk_here("retry", "--source", "courier.example", "-q").splitlines()
    assert told[0] == "4 records tried again: 1 passed, 3 rejected all the same"
    assert [line.split() for line in told[1:3]] == [["2", "missing_text"], ["1", "malformed_json"]]
    assert told[3] == "The tables hold 1 documents and 1 articles now."


def test_a_retry_names_the_files_that_it_needs(write: Write, run: Run, copydesk_here: Command) -> None:
    path = write(f"{FOLDER}/long.txt", "a\n" * 100)
    run(max_record_lines=4, payload_bytes=10)
    path.unlink()
    assert f"too little of their records to try them: {FOLDER}/long.txt; bring them back" in copydesk_here("retry")
