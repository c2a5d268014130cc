"""The ingest flow: read, clean, dedupe, audit, publish, one Prefect task per stage."""

from prefect import flow

from flows.opening import open_run
from flows.report import RunReport
from flows.settings import load_settings
from flows.stages import STAGES
from flows.tasks import logged_progress, publish_artifacts, stage_task, warn


@flow(name="ingest", persist_result=False)
def ingest_flow(
    raw: str | None = None,
    processed: str | None = None,
    engine: str | None = None,
    workers: int | None = None,
    strict: bool | None = None,
    accept_rejections: bool | None = None,
    lock_wait_seconds: float | None = None,
) -> RunReport:
    """Bring the tables up to date with the raw folder.

    What isn't given comes from the environment (`COPYDESK_*`), from `copydesk.toml`, or is the default.
    """
    settings = load_settings(
        raw=raw,
        processed=processed,
        engine=engine,
        workers=workers,
        strict=strict,
        accept_rejections=accept_rejections,
        lock_wait_seconds=lock_wait_seconds,
    )
    with open_run(settings, progress=logged_progress()) as run:
        for stage in STAGES:
            stage_task(stage, run)()
        report = run.report()
    warn(report.losses, report.notices)
    publish_artifacts(report)
    return report


if __name__ == "__main__":
    ingest_flow()
