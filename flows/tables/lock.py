"""One run at a time on one processed folder."""

import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.errors import LockedError, StorageError

log = logging.getLogger("copydesk")

POLL_SECONDS = 0.2
"""Between two tries of a run that waits: the other one's end is noticed at once, and a try is one system call."""
TOLD_SECONDS = 60.0
"""How often a run that waits says so again."""


@dataclass(frozen=True)
class Held:
    """The lock, held."""

    path: Path
    identity: tuple[int, int]

    def check(self) -> None:
        """Raise StorageError when the folder at the path isn't the one that was locked any more.

        A mount that vanishes leaves an empty folder in its place, in which a run would go on as in a new one.
        """
        try:
            same = _identity(self.path) == self.identity
        except OSError:
            same = False
        if not same:
            raise StorageError(
                f"{self.path.parent.parent} isn't the folder any more that this run began with: it was unmounted, "
                "moved or replaced; bring it back and run again: a run is published as a whole or not at all"
            )


@contextmanager
def locked(path: Path, *, wait_seconds: float = 0.0) -> Iterator[Held]:
    """Hold the lock at `path`; the operating system frees it when its holder dies.

    Raises LockedError, naming the holder and since when, when another run still holds it after `wait_seconds`.
    """
    holder = path.with_suffix(".holder.json")
    lock = FileLock(path, is_singleton=False)
    _acquire(lock, holder, path, wait_seconds)
    try:
        with suppress(OSError):  # it is a courtesy to others; a full disk must not keep a run from repairing
            holder.write_text(json.dumps(_self()), encoding="utf-8")
        yield Held(path, _identity(path))
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, holder: Path, path: Path, wait_seconds: float) -> None:
    end = time.monotonic() + wait_seconds
    told = False
    while True:
        left = end - time.monotonic()
        try:
            lock.acquire(timeout=max(0.0, min(left, TOLD_SECONDS if told else 0.0)), poll_interval=POLL_SECONDS)
        except Timeout:
            if left <= 0:
                raise LockedError(_refused(_who(holder), path, wait_seconds)) from None
            log.warning("copydesk: waiting for another run on %s: %s", path.parent.parent, _who(holder))
            told = True
        else:
            return


def _identity(path: Path) -> tuple[int, int]:
    known = path.stat()
    return known.st_dev, known.st_ino


def _self() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _who(holder: Path) -> str:
    try:
        known = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {known['pid']} on {known['host']} has held the lock since {known['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has just started holds the lock"


def _refused(who: str, path: Path, waited: float) -> str:
    advice = f"it was waited for {waited:g} s" if waited else "wait for it to end and run again, or run with --wait"
    return f"another run is at work on {path.parent.parent}: {who}; {advice}"
