"""Publication: staged files are moved into place one by one, and a journal carries it over any crash.

The journal names every move before the first is made. Each move is an atomic rename; made twice, it is as
made once. So whoever finds a journal makes the moves again from the start, and then all is as if
nothing had happened. A staging folder without a journal is worthless and is thrown away.
"""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.tables.files import sync
from flows.tables.layout import Layout


@dataclass(frozen=True)
class Move:
    """A staged file and the place it goes to, both relative to the processed folder.

    Without `source`, the file at `target` goes away.
    """

    source: str | None
    target: str


Step = Callable[[str], None]
"""Called with the name of each step of a publication; tests let it fail or kill."""


def _no_step(_: str) -> None:
    return None


def publish(layout: Layout, moves: Sequence[Move], *, step: Step = _no_step) -> None:
    """Move staged files into place, in the order given."""
    step("before the journal")
    text = json.dumps([[move.source, move.target] for move in moves])
    draft = layout.journal.with_suffix(".draft")
    for move in moves:
        if move.source:
            sync(layout.root / move.source)
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    step("before the journal is there")
    draft.replace(layout.journal)
    sync(layout.state)
    step("after the journal")
    _make(layout, moves, step)


def recover(layout: Layout) -> bool:
    """End what a killed run began: make the moves of its journal, and throw its staging folder away.

    Returns whether a publication was completed.
    """
    unfinished = layout.journal.exists()
    if unfinished:
        moves = [Move(*pair) for pair in json.loads(layout.journal.read_text(encoding="utf-8"))]
        _make(layout, moves, _no_step)
    shutil.rmtree(layout.staging, ignore_errors=True)
    return unfinished


def _make(layout: Layout, moves: Sequence[Move], step: Step) -> None:
    for number, move in enumerate(moves):
        _move(layout.root, move)
        step(f"after move {number}: {move.target}")
    for folder in sorted({(layout.root / move.target).parent for move in moves}):
        if folder.exists():
            sync(folder)
    layout.journal.unlink()
    sync(layout.state)
    step("after the journal is gone")


def _move(root: Path, move: Move) -> None:
    target = root / move.target
    if move.source is None:
        target.unlink(missing_ok=True)
        return
    source = root / move.source
    if source.exists():  # else it was moved before the crash
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
