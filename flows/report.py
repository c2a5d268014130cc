"""What a run does, what it did, and what the tables hold after it."""

import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass

from schemas.runs import RunCounts, RunSeconds

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, units done and units in all."""
IN_BYTES = "read"
"""The stage whose progress is told in bytes, the others' in units of work."""
STAGE_NAMES = ("read", "clean", "dedupe", "audit", "publish")


@dataclass(frozen=True)
class RunReport:
    """What a run did, for the summary on the terminal and the Prefect artifact."""

    run_id: str | None
    """None: nothing was new, nothing was written."""
    counts: RunCounts
    seconds: RunSeconds
    removed_by_role: dict[str, int]
    """Removed lines and spans in the tables after the run, by role, most first."""
    rejected_by_reason: dict[str, int]
    """Rejections in the tables after the run, by reason, most first."""
    losses: tuple[str, ...] = ()
    """Sites that lose far more than usual where this run cleaned, each with its counts."""
    notices: tuple[str, ...] = ()
    """What the user should know: a file that vanished, a cleaning version that changed."""


def most_first(totals: dict[str, int]) -> dict[str, int]:
    """Return totals, the largest first."""
    return dict(sorted(totals.items(), key=lambda entry: (-entry[1], entry[0])))


def peak_memory_bytes() -> int:
    """Return the largest resident size that one process of this run had."""
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own, children) * unit
