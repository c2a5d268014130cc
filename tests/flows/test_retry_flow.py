"""The retry flow through a real Prefect API."""

from pathlib import Path

import pytest
import yaml

from flows.retry import retry_flow
from flows.settings import load_settings
from flows.stages import ingest
from tests.conftest import Write, page

PROJECT = Path(__file__).parents[2]


@pytest.mark.usefixtures("prefect_server")
def test_a_retry_as_a_flow_tells_what_passed(write: Write, raw: Path, processed: Path) -> None:
    write("pilot.example/2025-03-01/ferry.txt", page("ferry"))
    ingest(load_settings(raw=raw, processed=processed, engine="inline", max_record_lines=3))
    told = retry_flow(reason="too_large", raw=str(raw), processed=str(processed), engine="inline")
    assert (told.tried, told.passed, told.report.counts.articles) == (1, 1, 1)


def test_the_deployment_names_the_flow_and_has_no_schedule() -> None:
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    (own,) = [deployment for deployment in deployments if deployment["name"] == "after-a-fix"]
    assert own["entrypoint"] == f"flows/retry.py:{retry_flow.fn.__name__}"
    assert "schedules" not in own
