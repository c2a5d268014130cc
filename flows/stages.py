"""The stages of a run over an engine: read, clean, dedupe, audit, publish. No Prefect."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flows.settings import Settings
from schemas.runs import RunCounts, RunSeconds

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, units done and units in all."""


@dataclass(frozen=True)
class RunReport:
    """What a run did, for the summary on the terminal and the Prefect artifact."""

    run_id: str | None
    """None: nothing was new, nothing was written."""
    counts: RunCounts
    seconds: RunSeconds
    removed_by_role: dict[str, int]
    """Removed lines and spans in the tables after the run, by role."""
    rejected_by_reason: dict[str, int]
    """Rejections in the tables after the run, by reason."""
    notices: tuple[str, ...] = ()
    """What the user should know: a file that vanished, a cleaning version that changed."""


@dataclass
class Run:
    """One run under way: its settings, its staging folder, what the stages found."""

    settings: Settings
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    def report(self) -> RunReport:
        """Return what the run did so far."""
        raise NotImplementedError


@contextmanager
def open_run(settings: Settings, *, progress: Progress | None = None) -> Iterator[Run]:
    """Take the lock, repair what a killed run left, and yield a run to give to the stages in turn.

    Raises LockedError when another run is at work, StorageError when the folder can't be used.
    """
    raise NotImplementedError


def read(run: Run) -> dict[str, int]:
    """Read new and changed raw files into staged documents; return counts."""
    raise NotImplementedError


def clean(run: Run) -> dict[str, int]:
    """Clean every partition that new documents touch; return counts."""
    raise NotImplementedError


def dedupe(run: Run) -> dict[str, int]:
    """Decide each document's outcome and stage the tables; return counts."""
    raise NotImplementedError


def audit(run: Run) -> dict[str, int]:
    """Check the staged tables against the laws; return counts. Raises AuditError."""
    raise NotImplementedError


def publish(run: Run) -> dict[str, int]:
    """Move the staged files into place; return counts."""
    raise NotImplementedError


STAGES: tuple[Callable[[Run], dict[str, int]], ...] = (read, clean, dedupe, audit, publish)


def ingest(settings: Settings, *, progress: Progress | None = None) -> RunReport:
    """Run all stages in this process and return the report."""
    with open_run(settings, progress=progress) as run:
        for stage in STAGES:
            stage(run)
        return run.report()
