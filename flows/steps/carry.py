"""Carry: a staged file that is to replace a published one, laid out so that it holds the published rows too."""

from dataclasses import dataclass
from pathlib import Path

from flows.errors import AuditError
from flows.tables.carrying import carry
from flows.tables.files import read_rows


@dataclass(frozen=True)
class CarryTask:
    """What one call of `carry_step` gets."""

    published: Path
    versions: tuple[tuple[Path, Path], ...]
    """Staged files that replace it one after the other, each with the place for one that carries the version before."""


def carry_step(task: CarryTask) -> None:
    """Write each version so that it carries the one before it."""
    before = task.published
    for plain, carrying in task.versions:
        carry(plain, before, carrying)
        if not read_rows(carrying).equals(read_rows(plain)):
            raise AuditError(f"{task.published} would hold other rows than were audited; nothing is published")
        before = carrying
