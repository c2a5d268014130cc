"""The command line, as its user meets it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.terminal import shown
from tests.conftest import Write, page

PROJECT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]


def test_ingest_ends_with_a_summary_and_a_query_that_works(copydesk: Command, courier: Callable[[], None]) -> None:
    courier()
    done = copydesk("ingest")
    assert done.returncode == 0, done.stderr
    words = done.stdout.split()
    assert words[words.index("articles") + 1] == "4"
    for part in (
        "files",
        "documents",
        "revisions",
        "duplicates",
        "rejections",
        "lines removed",
        "seconds",
        "read ",
        "publish",
    ):
        assert part in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.split("The tables are in")[0].splitlines())
    query = done.stdout.rsplit("copydesk query", 1)[1].split('"')[1]
    asked = copydesk("query", query)
    assert asked.returncode == 0
    assert "courier.example" in asked.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "the tables are as they were"),
        ("'publishing has begun, and the next run ends it'", "publishing has begun, and the next run ends it"),
    ],
)
def test_an_interrupted_ingest_says_so_and_how_the_tables_are(tmp_path: Path, words: str, told: str) -> None:
    code = (
        "import flows.stages, flows.cli\n"
        f"def stopped(*_, **__):\n    raise KeyboardInterrupt({words})\n"
        "flows.stages.ingest = stopped\nflows.cli.main()\n"
    )
    env = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "COPYDESK_PROCESSED": str(tmp_path / "tables"),
        "COPYDESK_ENGINE": "inline",
    }
    done = subprocess.run([sys.executable, "-c", code, "ingest"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == f"copydesk: interrupted; {told}\n"


def test_a_second_ingest_says_that_nothing_is_new(copydesk: Command, courier: Callable[[], None]) -> None:
    courier()
    copydesk("ingest")
    done = copydesk("ingest")
    assert "Nothing new in 4 raw files: nothing was written." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "env", "code", "message"),
    [
        (("ingest", "--raw", "/nowhere"), {}, 3, "copydesk: raw folder /nowhere is missing; make it"),
        (("ingest",), {"COPYDESK_BANDS": "7"}, 3, "copydesk: bad setting: "),
        (("ingest",), {"COPYDESK_BUCKETS": "many"}, 3, "copydesk: bad setting: buckets = 'many'"),
        (("ingest", "--engine", "steam"), {}, 3, "copydesk: bad setting: engine = 'steam'"),
        (("query", "SELEC 1"), {}, 1, "copydesk: SQL: Parser Error"),
        (("query", "SELECT 1", "--format", "xml"), {}, 1, "there are table, csv, json, parquet"),
        (("query", "SELECT 1", "--format", "parquet"), {}, 1, "name a file with -o FILE"),
        (("explain", "nothing"), {}, 1, "copydesk: nothing in "),
        (("nonsense",), {}, 2, "copydesk: No such command 'nonsense'"),
    ],
)
def test_an_error_is_one_line_on_standard_error_with_a_code(
    copydesk: Command, arguments: tuple[str, ...], env: dict[str, str], code: int, message: str
) -> None:
    done = copydesk(*arguments, **env)
    assert done.returncode == code
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_one_line(
    copydesk: Command, courier: Callable[[], None], tmp_path: Path
) -> None:
    courier()
    (tmp_path / "file").write_text("")
    done = copydesk("ingest", "--processed", str(tmp_path / "file" / "below"))
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "can't be used" in done.stderr


def test_a_strict_ingest_of_pages_without_a_story_stops_and_names_the_site(
    copydesk: Command, write: Callable[..., Path], processed: Path
) -> None:
    for day in range(1, 7):
        lines = [*(f"Desk {number} of the Courier" for number in range(60)), f"Ferries {day}"]
        write(f"courier.example/2025-03-0{day}/page.txt", "\n".join(lines))
    done = copydesk("ingest", "--strict")
    assert done.returncode == 3
    assert done.stderr.startswith("copydesk: courier.example, 2025-03: 6 of 6 documents lose far more than usual")
    assert done.stderr.count("\n") == 1
    assert not list(processed.glob("articles/*"))
    loose = copydesk("ingest")
    assert loose.returncode == 0
    assert "loss: courier.example, 2025-03: 6 of 6" in loose.stdout


def test_query_writes_what_was_asked_for(copydesk: Command, courier: Callable[[], None], tmp_path: Path) -> None:
    courier()
    copydesk("ingest")
    csv = copydesk("query", "SELECT title FROM articles ORDER BY title LIMIT 1", "--format", "csv")
    assert csv.stdout == "title\nBakery keeps its oven and loses its shop\n"
    target = tmp_path / "out.json"
    done = copydesk("query", "SELECT count(*) AS n FROM articles", "-o", str(target))
    assert target.read_text() == '[\n{"n":4}\n]\n'
    assert "1 rows to" in done.stderr


def test_query_before_the_first_ingest_says_what_to_do(copydesk: Command) -> None:
    done = copydesk("query", "SELECT count(*) AS n FROM articles", "--format", "csv")
    assert done.stdout == "n\n0\n"
    assert "run `copydesk ingest` first" in done.stderr


def test_explain_tells_kept_and_removed_apart_in_plain_text(copydesk: Command, courier: Callable[[], None]) -> None:
    courier()
    copydesk("ingest")
    done = copydesk("explain", "ferry.txt")
    assert " 1 - Pilot Courier   [navigation: template, in 4 of 4 stories]" in done.stdout
    assert " 5   Island ferry gains a second morning crossing   [title]" in done.stdout
    assert " 6   The island ferry will leave" in done.stdout
    assert "\x1b[" not in done.stdout


def test_explain_says_how_likely_the_line_model_took_a_line_for_the_article(copydesk: Command, write: Write) -> None:
    write("solo.example/2025-03-01/ferry.txt", page("ferry"))
    copydesk("ingest")
    done = copydesk("explain", "ferry.txt")
    (told,) = [line for line in done.stdout.splitlines() if "Our printers" in line]
    assert re.search(r"\[footer: line_model, 0\.[0-4]\d likely the article\]$", told)


def test_explain_shows_them_in_colour_on_a_terminal(copydesk: Command, courier: Callable[[], None]) -> None:
    courier()
    copydesk("ingest")
    done = copydesk("explain", "ferry.txt", FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b[31m 1 - Pilot Courier" in done.stdout
    assert "\x1b[32mThe island ferry" in done.stdout


def test_help_names_every_command(copydesk: Command) -> None:
    done = copydesk("--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("ingest", "query", "explain"))


def test_the_command_line_does_not_import_prefect_unless_asked() -> None:
    code = "import sys, flows.cli, flows.stages, flows.terminal; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


def test_every_command_begins_in_a_fresh_process(
    copydesk: Command, courier: Callable[[], None], raw: Path, processed: Path
) -> None:
    """Most tests run them in processes that have imported all; ingest, query and clean begin afresh in others."""
    courier()
    assert copydesk("ingest").returncode == 0
    env = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "COPYDESK_RAW": str(raw),
        "COPYDESK_PROCESSED": str(processed),
        "COPYDESK_ENGINE": "inline",
    }
    for command in (
        "sites",
        "sites reclean courier.example",
        "rejected",
        "retry",
        "rebuild",
        "forget courier.example --reason asked --yes",
    ):
        done = subprocess.run(
            [sys.executable, "-m", "flows", *command.split()],
            env=env,
            cwd=raw,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"


def test_control_characters_of_a_document_do_nothing_to_the_terminal() -> None:
    assert shown("a\x1b[2Jb\u202ec") == "a\\x1b[2Jb\\x202ec"


def test_the_version_is_told(copydesk: Command) -> None:
    assert copydesk("--version").stdout.startswith("copydesk 0.")


def test_a_reader_that_has_enough_ends_the_query_quietly(copydesk: Command, raw: Path, processed: Path) -> None:
    script = f'{sys.executable} -m flows query "SELECT * FROM range(3000000)" --format csv | head -1'
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "COPYDESK_PROCESSED": str(processed)}
    done: Any = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "range\n"
    assert "Traceback" not in done.stderr
