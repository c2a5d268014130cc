"""Versions: by which rules pages were cleaned and by which reader they were read, and which of these aren't today's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from flows.tables.index import FACTS, load_months
from flows.tables.layout import Layout, Partition

Column = Literal["cleaning_version", "reading_version"]
SEPARATOR = ","
NAMED_SITES = 3
"""Sites that a notice names; `copydesk diff` lists them all."""


def versions_of(rows: pa.Table, *, default: str, column: Column = "cleaning_version") -> str:
    """Return the versions in a table's column of them, as metadata has them: sorted, each once."""
    return SEPARATOR.join(sorted(pc.unique(rows[column].drop_null()).to_pylist())) or default


@dataclass(frozen=True)
class Stale:
    """Pages that other rules than today's cleaned, or another reader read."""

    versions: tuple[str, ...] = ()
    """The rules that cleaned any page, or the readers that read any, today's among them."""
    pages: Mapping[Partition, Mapping[str, int]] = field(default_factory=dict)
    """How many they are, by partition and site."""

    @property
    def sites(self) -> list[str]:
        """Their sites, most pages first."""
        totals = sum((Counter(counts) for counts in self.pages.values()), Counter[str]())
        return sorted(totals, key=lambda site: (-totals[site], site))

    @property
    def documents(self) -> int:
        """How many pages they are."""
        return sum(sum(counts.values()) for counts in self.pages.values())


def find_stale(layout: Layout, now: str, column: Column = "cleaning_version") -> Stale:
    """Look in the index for pages that weren't cleaned by the rules `now`, or read by that reader."""
    months = load_months(layout.index, pa.schema([FACTS.field(name) for name in ("bucket", "site", column)]))
    versions = months.rows[column]
    other = pc.fill_null(pc.not_equal(versions, now), column == "cleaning_version")  # no reader: no page is kept
    rows = pa.table({"partition": months.owner, "site": months.rows["site"]}).filter(other)
    pages: dict[Partition, dict[str, int]] = {}
    for row in rows.group_by(["partition", "site"]).aggregate([([], "count_all")]).to_pylist():
        pages.setdefault(months.partitions[row["partition"]], {})[row["site"]] = row["count_all"]
    return Stale(tuple(sorted(pc.unique(versions.drop_null()).to_pylist())), pages)


def stale_notice(stale: Stale, now: str) -> str:
    """Say what stands as other rules left it, and what to do."""
    return (
        f"the cleaning rules have changed ({_before(stale, now)} before, {now} now): {_told(stale)} stand as the rules "
        "before left them; a run cleans by today's only the sites that it brings pages of, in that month and the next; "
        "`copydesk diff` shows what today's would change, `copydesk rebuild` changes it"
    )


def stale_reading_notice(stale: Stale, now: str) -> str:
    """Say which kept pages stand as another reader read them, and what to do."""
    return (
        f"the HTML reader has changed ({_before(stale, now)} before, {now} now): {_told(stale)} stand as the reader "
        "before read them; a run reads new pages alone; `copydesk diff` shows what today's would change, `copydesk "
        "rebuild` reads the kept pages again"
    )


def _before(stale: Stale, now: str) -> str:
    return ", ".join(version for version in stale.versions if version != now)


def _told(stale: Stale) -> str:
    sites = stale.sites
    named = ", ".join(sites[:NAMED_SITES]) + (", ..." if len(sites) > NAMED_SITES else "")
    return (
        f"{_count(stale.documents, 'page')} of {_count(len(sites), 'site')} ({named}) in "
        f"{_count(len(stale.pages), 'partition')}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
