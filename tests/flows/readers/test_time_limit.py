"""What a limit of time for one record stops, and what it leaves as it was."""

import signal
import threading
import time
from contextlib import suppress

import pytest

from flows.errors import RecordError
from flows.readers.time_limit import alarm, limited


def test_a_block_that_takes_too_long_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(RecordError, match=r"longer than max_record_seconds \(0.05\)"), limited(0.05):
        time.sleep(5)
    assert time.monotonic() - began < 2


def test_a_second_limit_counts_anew() -> None:
    with limited(0.05):
        pass
    with limited(30):
        time.sleep(0.1)
    with pytest.raises(RecordError), limited(0.05):
        time.sleep(5)


def test_the_handler_of_somebody_else_is_put_back() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _frame: heard.append(number))
    try:
        with limited(30):
            pass
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert heard == [signal.SIGALRM]


def test_a_parser_that_swallows_the_stop_is_stopped_again() -> None:
    def parse() -> None:
        with suppress(RecordError):
            time.sleep(5)
        time.sleep(5)

    with pytest.raises(RecordError), limited(0.05):
        parse()


def test_other_threads_have_no_alarm() -> None:
    done: list[bool] = []

    def read() -> None:
        with limited(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert done == [True]


def test_limits_share_a_handler() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with alarm():
        with limited(30):
            handler = signal.getsignal(signal.SIGALRM)
        signal.raise_signal(signal.SIGALRM)  # nothing is limited now
        with pytest.raises(RecordError), limited(0.05):
            time.sleep(5)
        assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_limit_that_outlives_the_alarm_of_those_before_is_its_own() -> None:
    with alarm():
        for _ in range(4):  # the first one's alarm goes off in the third
            with limited(0.12):
                time.sleep(0.05)
        began = time.monotonic()
        with pytest.raises(RecordError), limited(0.12):
            time.sleep(5)
        assert 0.1 < time.monotonic() - began < 2


def test_a_shorter_limit_does_not_wait_for_a_longer_ones_alarm() -> None:
    began = time.monotonic()
    with alarm():
        with limited(30):
            pass
        with pytest.raises(RecordError), limited(0.05):
            time.sleep(5)
        with limited(30):
            time.sleep(0.1)
    assert time.monotonic() - began < 2
