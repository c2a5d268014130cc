"""A limit of time for one record."""

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from flows.errors import RecordError

_AGAIN_SECONDS = 0.02
_HAS_ALARM = hasattr(signal, "setitimer")


class _State:
    """The process's: it has one alarm."""

    handled = False
    """Whether alarms are handled here."""
    seconds: float | None = None
    """The limit in force."""


def limited(seconds: float) -> AbstractContextManager[None]:
    """Raise RecordError in the block when it takes longer than `seconds` of wall time.

    It needs the operating system's alarm, which a process's main thread alone can set (workers read in theirs); in
    other threads, and where there is none, limits of bytes, lines and depth are what bounds a record.
    """
    return _Limited(seconds) if _State.handled else _limited_alone(seconds)


@contextmanager
def alarm() -> Iterator[None]:
    """Let all limits of the block share what handles the alarm: to set it takes longer than to read a short record.

    Other alarms are passed over in it. The handler that was there before is put back.
    """
    if _State.handled or not _may_set():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    _State.handled = True
    try:
        yield
    finally:
        _State.handled = False
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _limited_alone(seconds: float) -> Iterator[None]:
    with alarm(), _Limited(seconds):
        yield


class _Limited:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        if _may_set():
            _State.seconds = self._seconds
            # again, where a parser passes over what was raised in it; and not while it is still on its way up
            signal.setitimer(signal.ITIMER_REAL, self._seconds, min(1.0, max(self._seconds, _AGAIN_SECONDS)))

    def __exit__(self, *_raised: object) -> None:
        if _may_set():
            signal.setitimer(signal.ITIMER_REAL, 0)
            _State.seconds = None


def _may_set() -> bool:
    return _HAS_ALARM and threading.current_thread() is threading.main_thread()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    if _State.seconds is not None:
        told = f"it took longer than max_record_seconds ({_State.seconds:g}) to read"
        raise RecordError("too_slow", f"{told}; raise the setting if it is an article")
