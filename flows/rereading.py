"""Reading kept pages again by today's reader, before a rebuild cleans them again."""

from flows.run import Run
from flows.stages import Counts, timed
from flows.steps.reread import RereadTask, reread_step
from flows.steps.staging import partition_name, work_file


def reread(run: Run) -> Counts:
    """Read again what another reader read of the pages that are to be cleaned again; return counts."""
    with timed(run, "read"):
        tasks = [
            RereadTask(
                run.layout, partition, sites, run.settings, work_file(run.layout, "reread", partition_name(partition))
            )
            for partition, sites in sorted(run.forced.items())
            if sites
        ]
        run.reread_results = run.map("read", reread_step, tasks)
    read, changed, unreadable, not_kept = (
        sum(getattr(result, name) for result in run.reread_results)
        for name in ("read", "changed", "unreadable", "not_kept")
    )
    if unreadable:
        run.notices.append(
            f"in {unreadable:,} kept page{_s(unreadable)} today's HTML reader finds no text; what was read of them "
            "before stays"
        )
    if not_kept and read:
        run.notices.append(
            f"{not_kept:,} document{_s(not_kept)} read from HTML stay as they were read: the setting keep_pages was "
            "off then, or an earlier copydesk read them"
        )
    return {"read": read, "changed": changed, "not_kept": not_kept}


def _s(number: int) -> str:
    return "" if number == 1 else "s"
