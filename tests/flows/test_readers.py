"""Readers need no lock: they loop over the tables while runs publish, and what they read is right."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
RUNS = 3
KINDS = ("duckdb views", "duckdb glob", "pyarrow table", "pyarrow dataset", "polars")


def test_readers_see_no_error_no_article_twice_and_miss_none_that_stays_while_articles_move_between_files() -> None:
    command = [sys.executable, "benchmarks/readers.py", "--json", "--runs", str(RUNS), "--stay", "24", "--grace", "1"]
    done = subprocess.run(
        [*command, "--readers", *KINDS], cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == set(KINDS)
    for kind, seen in told.items():
        assert seen["with an article twice"] == 0, (kind, seen)
        assert seen["without one that stays"] == 0, (kind, seen)
        assert seen["while some moved"] >= 1, (kind, seen)  # it did read in the middle of publications
        assert seen["reads"] >= 20, (kind, seen)
        assert not seen["errors"], (kind, seen)
