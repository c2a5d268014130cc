"""A limit of time for one record."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from flows.errors import RecordError

_AGAIN_SECONDS = 0.02


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise RecordError in the block when it takes longer than `seconds` of wall time.

    It needs the operating system's alarm, which a process's main thread alone can set (workers read in theirs); in
    other threads, and where there is none, limits of bytes, lines and depth are what bounds a record.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told = f"it took longer than max_record_seconds ({seconds:g}) to read"
        raise RecordError("too_slow", f"{told}; raise the setting if it is an article")

    before = signal.signal(signal.SIGALRM, stop)
    # again, where a parser passes over what was raised in it; and not while it is still on its way up
    signal.setitimer(signal.ITIMER_REAL, seconds, min(1.0, max(seconds, _AGAIN_SECONDS)))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
