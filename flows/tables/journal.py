"""Publication: staged files are moved into place one by one, and a journal carries it over any crash.

The journal names every move before the first is made. Each move is an atomic rename; made twice, it is as
made once. So whoever finds a journal makes the moves again from the start, and then all is as if
nothing had happened. A staging folder without a journal is worthless and is thrown away.

Loss of power is a crash too: whatever the journal builds on (staged files, their names, the folders that they go
to) is on the disk before it, and it goes away after the renames are.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows.errors import StorageError
from flows.tables.files import sync, sync_all
from flows.tables.layout import Layout


@dataclass(frozen=True)
class Move:
    """A staged file and the place it goes to, both relative to the processed folder.

    Without `source`, the file at `target` goes away.
    """

    source: str | None
    target: str


@dataclass(frozen=True)
class Publication:
    """Everything that becomes visible together."""

    moves: tuple[Move, ...]
    """In the order in which they are made."""
    leaving: tuple[Move, ...] = ()
    """Made before all others: old files without the rows that `moves` bring into other files."""
    grace_seconds: float = 0.0
    """How long to wait in between, for readers that have already read what left."""


Step = Callable[[str], None]
"""Called with the name of each step of a publication; tests let it look or fail."""


def _no_step(_: str) -> None:
    return None


def publish(layout: Layout, publication: Publication, *, step: Step = _no_step) -> None:
    """Move staged files into place.

    An OSError leaves everything as it was; after the journal is written, errors are StorageError and the next run
    ends the publication.
    """
    step("before the journal")
    _secure(layout, (*publication.leaving, *publication.moves))
    draft = _draft(layout)
    with draft.open("w", encoding="utf-8") as file:
        file.write(_written(publication))
        file.flush()
        os.fsync(file.fileno())
    step("before the journal is there")
    draft.replace(layout.journal)
    sync(layout.state)
    step("after the journal")
    _make(layout, publication, step)


def recover(layout: Layout) -> bool:
    """End what a killed run began: make the moves of its journal, and throw its draft and its staging folder away.

    Returns whether a publication was completed. Raises StorageError when that can't be done.
    """
    unfinished = layout.journal.exists()
    if unfinished:
        publication = _read(layout.journal)
        _check_nothing_is_lost(layout, publication)
        _make(layout, publication, _no_step)
    with suppress(OSError):
        _draft(layout).unlink()
    shutil.rmtree(layout.all_staging, ignore_errors=True)
    return unfinished


def discard(layout: Layout) -> None:
    """Throw away what a run staged and won't publish any more; a full disk has room again."""
    if not layout.journal.exists():
        shutil.rmtree(layout.staging, ignore_errors=True)
        with suppress(OSError):
            layout.all_staging.rmdir()


def _draft(layout: Layout) -> Path:
    return layout.journal.with_suffix(".draft")


def _written(publication: Publication) -> str:
    def pairs(moves: Iterable[Move]) -> list[list[str | None]]:
        return [[move.source, move.target] for move in moves]

    return json.dumps(
        {
            "leaving": pairs(publication.leaving),
            "grace_seconds": publication.grace_seconds,
            "moves": pairs(publication.moves),
        }
    )


def _read(path: Path) -> Publication:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(held, list):  # as the first layout had it
            held = {"leaving": [], "grace_seconds": 0.0, "moves": held}
        return Publication(
            moves=tuple(Move(*pair) for pair in held["moves"]),
            leaving=tuple(Move(*pair) for pair in held["leaving"]),
            grace_seconds=float(held["grace_seconds"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{path} can't be read ({error}); it belongs to another version of copydesk") from None


def _secure(layout: Layout, moves: Sequence[Move]) -> None:
    """Make all that the journal will build on last: staged files, their names, and the folders they go to.

    The folders are made now, so that a disk that fills up stops a publication before it has begun.
    """
    sync_all(layout.root / move.source for move in moves if move.source)
    folders = {(layout.root / move.source).parent for move in moves if move.source}
    _sync_folders(folders, up_to=layout.state)
    targets = {(layout.root / move.target).parent for move in moves if move.source}
    for folder in sorted(targets):
        folder.mkdir(parents=True, exist_ok=True)
    _sync_folders(targets, up_to=layout.root.parent)


def _sync_folders(folders: Iterable[Path], *, up_to: Path) -> None:
    """Make the names in folders last, and the folders' own names up to one that is above them all."""
    every: set[Path] = set()
    for folder in folders:
        above = folder
        while above not in every and above.is_relative_to(up_to):
            every.add(above)
            above = above.parent
    sync_all(every)


def _make(layout: Layout, publication: Publication, step: Step) -> None:
    try:
        _make_moves(layout, publication, step)
    except OSError as error:
        raise StorageError(
            f"{layout.root}: publishing has begun and stopped at {error}; mend that, and the next run ends it"
        ) from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt("publishing has begun, and the next run ends it") from None


def _make_moves(layout: Layout, publication: Publication, step: Step) -> None:
    arriving = {move.target: move for move in publication.moves}
    for number, move in enumerate(publication.leaving):
        if _is_to_do(layout, arriving[move.target]):  # else a later version stands there already
            _move(layout, move)
        step(f"after leaving {number}: {move.target}")
    if publication.leaving and any(_is_to_do(layout, move) for move in publication.moves):
        _sync_targets(layout, publication.leaving)
        time.sleep(publication.grace_seconds)
        step("after the grace")
    for number, move in enumerate(publication.moves):
        _move(layout, move)
        step(f"after move {number}: {move.target}")
    _sync_targets(layout, publication.moves)
    layout.journal.unlink()
    sync(layout.state)
    step("after the journal is gone")


def _is_to_do(layout: Layout, move: Move) -> bool:
    return (layout.root / (move.source or move.target)).exists()


def _move(layout: Layout, move: Move) -> None:
    target = layout.root / move.target
    if move.source is None:
        target.unlink(missing_ok=True)
    elif _is_to_do(layout, move):  # else it was made before the crash
        (layout.root / move.source).replace(target)


def _sync_targets(layout: Layout, moves: Sequence[Move]) -> None:
    folders = {(layout.root / move.target).parent for move in moves}
    sync_all(folder for folder in folders if folder.exists())


def _check_nothing_is_lost(layout: Layout, publication: Publication) -> None:
    """Whoever clears `_state/staging` by hand takes what the journal promises; say so before anything moves."""
    for move in publication.moves:
        if move.source and not _is_to_do(layout, move) and not (layout.root / move.target).exists():
            raise StorageError(
                f"{layout.journal} is to move {move.source} to {move.target}, and neither is there; "
                "bring the staged files back, or ingest into a new folder"
            )
