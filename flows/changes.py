"""What a run changes: its staged files beside those that are published, counted by site, with a sample to look at."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from flows.run import Run
from flows.steps.changes import ChangesTask, PartitionChanges, count_changes
from flows.steps.diff import ArticleDiff, diff_article
from flows.steps.edits import Edit, SiteCounts, largest


@dataclass(frozen=True)
class Changes:
    """What becomes different."""

    partitions: int = 0
    """Cleaned again."""
    documents: int = 0
    """Cleaned again."""
    sites: dict[str, SiteCounts] = field(default_factory=dict)
    """What becomes different of each site that is cleaned again or changes with one."""
    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    """Documents by the outcome they had and will have, where it or the article they stand for differs."""
    columns: dict[str, int] = field(default_factory=dict)
    """Articles whose text stays and of which something else changes, by the column that does."""
    edits: tuple[Edit, ...] = ()
    """A sample of the articles that change, the largest edits first, spread over sites."""

    @property
    def total(self) -> SiteCounts:
        """What becomes different of all sites together."""
        total = SiteCounts()
        for counts in self.sites.values():
            total.add(counts)
        return total

    @property
    def any(self) -> bool:
        """Whether anything but the version of the rules changes."""
        return self.total.any or bool(self.outcomes)

    def of(self, site: str) -> SiteCounts:
        """Return what becomes different of one site."""
        return self.sites.get(site, SiteCounts())


def compare(run: Run, *, sample: int = 0) -> Changes:
    """Compare everything that the run staged with what is published."""
    partitions = sorted({*run.forced, *run.staged})
    reread = any(result.changed for result in run.reread_results)
    tasks = [ChangesTask(run.layout, partition, sample, reread) for partition in partitions]
    found = run.map("compare", count_changes, tasks)
    sites: dict[str, SiteCounts] = {}
    outcomes: Counter[tuple[str, str]] = Counter()
    for one in found:
        outcomes.update(one.outcomes)
        for site, counts in one.sites.items():
            sites.setdefault(site, SiteCounts()).add(counts)
    moved = _settle(found, sites)
    again = frozenset().union(*run.forced.values())
    return Changes(
        partitions=len(run.forced),
        documents=sum(result.cleaned + result.rejected for result in run.clean_results),
        sites={site: counts for site, counts in sorted(sites.items()) if site in again or counts.any},
        outcomes=dict(sorted(outcomes.items())),
        columns=dict(sum((one.columns for one in found), Counter[str]()).most_common()),
        edits=_spread([*moved, *(edit for one in found for edit in one.edits)], sample),
    )


def _settle(found: Iterable[PartitionChanges], sites: dict[str, SiteCounts]) -> list[Edit]:
    """Count articles that come or go; one that goes here and comes there changes."""
    went = {edit.article_id: edit for one in found for edit in one.moved if edit.kind == "went"}
    came = [edit for one in found for edit in one.moved if edit.kind == "came"]
    edits = []
    for edit in came:
        before = went.pop(edit.article_id, None)
        edits.append(edit if before is None else replace(edit, kind="changed", before=before.before))
    edits += went.values()
    for edit in edits:
        counts = sites.setdefault(edit.site, SiteCounts())
        setattr(counts, edit.kind, getattr(counts, edit.kind) + 1)
    return edits


def _spread(edits: Iterable[Edit], number: int) -> tuple[Edit, ...]:
    """Choose the largest edit of each site, then the second of each, until there are enough."""
    by_site: dict[str, list[Edit]] = {}
    for edit in largest(edits, number):
        by_site.setdefault(edit.site, []).append(edit)
    turns = [(turn, edit.rank, edit) for own in by_site.values() for turn, edit in enumerate(own)]
    return tuple(edit for _, _, edit in sorted(turns, key=lambda entry: entry[:2])[:number])


def show_edits(run: Run, changes: Changes) -> list[ArticleDiff]:
    """Return the sample's articles line by line, as they are and as they will be."""
    return [diff_article(run.layout, edit) for edit in changes.edits]
