"""The forget flow: a takedown without questions, one Prefect task."""

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from flows.settings import load_settings
from flows.takedown import Receipt, forget


@flow(name="forget", persist_result=False)
def forget_flow(
    target: str,
    reason: str,
    duplicates: bool | None = None,
    raw: str | None = None,
    processed: str | None = None,
) -> str:
    """Take down an article, a document, a URL or a site; return the takedown's id.

    Prefect keeps parameters: whoever may see this flow's runs can read `target`. See docs/operations.md.
    """
    settings = load_settings(raw=raw, processed=processed)

    @task(name="forget", cache_policy=NO_CACHE, persist_result=False)
    def take_down() -> Receipt:
        return forget(settings, target, reason=reason, duplicates=duplicates)

    receipt = take_down()
    told = ", ".join(f"{name} {rows.rows:,}" for name, rows in receipt.takedown.removed.items())
    get_run_logger().info("takedown %s: %s", receipt.takedown.takedown_id, told)
    return receipt.takedown.takedown_id


if __name__ == "__main__":
    forget_flow.serve(name="forget")
