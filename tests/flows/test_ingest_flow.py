"""The flows through a real Prefect API."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import StateType

from benchmarks.held_text import holding
from flows.forget import forget_flow
from flows.ingest import ingest_flow
from flows.report import STAGE_NAMES
from flows.tables.layout import Layout
from flows.tables.tombstones import load_tombstones
from flows.tasks import TABLE_KEY

pytestmark = pytest.mark.usefixtures("prefect_server")

TEXT = "\n".join(
    [
        "The harbour board will dredge the inner basin in April, two years after the last grounding.",
        "Contractors expect to lift nine thousand tonnes of silt within three weeks, the board said on Monday.",
    ]
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw" / "pilot.example" / "2025-03-01"
    folder.mkdir(parents=True)
    (folder / "dredging.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "raw"


def flow_runs() -> dict[UUID, StateType]:
    with get_client(sync_client=True) as client:
        return {run.id: run.state_type for run in client.read_flow_runs() if run.state_type}


def test_a_flow_run_leaves_its_tasks_and_its_table_artifact_at_the_api(raw: Path, tmp_path: Path) -> None:
    before = set(flow_runs())
    report = ingest_flow(raw=str(raw), processed=str(tmp_path / "out"), engine="inline")
    assert report.counts.articles == 1
    (own,) = [run for run, state in flow_runs().items() if run not in before and state == StateType.COMPLETED]
    with get_client(sync_client=True) as client:
        tasks = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[own])))
    assert {task.name.rsplit("-", 1)[0] for task in tasks} == set(STAGE_NAMES)
    assert {task.state_type for task in tasks} == {StateType.COMPLETED}
    artifact = Artifact.get(TABLE_KEY)
    assert artifact is not None
    assert artifact.flow_run_id == own
    assert {"figure": "articles", "value": 1} in json.loads(str(artifact.data))


def test_a_stage_that_fails_fails_the_flow_run_and_says_why(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"raw folder .* is missing"):
        ingest_flow(raw=str(tmp_path / "nowhere"), processed=str(tmp_path / "out"))
    with get_client(sync_client=True) as client:
        failed = [run for run in client.read_flow_runs() if run.state_type == StateType.FAILED]
    assert any("is missing" in (run.state.message or "") for run in failed if run.state)


def test_a_flow_run_takes_down_without_questions(raw: Path, tmp_path: Path) -> None:
    out, url = tmp_path / "out", "https://pilot.example/dredging"
    (raw / "pilot.example" / "feed.jsonl").write_text(json.dumps({"url": url, "text": TEXT}), encoding="utf-8")
    for copy in (raw / "pilot.example" / "2025-03-01").iterdir():
        copy.unlink()
    ingest_flow(raw=str(raw), processed=str(out), engine="inline")
    sentences = TEXT.split("\n")
    assert set(holding(out, *sentences)) == set(sentences)
    takedown = forget_flow(url, "asked by counsel", raw=str(raw), processed=str(out))
    assert list(load_tombstones(Layout(out)).takedowns) == [takedown]
    assert holding(out, *sentences) == {}
