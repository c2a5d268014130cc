"""The laws that hold for a run as a whole, checked on what it staged, before anything is published."""

import pyarrow.compute as pc

from flows.errors import AuditError, LossError
from flows.run import Run
from flows.steps.losses import site_losses, worse_losses
from flows.tables.counts import add_up

MAX_NAMED = 5
"""Sites that an error names; the report of a run that isn't strict names them all."""


def check_conservation(run: Run) -> None:
    """Law 1: every record is a document, a rejection or taken down, and every document has one outcome."""
    records = sum(result.records for result in run.read_results)
    rejected = sum(result.rejected for result in run.read_results)
    became = sum(result.new + result.known for result in run.merge_results)
    withheld = sum(result.withheld for result in run.merge_results)
    if records != rejected + became + withheld:
        raise AuditError(
            f"{records} records were read, but {became} documents and {rejected} rejections came of them, {withheld} "
            "were withheld; nothing is published"
        )
    total = add_up(run.held)
    if total.rows.get("documents", 0) != sum(total.outcomes.values()):
        raise AuditError(f"documents and outcomes don't add up: {total}; nothing is published")
    outcomes = {name: total.outcomes.get(name, 0) for name in ("article", "revision", "duplicate")}
    if outcomes["article"] != total.rows.get("articles", 0):
        raise AuditError(
            f"{outcomes['article']} documents are articles, but the table would hold {total.rows['articles']}; nothing "
            "is published"
        )
    others = outcomes["revision"] + outcomes["duplicate"]
    if others != total.rows.get("duplicates", 0):
        raise AuditError(
            f"{others} documents are revisions or duplicates, but the table would hold {total.rows['duplicates']}; "
            "nothing is published"
        )
    if run.matched is not None and {k: v for k, v in total.outcomes.items() if v} != run.matched.outcomes:
        raise AuditError(
            f"the tables would hold {total.outcomes}, but {run.matched.outcomes} was decided; nothing is published"
        )


def check_keys(run: Run) -> None:
    """No document and no article may stand in two partitions."""
    assert run.matched is not None
    standing = run.matched.standing
    articles = standing.column("article").filter(pc.equal(standing.column("outcome"), "article"))
    for name, key, ids in (
        ("documents", "document_id", standing.column("document_id")),
        ("articles", "article_id", articles),
    ):
        counts = pc.value_counts(ids)
        twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        if len(twice):
            raise AuditError(
                f"{name}: {key} {twice[0].as_py().hex()} would stand in two partitions; nothing is published"
            )


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
