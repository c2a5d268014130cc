"""`copydesk diff` and `copydesk rebuild`, as their user meets them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from flows.cli import main
from flows.rebuilding import Rebuilt, preview, rebuild
from flows.settings import load_settings
from flows.steps.diff import LineChange
from flows.terminal_changes import print_preview
from tests.conftest import STORIES, page

Command = Callable[..., subprocess.CompletedProcess[str]]
SITE = "courier.example"
MAYOR = "The mayor shouted at the ferry while the orchestra of the fire brigade played on the quay in the rain."
KEY = "The mayor opened the room with a key of brass, and nobody had a second one."


@pytest.fixture
def tables(write: Any, run: Any, processed: Path) -> Path:
    """Two sites; one has pages with a line that a rule will take out, one a page with a line with a span that a rule will cut."""
    write(f"{SITE}/2025-03-01/ferry.txt", page("ferry", extra=(MAYOR,)))
    write(f"{SITE}/2025-03-02/library.txt", page("library", extra=(KEY,)))
    lines = [*STORIES["orchard"][:2], STORIES["orchard"][2] + " (sponsored)", STORIES["orchard"][3]]
    write("gazette.example/2025-04-01/orchard.txt", "\n".join(lines))
    run()
    return processed


@pytest.fixture
def own(tmp_path: Path) -> str:
    """Profiles that take out what the shipped rules keep, and keep what they take out."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "courier.toml").write_text(
        f'site = "{SITE}"\n[[rules]]\nid = "mayor"\nrole = "caption"\nstarts = ["The mayor"]\n'
    )
    (folder / "gazette.toml").write_text(
        'site = "gazette.example"\n[[spans]]\nid = "paid"\nrole = "prompt"\npattern = "(?P<cut> \\\\(sponsored\\\\))"\n'
    )
    return str(folder)


def everything(processed: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in processed.rglob("*") if path.is_file() and "lock" not in path.name)
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_it_shows_what_would_change_and_publishes_nothing(copydesk: Command, tables: Path, own: str) -> None:
    before = everything(tables)
    done = copydesk("diff", COPYDESK_PROFILES=own)
    assert done.returncode == 0, done.stderr
    assert everything(tables) == before
    assert not (tables / "_state" / "staging").exists()
    assert "nothing is published" in done.stdout
    head = done.stdout.split("lines:")[0].splitlines()
    (courier,) = [line.split() for line in head if line.startswith(SITE)]
    assert courier == [SITE, "2", "2", "2", "–", "–", "–", "-2", "+0", "100%"]
    assert "[caption: courier.mayor]" in done.stdout
    assert "[prompt: gazette.paid]" in done.stdout
    assert all(len(line) <= 80 for line in head)


def printed(told: Rebuilt) -> str:
    """What a terminal with colours gets."""
    screen = StringIO()
    print_preview(Console(file=screen, force_terminal=True, color_system="standard", width=120, highlight=False), told)
    return screen.getvalue()


def test_a_documents_characters_do_nothing_to_the_terminal(tables: Path, own: str, raw: Path) -> None:
    told = preview(load_settings(raw=raw, processed=tables, profiles=own, engine="inline"), sample=1)
    evil = "\x1b]0;mine\x07 \x1b[2J\u202edenrut"
    (diff,) = told.sample
    lines = [LineChange("-", 1, evil, "prompt", evil), LineChange("+", 1, f"{evil}!", "prompt", evil)]
    edit = replace(diff.edit, site=evil)
    shown = printed(replace(told, sample=(replace(diff, edit=edit, title=evil, source=evil, lines=lines),)))
    assert not set("\x07\u202e") & set(shown)
    assert set(re.findall(r"\x1b.[^m]{0,6}.", shown)) == set(re.findall(r"\x1b\[[0-9;]+m", shown))
    assert shown.count(r"\x1b]0;mine\x07 \x1b[2J\x202edenrut") == 7


def test_removed_lines_are_red_and_lines_given_back_green(tables: Path, own: str, raw: Path) -> None:
    ours = load_settings(raw=raw, processed=tables, profiles=own, engine="inline")
    shipped = load_settings(raw=raw, processed=tables, engine="inline")
    there = printed(preview(ours, sample=5))
    assert "\x1b[31m  9 - \x1b[0m\x1b[31mThe mayor" in there
    rebuild(ours)
    assert preview(ours, sample=5).sample == ()
    back = printed(preview(shipped, sample=5))
    assert "\x1b[32m  9 + \x1b[0m\x1b[32mThe mayor" in back
    assert "[was caption: courier.mayor]" in back
    assert "[was prompt: gazette.paid]" in back


