"""Losses: the sites of a partition whose documents lose far more than usual."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.settings import Settings
from flows.steps.staging import current_file
from flows.tables.files import read_rows
from flows.tables.layout import Layout, Partition
from flows.tables.upgrade import upgraded
from schemas import ARTICLES

OF_SITE = "site_lost_more"
"""The flag that tells of an article's site, not of the article."""


@dataclass(frozen=True)
class SiteLoss:
    """A site that loses more than usual in a month."""

    site: str
    month: str
    documents: int
    flagged: int
    """Documents that are flagged themselves, or of which nothing was kept."""
    whole: bool
    """Whether the site as a whole keeps far less than the month before."""

    @property
    def share(self) -> float:
        """The share of its documents that is flagged."""
        return self.flagged / self.documents

    def __str__(self) -> str:
        told = f"{self.site}, {self.month}: {self.flagged} of {self.documents} documents lose far more than usual"
        return f"{told}; as a whole the site keeps far less than the month before" if self.whole else told

    def worse_than(self, before: "SiteLoss | None") -> bool:
        """Tell whether a loss is worse than that of the same site before."""
        return before is None or self.share > before.share or self.whole > before.whole


def site_losses(layout: Layout, partition: Partition, settings: Settings) -> list[SiteLoss]:
    """Return the sites of a partition, as it will stand, of which too many documents lose too much."""
    paths = (current_file(layout, name, partition) for name in NEEDED)
    return _losses(*paths, month=partition.month, settings=settings)


def worse_losses(layout: Layout, partition: Partition, settings: Settings) -> list[SiteLoss]:
    """Return those of `site_losses` that are worse than what is published: what a strict run stops for."""
    published = (path if path.exists() else None for path in (layout.file(name, partition) for name in NEEDED))
    before = {loss.site: loss for loss in _losses(*published, month=partition.month, settings=settings)}
    return [loss for loss in site_losses(layout, partition, settings) if loss.worse_than(before.get(loss.site))]


NEEDED = ("documents", "_cleaned")


def _losses(documents: Path | None, cleaned: Path | None, *, month: str, settings: Settings) -> list[SiteLoss]:
    if documents is None or cleaned is None:
        return []
    rows = read_rows(documents, ["site", "outcome"])
    needed = ["document_id", "site", "flags"]
    articles = upgraded(read_rows(cleaned, needed), ARTICLES, needed)  # first versions flagged nothing
    nothing_kept = rows.filter(pc.equal(rows["outcome"], "rejected"))["site"].to_pylist()
    flagged = pa.table(
        {
            "document_id": articles["document_id"].take(pc.list_parent_indices(articles["flags"])),
            "site": articles["site"].take(pc.list_parent_indices(articles["flags"])),
            "flag": pc.list_flatten(articles["flags"]),
        }
    )
    of_site = pc.equal(flagged["flag"], OF_SITE)
    own = flagged.filter(pc.invert(of_site)).group_by(["document_id", "site"]).aggregate([])
    lost = Counter([*nothing_kept, *own["site"].to_pylist()])
    whole = set(flagged.filter(of_site)["site"].to_pylist())
    empty = Counter(nothing_kept)  # a site of which nothing is kept has no article that could tell of it
    losses = [
        SiteLoss(site, month, documents=count, flagged=lost[site], whole=site in whole or empty[site] == count)
        for site, count in sorted(Counter(rows["site"].to_pylist()).items())
    ]
    return [loss for loss in losses if loss.whole or loss.share > settings.max_flagged_share]
