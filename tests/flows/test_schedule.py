"""The shipped deployment on a real Prefect server with a real worker: a scheduled run runs."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

PROJECT = Path(__file__).parents[2]
PATIENCE_SECONDS = 150
IN_TURN = """
import runpy
import sys

for command in sys.argv[1:]:
    sys.argv = ["prefect", *command.split()]
    try:
        runpy.run_module("prefect", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code:
            raise
"""
"""Runs commands of Prefect's one after the other: its imports take longer than what they do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], env: dict[str, str], log: Path, cwd: Path) -> Iterator[None]:
    with log.open("w") as output:
        process = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT, cwd=cwd)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


def wait_for(what: str, check: object, logs: list[Path]) -> None:
    assert callable(check)
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if check():
            return
        time.sleep(0.5)
    told = "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in logs if log.exists())
    pytest.fail(f"{what} didn't happen in {PATIENCE_SECONDS} s\n{told}")


def test_the_deployment_in_prefect_yaml_runs_on_its_schedule(tmp_path: Path) -> None:
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    env = {
        **os.environ,
        "PREFECT_HOME": str(tmp_path / "home"),
        "PREFECT_API_URL": api,
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "COPYDESK_RAW": str(tmp_path / "raw"),
        "COPYDESK_PROCESSED": str(tmp_path / "processed"),
        "PYTHONPATH": str(tmp_path / "project"),
    }
    env.pop("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", None)
    folder = tmp_path / "raw" / "pilot.example" / "2025-03-01"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("The board will dredge the inner basin in April, two years after a grounding.")
    project = tmp_path / "project"
    project.mkdir()
    for name in ("flows", "schemas"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    # the shipped deployment as it is, but for its clock: every five seconds instead of every hour
    shipped = (PROJECT / "prefect.yaml").read_text(encoding="utf-8")
    ticking, changed = re.subn(r'- cron: "5 \* \* \* \*"\n\s+timezone: UTC', "- interval: 5", shipped)
    assert changed == 1
    (project / "prefect.yaml").write_text(ticking, encoding="utf-8")
    prefect = [sys.executable, "-m", "prefect"]

    def call(*commands: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", IN_TURN, *commands],
            env=env,
            cwd=project,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def healthy() -> bool:
        try:
            return httpx.get(f"{api}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def completed() -> bool:
        runs = httpx.post(
            f"{api}/flow_runs/filter",
            json={"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}},
            timeout=10,
        ).json()
        return any(run["auto_scheduled"] and run["deployment_id"] for run in runs)

    server_log, worker_log = tmp_path / "server.log", tmp_path / "worker.log"
    logs = [server_log, worker_log]
    serve = [*prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    work = [*prefect, "worker", "start", "--pool", "copydesk"]
    with running(serve, env, server_log, project):
        wait_for("the server's start", healthy, logs)
        call("work-pool create copydesk --type process", "--no-prompt deploy --all")
        with running(work, env, worker_log, project):
            wait_for("a scheduled run's end", completed, logs)
    assert list((tmp_path / "processed" / "articles").glob("month=2025-03/*.parquet"))
