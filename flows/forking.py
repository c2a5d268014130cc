"""The process that workers are forked from: it imports and loads once what all of them need.

Light to import: it begins beside the imports of the process that wants the workers.
"""

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.context import BaseContext
from multiprocessing.forkserver import ensure_running

LOADED = [
    "flows.steps.unpacking",
    "flows.steps.clean",
    "flows.steps.assemble",
    "flows.steps.audit",
    "flows.steps.ready",
]
"""Modules it imports, in this order."""


def start_ahead() -> bool:
    """Begin to start it, if it isn't there; workers will be up within milliseconds once it is.

    It takes a second of another core, and ends with this process. Return whether there is one: processes can't be
    forked everywhere, and where the path of the temporary folder is too long there is no socket to reach it by.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return False
    multiprocessing.set_forkserver_preload(LOADED)
    resource_tracker.ensure_running()  # else the server starts it, and lets interrupts through after that
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        ensure_running()
    except OSError:
        return False
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return True


def ignore_interrupts() -> None:
    """Have a key that interrupts the run pass this worker by: an idle one would but say where it was."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # which is as the process had it that this one is forked from
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


@contextmanager
def interruptible() -> Iterator[None]:
    """Let it end what this worker works on."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def worker_context() -> BaseContext:
    """Return how workers are started: from that process, for to fork one in which Arrow's threads run can hang both."""
    return multiprocessing.get_context("forkserver" if start_ahead() else "spawn")
