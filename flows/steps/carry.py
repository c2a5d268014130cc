"""Carry: a staged file that is to replace a published one, laid out so that it holds the published rows too."""

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from flows.errors import AuditError
from flows.tables.carrying import carry
from flows.tables.files import read_groups


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
        groups = zip_longest(read_groups(carrying), read_groups(plain))
        if not all(left is not None and left.equals(right) for left, right in groups):
            raise AuditError(f"{task.published} would hold other rows than were audited; nothing is published")
        before = carrying
