"""Blocks: sequences of lines that together are a teaser or a translation, as a profile names them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from flows.cleaning.lines import Bools, Ints, Lines
from flows.sites.profile import Block, Step

IsStep = Callable[[str], Bools]
"""Gives for a step's name (a rule's id, `headline` or `text`) the entries of `Lines` that it fits."""


@dataclass(frozen=True)
class FoundBlock:
    """A block found in a document."""

    name: str
    """`<profile>.<id>`"""
    block: Block
    start: int
    """Its first line, as an entry of `Lines`."""
    steps: tuple[Step, ...]
    """The steps it took, one a line."""

    @property
    def stop(self) -> int:
        """The entry behind its last line."""
        return self.start + len(self.steps)

    def text(self, lines: Lines, field: str) -> str | None:
        """Return the line that fills `field`, None when this one has none."""
        for entry, step in enumerate(self.steps, self.start):
            if step.field == field:
                return lines.text(entry)
        return None


def find_blocks(lines: Lines, blocks: Sequence[tuple[str, Block]], is_step: IsStep, within: Bools) -> list[FoundBlock]:
    """Find blocks from left to right, none sharing a line, in the order in which they stand.

    `within` marks the entries to look at. Where several start at one line, the block named first wins, and
    of its variants the longest.
    """
    candidates: list[tuple[int, int, FoundBlock]] = []
    for name, block in blocks:
        for steps in _variants(block):
            rank = len(candidates)
            starts = _starts(lines, steps, is_step, within)
            candidates += [(int(at), rank, FoundBlock(name, block, int(at), steps)) for at in starts]
    found: list[FoundBlock] = []
    for _, _, candidate in sorted(candidates, key=lambda entry: entry[:2]):
        if not found or candidate.start >= found[-1].stop:
            found.append(candidate)
    return found


def _variants(block: Block) -> Iterator[tuple[Step, ...]]:
    """Every way to leave out optional steps, the longest first."""
    choices = [(True, False) if step.optional else (True,) for step in block.steps]
    variants = [
        tuple(step for step, taken in zip(block.steps, choice, strict=True) if taken) for choice in product(*choices)
    ]
    yield from sorted((variant for variant in variants if variant), key=len, reverse=True)


def _starts(lines: Lines, steps: tuple[Step, ...], is_step: IsStep, within: Bools) -> Ints:
    """Return the entries at which the sequence of steps begins, all of it inside one document."""
    if len(steps) > len(lines):
        return np.empty(0, dtype=np.int64)
    fits = within & lines.same_document(len(steps) - 1)
    for offset, step in enumerate(steps):
        ahead = np.zeros(len(lines), dtype=bool)
        ahead[: len(lines) - offset] = is_step(step.line)[offset:]
        fits &= ahead
    return np.flatnonzero(fits)
