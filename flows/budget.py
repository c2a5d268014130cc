"""The budget of rejections: a run that rejects too much of what is new publishes nothing.

What is new counts alone: a record that was rejected before, and is again as its file is read again, was accepted then.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from flows.errors import BudgetError
from flows.run import Run
from flows.steps.redact import TAKEN_DOWN
from flows.steps.staging import next_file, read_all
from flows.tables.files import read_rows
from schemas.rejections import source_of

MAX_NAMED = 3
"""Sources that the error names, those with most rejections first."""
MAX_MESSAGE_CHARS = 300
"""Of the first message: a path, what is wrong, and the line that the settings may need."""
Record = tuple[str, bytes]
"""A raw file, and the hash of a record's first bytes, which tells it in a file that changed; b"": it was taken down."""


@dataclass
class Spent:
    """What a source's, or a run's, new records came to."""

    records: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Rejected ones, by reason."""
    says: dict[str, str] = field(default_factory=dict)
    """The first message of each reason."""

    @property
    def rejected(self) -> int:
        """How many were rejected."""
        return self.reasons.total()

    def add(self, row: Mapping[str, Any]) -> None:
        """Count a rejection."""
        self.reasons[row["reason"]] += 1
        self.says.setdefault(row["reason"], row["message"][:MAX_MESSAGE_CHARS])

    def is_over(self, share: float, *, least: int) -> bool:
        """Tell whether more were rejected than may be."""
        return self.records >= least and self.rejected > share * self.records

    def __str__(self) -> str:
        """Say it in words, for the error."""
        most = ", ".join(f"{reason} {count:,}" for reason, count in self.reasons.most_common(MAX_NAMED))
        share = f"{self.rejected:,} of {self.records:,} new records ({self.rejected / self.records:.0%})"
        return f"{share}: {most}; the first says {self.says[self.reasons.most_common(1)[0][0]]!r}"


def check_budget(run: Run, *, cleaned: bool = False) -> None:
    """Raise BudgetError when more of what is new in this run, or of one source, is rejected than the settings allow.

    What reading rejected counts; once its documents are `cleaned`, so does what cleaning left nothing of.
    """
    results = run.clean_results if cleaned else run.read_results
    if run.settings.accept_rejections or not any(result.rejected for result in results):
        return
    least, share = run.settings.min_records_of_share, run.settings.max_rejected_share_of_source
    spent = _spent(run, cleaned=cleaned)
    over = {source: own for source, own in spent.items() if own.is_over(share, least=least)}
    if over:
        worst = sorted(over, key=lambda source: (-over[source].rejected, source))
        named = "; ".join(f"of {source!r}, {over[source]}" for source in worst[:MAX_NAMED])
        others = f"; and {len(worst) - MAX_NAMED:,} more sources" if len(worst) > MAX_NAMED else ""
        raise BudgetError(_told(f"{named}{others}", "max_rejected_share_of_source", share))
    total, share = _total(spent), run.settings.max_rejected_share
    if total.is_over(share, least=least):
        raise BudgetError(_told(f"of this run, {total}", "max_rejected_share", share))


def _told(what: str, setting: str, share: float) -> str:
    return (
        f"too much was rejected: {what}; {setting} is {share:g}; nothing is published, the tables are as they were; "
        f"mend the scraper or the files, raise {setting}, or run once with --accept-rejections to publish all the same"
    )


def _spent(run: Run, *, cleaned: bool) -> dict[str, Spent]:
    """Return what the new records of each source came to."""
    spent: dict[str, Spent] = {}
    for result in run.merge_results:
        for source, records in result.sources.items():
            spent.setdefault(source, Spent()).records += records
    for row in _rejected_by_reading(run):
        own = spent.setdefault(source_of(row["source_path"]), Spent())
        own.records += 1
        own.add(row)
    for row in _rejected_by_cleaning(run) if cleaned else ():
        spent.setdefault(source_of(row["source_path"]), Spent()).add(row)
    return spent


def _rejected_by_reading(run: Run) -> Iterator[dict[str, Any]]:
    """Yield what reading rejected, without what it rejected before."""
    before = _rejected_before(run)
    for result in run.read_results:
        for row in _rows(result.rejections, payloads=bool(before)) if result.rejected else ():
            known = [one for one in (_record(row), (row["source_path"], b"")) if before[one]] if before else []
            if known:
                before[known[0]] -= 1
            else:
                yield row


def _rows(path: Path, *, payloads: bool) -> Iterator[dict[str, Any]]:
    rows = read_all(path).select(["source_path", "reason", "message", *(["payload"] if payloads else [])])
    yield from (row for batch in rows.to_batches() for row in batch.to_pylist())


def _rejected_before(run: Run) -> Counter[Record]:
    """Count the rejections that the tables have of the raw files that this run reads again."""
    if not run.changed_sources:
        return Counter()
    again = pc.is_in(pc.field("source_path"), value_set=pa.array(sorted(run.changed_sources), pa.string()))
    found: Counter[Record] = Counter()
    for partition in run.layout.partitions("rejections"):
        file = ds.dataset(run.layout.file("rejections", partition), format="parquet")
        asked = again & (pc.field("stage") != "clean")
        for batch in file.to_batches(columns=["source_path", "message", "payload"], filter=asked):
            found.update(map(_record, batch.to_pylist()))
    return found


def _record(row: dict[str, Any]) -> Record:
    if row["message"] == TAKEN_DOWN:
        return row["source_path"], b""
    return row["source_path"], hashlib.blake2b(row["payload"], digest_size=16).digest()


def _rejected_by_cleaning(run: Run) -> Iterator[dict[str, Any]]:
    """Yield what cleaning left nothing of, of documents that are new."""
    columns = ["source_path", "reason", "message", "document_id"]
    for result in run.clean_results:
        path = next_file(run.layout, "rejections", result.partition)
        if not result.rejected or not path.exists():
            continue
        rows = read_rows(path, columns).filter(pc.is_valid(pc.field("document_id")))
        published = run.layout.file("documents", result.partition)
        if published.exists():
            known = read_rows(published, ["document_id"])["document_id"].combine_chunks()
            rows = rows.filter(pc.invert(pc.is_in(rows["document_id"], value_set=known)))
        yield from rows.to_pylist()


def _total(spent: dict[str, Spent]) -> Spent:
    total = Spent()
    for own in spent.values():
        total.records += own.records
        total.reasons += own.reasons
        total.says = {**own.says, **total.says}
    return total
