"""The stages as Prefect tasks: retries, logs, artifacts."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from flows.rebuilding import Rebuilt
from flows.report import STAGE_NAMES, Progress, RunReport
from flows.run import Run
from flows.stages import Counts

RETRIES = 2
RETRY_SECONDS = 5.0
"""A shared disk that stalls is back within seconds; whatever lasts longer is for the next scheduled run."""

TABLE_KEY = "copydesk-ingest"
REMOVED_KEY = "copydesk-removed-lines"
REBUILD_KEY = "copydesk-rebuild"
ARTIFACT_ROWS = 1_000
"""Sites in an artifact: it is kept in the server's database, and read on one page."""


def _is_worth_retrying(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    """Try again what the operating system refused; an error in data or settings stays one."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError)


def stage_task(stage: Callable[[Run], Counts], run: Run) -> Callable[[], Counts]:
    """Return a stage of `run` as a task without parameters: a run isn't for Prefect to look into or to keep."""
    name = stage.__name__

    @task(
        name=name,
        retries=RETRIES,
        retry_delay_seconds=RETRY_SECONDS,
        retry_condition_fn=_is_worth_retrying,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def run_stage() -> Counts:
        counts = stage(run)
        told = ", ".join(f"{key} {value:,}" for key, value in counts.items())
        get_run_logger().info("%s: %s", name, told)
        return counts

    return run_stage


def logged_progress() -> Progress:
    """Return what logs a stage's progress on the flow run's page, ten times a stage."""
    logger = get_run_logger()

    def progress(stage: str, done: int, total: int) -> None:
        if done == total or done % max(1, total // 10) == 0:
            logger.info("%s: %d of %d", stage, done, total)

    return progress


def warn(losses: Iterable[str], notices: Iterable[str]) -> None:
    """Log what the user should look at."""
    logger = get_run_logger()
    for loss in losses:
        logger.warning("loss: %s", loss)
    for notice in notices:
        logger.warning(notice)


def publish_rebuilt(told: Rebuilt) -> None:
    """Leave what a rebuild changed on its page: a row a site that changes, and all together."""
    changes = told.changes
    named = [(site, counts) for site, counts in changes.sites.items() if counts.any][:ARTIFACT_ROWS]
    rows = [
        {"site": site, **asdict(counts), "share": round(counts.share, 4)}
        for site, counts in [*named, ("all", changes.total)]
    ]
    create_table_artifact(
        key=REBUILD_KEY,
        table=rows,
        description=f"rebuilt by {told.cleaning_version}: {changes.documents} pages cleaned again, "
        f"{told.files_written} files written",
    )


def publish_artifacts(report: RunReport) -> None:
    """Leave the run's figures on its page: a table of counts, and what was removed and rejected."""
    counts = report.counts.model_dump()
    seconds = {f"seconds_{name}": getattr(report.seconds, name) for name in STAGE_NAMES}
    rows = [{"figure": name, "value": value} for name, value in {**counts, **seconds}.items()]
    create_table_artifact(key=TABLE_KEY, table=rows, description=f"copydesk run {report.run_id or 'without news'}")
    lines = ["| what | count |", "|---|---:|"]
    lines += [f"| removed: {role} | {count:,} |" for role, count in report.removed_by_role.items()]
    lines += [f"| rejected: {reason} | {count:,} |" for reason, count in report.rejected_by_reason.items()]
    lines += ["", *(f"- loss: {loss}" for loss in report.losses), *(f"- {notice}" for notice in report.notices)]
    create_markdown_artifact(key=REMOVED_KEY, markdown="\n".join(lines), description="Removed lines, rejections")
