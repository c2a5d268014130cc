"""A limit of time for one record."""

import math
import signal
import threading
import time
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
    rings_at = math.inf
    """When the alarm goes off, or a little later; infinite where it isn't set."""
    seconds: float | None = None
    """The limit in force."""
    ends_at = 0.0


def limited(seconds: float) -> AbstractContextManager[None]:
    """Raise RecordError in the block when it takes longer than `seconds` of wall time.

    It needs the operating system's alarm, which a process's main thread alone can set (workers read in theirs); in
    other threads, and where there is none, limits of bytes, lines and depth are what bounds a record.
    """
    return _Limited(seconds) if _State.handled else _limited_alone(seconds)


@contextmanager
def alarm() -> Iterator[None]:
    """Let all limits of the block share one alarm: to set it up takes longer than to read a short record.

    It goes off once in the time of a limit, and is set again for the limit that is in force then. Other alarms are
    passed over in the block. The handler that was there before is put back.
    """
    if _State.handled or not _may_set():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    _State.handled = True
    try:
        yield
    finally:
        _set(0)
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
            _State.ends_at = time.monotonic() + self._seconds
            _State.seconds = self._seconds
            if _State.ends_at < _State.rings_at:
                _set(self._seconds)

    def __exit__(self, *_raised: object) -> None:
        if _may_set():
            _State.seconds = None


def _may_set() -> bool:
    return _HAS_ALARM and threading.current_thread() is threading.main_thread()


def _set(seconds: float) -> None:
    """Set the alarm, and to go off again where a parser passes over what was raised in it; 0: take it back."""
    _State.rings_at = time.monotonic() + seconds if seconds else math.inf
    again = min(1.0, max(seconds, _AGAIN_SECONDS))  # not while what was raised is still on its way up
    signal.setitimer(signal.ITIMER_REAL, seconds, again if seconds else 0)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    if _State.seconds is None:
        _set(0)
        return
    left = _State.ends_at - time.monotonic()
    if left > 0:
        _set(left)
        return
    told = f"it took longer than max_record_seconds ({_State.seconds:g}) to read"
    raise RecordError("too_slow", f"{told}; raise the setting if it is an article")
