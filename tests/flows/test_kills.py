"""Law 5: killed at any instant, the next run ends as if nothing had happened."""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
MIN_KILLS = 180
"""Every step of publishing over older tables, every step of recovering it, one in ten of the others, and 18 random
points and times."""


def test_law_5_runs_killed_at_every_step_and_at_random_times_end_as_if_they_had_not_been() -> None:
    command = [sys.executable, "benchmarks/kills.py", "--every", "10", "--random", "18", "--seed", "5"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    survived = re.search(r"^(\d+) kills survived", done.stdout, re.MULTILINE)
    assert survived, done.stdout
    assert int(survived[1]) >= MIN_KILLS, done.stdout
