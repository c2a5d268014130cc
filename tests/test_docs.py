"""What the documentation says is so."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from schemas.reasons import REASONS
from tests.forked import Forked

PROJECT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["tables", "rejections", "fields", "formats"])
def test_a_page_that_is_made_of_code_is_up_to_date(page: str) -> None:
    code = f"import sys; sys.path.insert(0, 'docs'); import make_{page}; sys.stdout.write(make_{page}.page())"
    made = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    kept = (PROJECT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert kept == made.stdout, f"run python docs/make_{page}.py"


def test_the_queries_of_the_readme_work_on_the_data_that_ships(tmp_path: Path) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    queries = re.findall(r'copydesk query "([^"]+)"', readme)
    assert queries
    command = [sys.executable, "-m", "flows"]
    where = ["--processed", str(tmp_path / "processed")]
    subprocess.run([*command, "ingest", "--quiet", *where], cwd=PROJECT, check=True, capture_output=True)
    for query in queries:
        done = subprocess.run(
            [*command, "query", query, *where], cwd=PROJECT, check=True, capture_output=True, text=True
        )
        assert "rows" in done.stdout
    explained = re.findall(r"copydesk explain (\S+)", readme)
    for path in explained:
        done = subprocess.run(
            [*command, "explain", path, *where], cwd=PROJECT, check=True, capture_output=True, text=True
        )
        assert "outcome   article" in done.stdout


def test_the_settings_of_the_docs_are_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.settings import load_settings

    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```toml\n(.*?)```", (PROJECT / "docs" / "fields.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "copydesk.toml").write_text(block)
    assert load_settings().fields.of["cms"].url == (("links.0.href",),)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_for_a_rejection_is_given_somewhere(reason: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "flows").rglob("*.py"))
    assert f'"{reason}"' in code


def test_settings_say_why() -> None:
    from flows.settings import Settings

    assert all(field.description for field in Settings.model_fields.values())


Run = Callable[[str], str]


@pytest.fixture
def newcomer(tmp_path: Path, forked: Forked) -> Run:
    """Run shell commands in an empty folder, with `copydesk` and `pytest` at hand; return what they print."""
    folder = tmp_path / "project"
    folder.mkdir()
    return shell(tmp_path, folder, PROJECT, copydesk=forked.command)


def shell(
    tmp_path: Path, folder: Path, project: Path, *, copydesk: Sequence[str] = (sys.executable, "-m", "flows")
) -> Run:
    programs = tmp_path / "bin"
    programs.mkdir()
    testing = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider")
    for name, command in (("copydesk", copydesk), ("pytest", testing), ("python", (sys.executable,))):
        (programs / name).write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        (programs / name).chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK_", "PREFECT_"))}
    env = {
        **inherited,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(project),
        "COLUMNS": "120",
        "COPYDESK_ENGINE": "inline",
    }

    def run(commands: str) -> str:
        command = ["bash", "-e", "-c", commands]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def follow(page: str, run: Run) -> int:
    """Run a page's commands, and compare what they print with what the page says; return how many there are."""
    printed, blocks = (
        "",
        re.findall(r"```(sh|text)\n(.*?)```", (PROJECT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL),
    )
    for place, (kind, block) in enumerate(blocks):
        if kind == "sh":
            printed = " ".join(run(block).split())
        elif place:  # before the first command, it is what something looks like
            for line in block.splitlines():
                assert " ".join(line.split()) in printed, line
    return len(blocks)


def test_a_newcomers_way_to_a_profile_works_as_it_is_told(newcomer: Run) -> None:
    assert follow("add_a_site.md", newcomer)
    body = newcomer('copydesk query "SELECT body FROM articles ORDER BY fetched_at LIMIT 1" --format csv')
    paragraphs = [line.strip('"') for line in body.splitlines()[1:] if line]
    assert [line.split()[0] for line in paragraphs] == ["The", "Two", "The"]
    assert "by the drovers' society, which" in paragraphs[2]


def test_a_newcomers_way_to_a_reader_works_as_it_is_told(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for part in ("flows", "schemas", "tests", "docs"):
        shutil.copytree(PROJECT / part, project / part, ignore=shutil.ignore_patterns("__pycache__", "frozen", "gold"))
    shutil.copy(PROJECT / "pyproject.toml", project)
    assert follow("add_a_reader.md", shell(tmp_path, project, project))


def test_the_profiles_of_the_docs_are_valid(tmp_path: Path) -> None:
    from flows.sites import load_profiles

    page = (PROJECT / "docs" / "add_a_site.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    for number, block in enumerate(blocks):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "example.toml").write_text(block)
        assert load_profiles(folder).by_site["moorland-post.example"]
    assert blocks
