"""The rebuild flow: reread, clean, dedupe, audit, compare, publish, one Prefect task per stage."""

from prefect import flow, get_run_logger

from flows.rebuilding import Rebuilt, open_rebuild
from flows.settings import load_settings
from flows.tasks import logged_progress, publish_rebuilt, stage_task, warn


@flow(name="rebuild", persist_result=False)
def rebuild_flow(
    sites: list[str] | None = None,
    since: str | None = None,
    processed: str | None = None,
    engine: str | None = None,
    workers: int | None = None,
    strict: bool | None = None,
    lock_wait_seconds: float | None = None,
) -> Rebuilt:
    """Make the tables again from the kept pages of all sites or some, of all months or since one (YYYY-MM).

    What isn't given comes from the environment (`COPYDESK_*`), from `copydesk.toml`, or is the default.
    """
    settings = load_settings(
        processed=processed, engine=engine, workers=workers, strict=strict, lock_wait_seconds=lock_wait_seconds
    )
    with open_rebuild(settings, sites=sites, since=since, progress=logged_progress()) as rebuild:
        for stage in rebuild.stages:
            stage_task(stage, rebuild.run)()
        told = rebuild.report()
    warn(told.losses, told.notices)
    get_run_logger().info("rebuilt by %s: %s files written", told.cleaning_version, told.files_written)
    publish_rebuilt(told)
    return told


if __name__ == "__main__":
    rebuild_flow()