@pytest.mark.parametrize(("arguments", "env"), [(("--plain",), {}), ((), {"NO_COLOR": "1"})])
def test_it_is_plain_text_when_asked(
    arguments: tuple[str, ...], env: dict[str, str], copydesk: Command, tables: Path, own: str
) -> None:
    done = copydesk("diff", *arguments, COPYDESK_PROFILES=own, FORCE_COLOR="1", **env)
    assert "\x1b" not in done.stdout


def test_it_ends_with_one_when_asked_whether_anything_would_change(copydesk: Command, tables: Path, own: str) -> None:
    assert copydesk("diff", "--exit-code", COPYDESK_PROFILES=own).returncode == 1
    same = copydesk("diff", "--exit-code")
    assert same.returncode == 0
    assert "No article would change." in same.stdout


def test_machines_get_json(copydesk: Command, tables: Path, own: str) -> None:
    done = copydesk("diff", "--format", "json", "--sample", "1", COPYDESK_PROFILES=own)
    told = json.loads(done.stdout)
    assert (told["sites"][SITE]["changed"], told["sites"]["gazette.example"]["changed"]) == (2, 1)
    assert told["total"]["removed"] == 3
    assert told["cleaning_version"]["before"] != [told["cleaning_version"]["now"]]
    (article,) = told["sample"]
    assert (article["site"], article["kind"], article["month"]) == (SITE, "changed", "2025-03")
    (gone,) = [line for line in article["lines"] if line["sign"] == "-"]
    assert (gone["text"], gone["role"], gone["reason"]) == (MAYOR, "caption", "courier.mayor")
    assert {line["sign"] for line in article["lines"]} == {" ", "-"}


def test_the_sample_takes_the_largest_change_of_each_site_first(tables: Path, own: str, raw: Path) -> None:
    settings = load_settings(raw=raw, processed=tables, profiles=own, engine="inline")
    told = preview(settings, sample=3)
    assert [diff.edit.site for diff in told.sample] == [SITE, "gazette.example", SITE]
    assert [diff.edit.size for diff in told.sample] == [len(MAYOR), len(" (sponsored)"), len(KEY)]
    assert preview(settings, sample=2).sample == told.sample[:2]


def test_a_rebuild_says_what_it_did(copydesk: Command, tables: Path, own: str) -> None:
    done = copydesk("rebuild", COPYDESK_PROFILES=own)
    assert done.returncode == 0, done.stderr
    assert "3 pages in 2 partitions cleaned again" in done.stdout
    assert f"{SITE}" in done.stdout
    again = copydesk("rebuild", COPYDESK_PROFILES=own)
    assert "Nothing differs" in again.stdout
    assert "nothing was" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("diff", "--since", "March"), 1, "--since 'March' is no month"),
        (("rebuild", "--since", "2025-3"), 1, "months are written YYYY-MM"),
        (("diff", "--site", "curier.example"), 1, "did you mean courier.example"),
        (("diff", "--format", "html"), 1, "there are text, json"),
        (("diff", "--sample", "many"), 2, "Invalid value for '--sample'"),
        (("rebuild", "--engine", "steam"), 3, "engine = 'steam'"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line(
    tables: Path,
    arguments: tuple[str, ...],
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COPYDESK_PROCESSED", str(tables))
    monkeypatch.setattr(sys, "argv", ["copydesk", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr()
    assert (end.value.code, told.out) == (code, "")
    assert message in told.err
    assert told.err.count("\n") == 1


def test_while_a_run_is_at_work_it_says_who_is(copydesk: Command, tables: Path, settings: Any) -> None:
    from flows.opening import open_run

    with open_run(settings()):
        done = copydesk("diff")
    assert done.returncode == 4
    assert f"process {os.getpid()}" in done.stderr


def test_ingest_says_that_the_rules_have_changed(copydesk: Command, tables: Path, own: str) -> None:
    done = copydesk("ingest", COPYDESK_PROFILES=own)
    told = " ".join(done.stdout.split())
    assert "3 pages of 2 sites (courier.example, gazette.example) in 2 partitions stand as the rules before" in told
    assert all(command in told for command in ("`copydesk diff`", "`copydesk rebuild`"))


def test_the_command_starts_without_prefect(tables: Path) -> None:
    code = "import sys; import flows.cli; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
