"""Handing tables over to readers in mid-scan: what is replaced is carried along, until the next publication."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from flows.run import Run
from flows.steps.carry import CarryTask, carry_step
from flows.tables.carrying import shed
from flows.tables.journal import Move, Publication
from flows.tables.layout import Layout
from schemas import TABLES


def hand_over(run: Run, publication: Publication) -> Publication:
    """Let each table file carry the one it replaces, and files that carry one from before let go of it.

    Without a grace nobody reads while runs publish, and files are as plain as a first run makes them. A run that must
    leave nothing behind carries nothing along, and nothing that was carried stays.
    """
    layout = run.layout
    keep = run.settings.reader_grace_seconds > 0 and not run.leave_nothing
    held = _load(layout.carried)
    replaced = {move.target for move in publication.moves}
    grace = max(publication.grace_seconds, run.settings.reader_grace_seconds)
    young = {target for target in held - replaced if keep and not _is_old(layout, target, grace)}
    gone = sorted(held - replaced - young)
    carried = _carried(layout, publication) if keep else {}
    tasks = [_task(layout, target, moves) for target, moves in sorted(carried.items())]
    run.map("publish", carry_step, tasks)
    now = young | set(carried)
    moves = [*_all_carrying(publication.moves, carried), *(_shed(layout, target) for target in gone)]
    if now != held:
        moves.append(_note(layout, now))
    return replace(publication, leaving=tuple(_all_carrying(publication.leaving, carried)), moves=tuple(moves))


def _carried(layout: Layout, publication: Publication) -> dict[str, list[Move]]:
    """Return the moves that replace a published table file, by file, in the order in which they are made."""
    found: dict[str, list[Move]] = {}
    for move in (*publication.leaving, *publication.moves):
        if move.source and move.target.split("/")[0] in TABLES and (layout.root / move.target).exists():
            found.setdefault(move.target, []).append(move)
    return found


def _task(layout: Layout, target: str, moves: Sequence[Move]) -> CarryTask:
    pairs = [(layout.root / str(move.source), layout.root / _carrying(move)) for move in moves]
    return CarryTask(layout.root / target, tuple(pairs))


def _carrying(move: Move) -> str:
    return f"{move.source}.carrying"


def _all_carrying(moves: Iterable[Move], carried: dict[str, list[Move]]) -> list[Move]:
    return [replace(move, source=_carrying(move)) if move.target in carried else move for move in moves]


def _is_old(layout: Layout, target: str, grace_seconds: float) -> bool:
    """Tell whether whoever read the version before has ended."""
    path = layout.root / target
    return not path.exists() or time.time() - path.stat().st_ctime > grace_seconds


def _shed(layout: Layout, target: str) -> Move:
    staged = layout.staging / "shed" / target
    staged.parent.mkdir(parents=True, exist_ok=True)
    shed(layout.root / target, staged)
    return Move(staged.relative_to(layout.root).as_posix(), target)


def _load(path: Path) -> set[str]:
    return set(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else set()


def _note(layout: Layout, carrying: set[str]) -> Move:
    """Stage the list of files that carry another."""
    staged = layout.staging / "next" / layout.carried.name
    staged.write_text(json.dumps(sorted(carrying), indent=1) + "\n", encoding="utf-8")
    return Move(staged.relative_to(layout.root).as_posix(), layout.carried.relative_to(layout.root).as_posix())
