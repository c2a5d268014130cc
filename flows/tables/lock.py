"""One run at a time on one processed folder."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.errors import LockedError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock at `path`; the operating system frees it when its holder dies.

    Raises LockedError, naming the holder and since when, when another run holds it.
    """
    holder = path.with_suffix(".holder.json")
    lock = FileLock(path, is_singleton=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(_who(holder, path)) from None
    try:
        holder.write_text(json.dumps(_self()), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _self() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _who(holder: Path, path: Path) -> str:
    try:
        known = json.loads(holder.read_text(encoding="utf-8"))
        who = f"process {known['pid']} on {known['host']} has held the lock since {known['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "a process that has just started holds the lock"
    return f"another run is at work on {path.parent.parent}: {who}; wait for it to end and run again"
