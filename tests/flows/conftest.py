"""Fixtures for the flows: the command, and one Prefect server for the whole session."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.forked import Forked

PROJECT = Path(__file__).parents[2]

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A real Prefect API with a database of its own."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def copydesk(raw: Path, processed: Path, forked: Forked) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in a process of its own, which does all by itself; tests/test_docs.py runs it from the start."""

    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("COPYDESK_", "PREFECT_"))
        }
        given = {
            "PYTHONPATH": str(PROJECT),
            "COPYDESK_RAW": str(raw),
            "COPYDESK_PROCESSED": str(processed),
            "COPYDESK_ENGINE": "inline",
            "COLUMNS": "80",
        }
        return forked.run(arguments, env={**inherited, **given, **env}, cwd=raw)

    return run
