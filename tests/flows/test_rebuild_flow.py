"""The rebuild flow through a real Prefect API."""

import json
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import StateType

from flows.rebuild import rebuild_flow
from flows.settings import load_settings
from flows.stages import ingest
from flows.tasks import REBUILD_KEY
from tests.conftest import STORIES, Write

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def tables(write: Write, raw: Path, processed: Path) -> Path:
    write("pilot.example/2025-03-01/ferry.txt", "\n".join(STORIES["ferry"]))
    ingest(load_settings(raw=raw, processed=processed, engine="inline"))
    return processed


def completed() -> set[UUID]:
    with get_client(sync_client=True) as client:
        return {run.id for run in client.read_flow_runs() if run.state_type == StateType.COMPLETED}


@pytest.mark.usefixtures("prefect_server")
def test_a_rebuild_is_a_flow_run_with_a_task_a_stage_and_a_table_of_sites(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "pilot.toml").write_text(
        'site = "pilot.example"\n[[rules]]\nid = "crew"\nrole = "caption"\nstarts = ["A crew of four"]\n'
    )
    monkeypatch.setenv("COPYDESK_PROFILES", str(own))
    before = completed()
    told = rebuild_flow(processed=str(tables), engine="inline", sites=["pilot.example"], since="2025-03")
    assert told.changes.total.changed == 1
    (own_run,) = completed() - before
    with get_client(sync_client=True) as client:
        tasks = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[own_run])))
    assert {task.name.rsplit("-", 1)[0] for task in tasks} == {
        "reread",
        "clean",
        "dedupe",
        "audit",
        "compare",
        "publish",
    }
    artifact = Artifact.get(REBUILD_KEY)
    assert artifact is not None
    assert artifact.flow_run_id == own_run
    rows = {row["site"]: row for row in json.loads(str(artifact.data))}
    assert rows["pilot.example"]["removed"] == rows["all"]["removed"] == 1


@pytest.mark.usefixtures("prefect_server")
def test_a_site_without_pages_fails_the_flow_run_and_says_why(tables: Path) -> None:
    with pytest.raises(Exception, match=r"did you mean pilot\.example"):
        rebuild_flow(processed=str(tables), sites=["pilo.example"])


def test_the_deployment_names_the_flow_and_has_no_schedule() -> None:
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    (own,) = [deployment for deployment in deployments if deployment["name"] == "when-rules-change"]
    assert own["entrypoint"] == f"flows/rebuild.py:{rebuild_flow.fn.__name__}"
    assert "schedules" not in own
