"""Work in copies of this process, which need no time to import what it has imported."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from transect.run.workers import Spread, as_finished, end_with
from transect.training.performance import set_threads, use_physical_cores

MOST = 4
"""Copies at most: no stage of a run has more parts that take long."""


@contextmanager
def copied(*, alone: bool) -> Iterator[Spread]:
    """Spread work over copies of this process as long as the body runs, where that is safe.

    Copies are forks. A fork of a process whose threads have computed may wait for them for ever,
    so it must not have used torch or numba for more than importing them. Otherwise, and where
    there is one thread or the system is not Linux, work goes to processes that start afresh.

    Args:
        alone: Whether this process is a program of its own that has computed nothing yet.

    Yields:
        How to reach them, as `as_finished` does.
    """
    count = min(use_physical_cores(), MOST)
    if not alone or count < 2 or sys.platform != "linux":
        yield as_finished
        return
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(count, context, initializer=_settle, initargs=(os.getpid(),))
    # The first call starts all of them, before there are threads that they would be copied with.
    pool.submit(os.getpid).result()
    try:
        yield partial(_as_finished, pool)
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown()


def _settle(parent: int) -> None:
    # The one that is interrupted at the keyboard ends its copies itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent)


def _as_finished(
    pool: ProcessPoolExecutor,
    function: Callable[..., Any],
    arguments: Sequence[tuple[Any, ...]],
    workers: int,
    threads: int,
) -> Iterator[tuple[int, Any]]:
    waiting = iter(enumerate(arguments))
    running: dict[Future[Any], int] = {}
    while True:
        for at, chosen in islice(waiting, workers - len(running)):
            running[pool.submit(_work, threads, function, *chosen)] = at
        if not running:
            return
        for done in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(done), done.result()


def _work(threads: int, function: Callable[..., Any], *arguments: Any) -> Any:
    # What tunes a process later leaves a number alone that stands here.
    os.environ["OMP_NUM_THREADS"] = str(threads)
    set_threads(threads)
    return function(*arguments)
