"""Map a step over units of work: in this process or on several; the result never depends on which."""

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol, TypeVar

import pyarrow as pa

from flows.errors import EngineError

Unit = TypeVar("Unit")
Result = TypeVar("Result")
Done = Callable[[int, int], None]
"""Called with units done and units in all."""


class Engine(Protocol):
    """What runs steps. A step is a module-level function of one unit; paths go in, counts come out."""

    def map(self, step: Callable[[Unit], Result], units: Sequence[Unit], done: Done) -> list[Result]:
        """Return the step's results in the units' order."""

    def close(self) -> None:
        """Let go of what the engine holds."""


class Inline:
    """Runs everything here, one after the other."""

    def map(self, step: Callable[[Unit], Result], units: Sequence[Unit], done: Done) -> list[Result]:
        """Return the step's results in the units' order."""
        results = []
        for number, unit in enumerate(units, 1):
            results.append(step(unit))
            done(number, len(units))
        return results

    def close(self) -> None:
        """Do nothing."""


class Processes:
    """Runs units on a pool of processes, started when they are first needed."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def map(self, step: Callable[[Unit], Result], units: Sequence[Unit], done: Done) -> list[Result]:
        """Return the step's results in the units' order; the first error ends it."""
        if len(units) <= 1:
            return Inline().map(step, units, done)
        pool = self._started()
        order: dict[Future[Result], int] = {pool.submit(_tidy, step, unit): n for n, unit in enumerate(units)}
        results: dict[int, Result] = {}
        waiting = set(order)
        with _all_or_none(waiting):
            while waiting:
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                waiting -= finished
                for future in finished:
                    results[order[future]] = future.result()
                done(len(results), len(units))
        return [results[number] for number in range(len(units))]

    def close(self) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = _new_pool(self._workers)
        return self._pool


class Helped:
    """Runs units here, and on helpers too once these are up: they start beside the first units.

    For runs that would be half done by the time that a pool of processes has started.
    """

    def __init__(self, helpers: int) -> None:
        self._helpers = helpers
        self._starter = ThreadPoolExecutor(1)
        self._starting = self._starter.submit(_started_pool, helpers)

    def map(self, step: Callable[[Unit], Result], units: Sequence[Unit], done: Done) -> list[Result]:
        """Return the step's results in the units' order; the first error ends it."""
        waiting, sent = deque(range(len(units))), dict[Future[Result], int]()
        results: dict[int, Result] = {}
        with _all_or_none(sent):
            while waiting or sent:
                self._send(step, units, waiting, sent)
                if waiting:
                    number = waiting.popleft()
                    results[number] = step(units[number])
                else:
                    wait(sent, return_when=FIRST_COMPLETED)
                for future in [future for future in sent if future.done()]:
                    results[sent.pop(future)] = future.result()
                done(len(results), len(units))
        return [results[number] for number in range(len(units))]

    def close(self) -> None:
        """Stop the helpers."""
        self._starter.shutdown()
        if not self._starting.exception():
            self._starting.result().shutdown(cancel_futures=True)

    def _send(
        self,
        step: Callable[[Unit], Result],
        units: Sequence[Unit],
        waiting: deque[int],
        sent: dict[Future[Result], int],
    ) -> None:
        """Give each helper that is up a unit, and a second one to go on with while this process is busy with its own.

        Not of the last units: this process would be idle while they are worked on one after the other.
        """
        if not self._starting.done() or self._starting.exception():
            return
        each = 2 if len(waiting) > 2 * self._helpers else 1
        while len(waiting) > 1 and len(sent) < each * self._helpers:
            number = waiting.popleft()
            sent[self._starting.result().submit(_tidy, step, units[number])] = number


def _started_pool(workers: int) -> ProcessPoolExecutor:
    pool = _new_pool(workers)
    wait([pool.submit(os.getpid) for _ in range(workers)])
    return pool


def _new_pool(workers: int) -> ProcessPoolExecutor:
    # forking a process in which Arrow's threads run can hang the child: start afresh
    methods = multiprocessing.get_all_start_methods()
    method = "forkserver" if "forkserver" in methods else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":  # imports once what all of them need
        context.set_forkserver_preload(["flows.steps.clean", "flows.steps.assemble", "flows.steps.audit"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)


@contextmanager
def _all_or_none(waiting: Collection[Future[Result]]) -> Iterator[None]:
    """Cancel what still waits when a unit failed; say so when a worker was killed."""
    try:
        yield
    except BrokenProcessPool:
        raise EngineError(
            "a worker process was killed, most likely for want of memory; run with fewer --workers; the tables "
            "are as they were"
        ) from None
    except BaseException:
        for future in waiting:
            future.cancel()
        raise


def _tidy(step: Callable[[Unit], Result], unit: Unit) -> Result:
    """Run a step and give back what it took: pools keep what they free, and units differ in size."""
    result = step(unit)
    gc.collect()
    gc.freeze()  # what outlives a unit is cached for all: looking at it again would take longer than some units
    pa.default_memory_pool().release_unused()
    return result


def _begin_worker() -> None:
    """Each process is one of as many as there are cores: threads of its own would only contend."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A run that was killed can't stop its workers; they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
