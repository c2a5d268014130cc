"""Map a step over units of work: in this process or on several; the result never depends on which."""

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol, TypeVar

import pyarrow as pa

from flows.errors import EngineError
from flows.forking import ignore_interrupts, interruptible, worker_context

Unit = TypeVar("Unit")
Result = TypeVar("Result")
Done = Callable[[int, int], None]
"""Called with units done and units in all."""


class Engine(Protocol):
    """What runs steps. A step is a module-level function of one unit; paths go in, counts come out."""

    @property
    def is_up(self) -> bool:
        """Whether it can begin to work at once."""

    def map(self, step: Callable[[Unit], Result], units: Sequence[Unit], done: Done) -> list[Result]:
        """Return the step's results in the units' order."""

    def close(self) -> None:
        """Let go of what the engine holds."""


class Inline:
    """Runs everything here, one after the other."""

    is_up = True

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
    """Runs units on a pool of processes, which come up while this one goes on."""

    def __init__(self, workers: int) -> None:
        self._starter = ThreadPoolExecutor(1)  # an interrupt doesn't end it halfway
        self._starting = self._starter.submit(_started_pool, workers)

    @property
    def is_up(self) -> bool:
        """Whether the processes are there."""
        return self._starting.done()

    def map(self, step: Callable[[Unit], Result], units: Sequence[Unit], done: Done) -> list[Result]:
        """Return the step's results in the units' order; the first error ends it."""
        if len(units) <= 1:
            return Inline().map(step, units, done)
        waiting, results = set[Future[Result]](), dict[int, Result]()
        with _all_or_none(waiting):
            pool = self._starting.result()
            order: dict[Future[Result], int] = {pool.submit(_tidy, step, unit): n for n, unit in enumerate(units)}
            waiting.update(order)
            while waiting:
                finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
                waiting -= finished
                for future in finished:
                    results[order[future]] = future.result()
                done(len(results), len(units))
        return [results[number] for number in range(len(units))]

    def close(self) -> None:
        """Stop the processes."""
        self._starter.shutdown()
        if not self._starting.exception():
            self._starting.result().shutdown(cancel_futures=True)


def _started_pool(workers: int) -> ProcessPoolExecutor:
    pool = ProcessPoolExecutor(workers, mp_context=worker_context(), initializer=_begin_worker)
    pool.submit(os.getpid).result()
    return pool


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
    with interruptible():
        result = step(unit)
    gc.collect()
    gc.freeze()  # what outlives a unit is cached for all: looking at it again would take longer than some units
    pa.default_memory_pool().release_unused()
    return result


def _begin_worker() -> None:
    """Each process is one of as many as there are cores: threads of its own would only contend."""
    ignore_interrupts()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A run that was killed can't stop its workers; they would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
