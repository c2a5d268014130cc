"""What the documentation says is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.rejections import Reason

PROJECT = Path(__file__).parents[1]


def test_the_page_of_tables_is_up_to_date() -> None:
    code = "import sys; sys.path.insert(0, 'docs'); import make_tables; sys.stdout.write(make_tables.page())"
    made = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert (PROJECT / "docs" / "tables.md").read_text(encoding="utf-8") == made.stdout, "run python docs/make_tables.py"


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


@pytest.mark.parametrize("reason", Reason.__args__)  # type: ignore[attr-defined]
def test_every_reason_for_a_rejection_is_given_somewhere(reason: str) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "flows").rglob("*.py"))
    assert f'"{reason}"' in code


def test_settings_say_why() -> None:
    from flows.settings import Settings

    assert all(field.description for field in Settings.model_fields.values())
