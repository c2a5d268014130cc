"""The laws that hold for a run as a whole, checked on what it staged, before anything is published."""

from collections import Counter

from flows.errors import AuditError, LossError
from flows.run import Run
from flows.steps.losses import site_losses, worse_losses

MAX_NAMED = 5
"""Sites that an error names; the report of a run that isn't strict names them all."""


def check_conservation(run: Run) -> None:
    """Law 1: every record read is a document or a rejection, and every document has one outcome."""
    records = sum(result.records for result in run.read_results)
    rejected = sum(result.rejected for result in run.read_results)
    became = sum(result.new + result.known for result in run.merge_results)
    if records != rejected + became:
        raise AuditError(
            f"{records} records were read, but {became} documents and {rejected} rejections came of them; nothing "
            "is published"
        )
    totals = run.count_staged()
    if totals["documents"] != sum(totals[name] for name in ("article", "revision", "duplicate", "rejected")):
        raise AuditError(f"documents and outcomes don't add up: {totals}; nothing is published")
    if totals["article"] != totals["articles"]:
        raise AuditError(
            f"{totals['article']} documents are articles, but the table would hold {totals['articles']}; nothing is "
            "published"
        )
    if totals["revision"] + totals["duplicate"] != totals["duplicates"]:
        raise AuditError(
            f"{totals['revision'] + totals['duplicate']} documents are revisions or duplicates, but the table would "
            f"hold {totals['duplicates']}; nothing is published"
        )


def check_keys(run: Run) -> None:
    """No document and no article may stand in two partitions."""
    for name, key in (("documents", "document_id"), ("articles", "article_id")):
        ids = [value for partition in run.partitions for value in run.column_of(name, key, partition)]
        if len(set(ids)) != len(ids):
            twice = next(value for value, count in Counter(ids).items() if count > 1)
            raise AuditError(f"{name}: {key} {twice} would stand in two partitions; nothing is published")


def check_losses(run: Run) -> None:
    """Find the sites that lose far more than usual; a strict run ends with those that would get worse."""
    run.losses = [loss for part in run.cleaned for loss in site_losses(run.layout, part, run.settings)]
    if not run.settings.strict:
        return
    worse = [str(loss) for part in run.cleaned for loss in worse_losses(run.layout, part, run.settings)]
    if worse:
        named = "; ".join(worse[:MAX_NAMED]) + (
            f"; and {len(worse) - MAX_NAMED} more" if len(worse) > MAX_NAMED else ""
        )
        raise LossError(
            f"{named}; nothing is published, the tables are as they were; mend the site's profile, veto what was "
            "learned wrongly, or run without --strict to publish it all the same"
        )
