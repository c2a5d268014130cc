"""The retry flow: read again what was rejected, clean, dedupe, audit, publish, one Prefect task per stage."""

from prefect import flow, get_run_logger

from flows.retrying import Retried, open_retry
from flows.settings import load_settings
from flows.tasks import logged_progress, publish_artifacts, stage_task, warn


@flow(name="retry", persist_result=False)
def retry_flow(
    reason: str | None = None,
    source: str | None = None,
    raw: str | None = None,
    processed: str | None = None,
    engine: str | None = None,
    workers: int | None = None,
    strict: bool | None = None,
    accept_rejections: bool | None = None,
    lock_wait_seconds: float | None = None,
) -> Retried:
    """Run rejected records again, all of them or those of a reason or source.

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
    with open_retry(settings, reason=reason, source=source, progress=logged_progress()) as under_way:
        for stage in under_way.stages:
            stage_task(stage, under_way.run)()
        told = under_way.report()
    warn(told.report.losses, told.report.notices)
    get_run_logger().info("tried %d rejected records again: %d passed", told.tried, told.passed)
    publish_artifacts(told.report)
    return told


if __name__ == "__main__":
    retry_flow()
