"""Law 5: killed at any instant, the next run ends as if nothing had happened."""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
MIN_KILLS = 180
"""Every step of publishing a second run, every step of repairing it, one in twenty of the others, one in a hundred of
takedowns, rebuilds and migrations, at least one of each, and 18 random points and times."""
OTHERS = {
    "takedown",
    "repair of a takedown that was killed in the middle",
    "lifting of a takedown",
    "takedown of a URL alone",
    "takedown after a killed run",
    "rebuild by other rules",
    "migration",
    "repair of a migration that was killed in the middle",
}


def test_law_5_what_is_killed_at_every_step_and_at_random_times_ends_as_if_it_had_not_been() -> None:
    command = [sys.executable, "benchmarks/kills.py", "--every", "20", "--others", "100", "--random", "18", "--seed", "5"]  # fmt: skip
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    survived = re.search(r"^(\d+) kills survived", done.stdout, re.MULTILINE)
    assert survived, done.stdout
    assert int(survived[1]) >= MIN_KILLS, done.stdout
    assert set(re.findall(r"^(.+): [1-9]\d* kills?", done.stdout, re.MULTILINE)) > OTHERS, done.stdout
