"""Opening a run: the lock, the repair of what a killed run left, and the end of all that a run holds."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from flows.errors import CopydeskError, StorageError
from flows.migration import begin_migration
from flows.readers import scan
from flows.report import Progress
from flows.run import Run, close_run, new_run
from flows.settings import Settings
from flows.tables.journal import discard, recover
from flows.tables.layout import Layout
from flows.tables.lock import locked
from flows.tables.store import check_tables


@contextmanager
def open_run(settings: Settings, *, progress: Progress | None = None) -> Iterator[Run]:
    """Take the lock, repair what a killed run left, and yield a run to give to the stages in turn.

    Another run is waited for as long as `lock_wait_seconds` says. Raises LockedError when it is still at work then,
    StorageError when the folder can't be used.
    """
    scan(settings.raw)  # a missing raw folder is said before a processed one is made
    with open_tables(settings, progress=progress, migrates=True) as run:
        yield run


@contextmanager
def open_tables(
    settings: Settings, *, progress: Progress | None = None, migrates: bool = False, anew: bool = False
) -> Iterator[Run]:
    """Do as `open_run` does for a run that reads no raw file; `anew`: it will clean and match every document again.

    Raises VersionError for tables of an earlier copydesk unless the run `migrates` them.
    """
    layout = Layout(settings.processed.resolve(), secrets.token_hex(4))
    check_tables(layout)  # what a newer copydesk made isn't even repaired
    with _storage_errors(layout.root):
        layout.state.mkdir(parents=True, exist_ok=True)
        with locked(layout.lock, wait_seconds=settings.lock_wait_seconds) as held:
            recover(layout)
            run = new_run(settings, layout, progress, anew=anew)
            run.still_held = held.check
            with _tidied(run):
                if run.behind:
                    begin_migration(run, migrates=migrates)
                yield run


@contextmanager
def _tidied(run: Run) -> Iterator[None]:
    """Let go of what the run holds; say so when its folder vanished, whatever that made go wrong."""
    try:
        yield
    except Exception as error:
        try:
            run.still_held()
        except StorageError as vanished:
            raise vanished from error
        raise
    finally:
        close_run(run)
        discard(run.layout)


@contextmanager
def _storage_errors(root: Path) -> Iterator[None]:
    """Say in one line what the operating system refused."""
    try:
        yield
    except CopydeskError:
        raise
    except (OSError, pa.ArrowException) as error:
        raise StorageError(f"{root} can't be used: {error}; the tables are as they were") from error
