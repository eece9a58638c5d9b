"""Work in other processes of this machine, which end with the one that started them."""

import ctypes
import gc
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from joblib import Parallel, delayed, parallel_config
from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn

POLL = 0.5
"""Seconds between two looks at work in other processes."""

Update = Callable[[Progress, dict[str, TaskID]], None]
"""Brings bars up to date, given by their names."""


def as_finished(
    function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], workers: int, threads: int
) -> Iterator[tuple[int, Any]]:
    """Yield the place of each of the arguments and what `function` makes of it, as it is finished.

    Args:
        function: Importable by its name.
        arguments: Of each call; they and what is returned are pickled.
        workers: Processes at once, 1 or more.
        threads: Of each process.
    """
    # A worker that has grown is replaced by a fresh one, which nobody needs to know.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
    here = _Surroundings(Path.cwd(), tuple(sys.path))
    calls = (delayed(_work)(here, at, function, *chosen) for at, chosen in enumerate(arguments))
    with parallel_config(backend="loky", inner_max_num_threads=threads):
        # With a single job joblib would call it here, with as many threads as are at hand.
        parallel = Parallel(
            n_jobs=max(workers, 2),
            pre_dispatch=workers,  # pyright: ignore[reportArgumentType]
            batch_size=1,  # pyright: ignore[reportArgumentType]
            return_as="generator_unordered",
        )
        yield from parallel(calls)  # pyright: ignore[reportReturnType]


def side_by_side(
    function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], threads: int
) -> list[Any]:
    """Return what `function` makes of each of the arguments, all at once, a process each.

    Args:
        function: Importable by its name.
        arguments: Of each call; they and what is returned are pickled.
        threads: Of each process.
    """
    found = dict(as_finished(function, arguments, len(arguments), threads))
    return [found[place] for place in range(len(arguments))]


@contextmanager
def watched(names: Sequence[str], update: Update, *, progress: bool) -> Iterator[None]:
    """Show on standard error how far work in other processes is, while the body runs.

    Args:
        names: Of the bars.
        update: Brings the bar of each name up to date; it is called every `POLL` seconds, in
            another thread, and once when the body is over.
        progress: Whether to show anything.
    """
    if not progress:
        yield
        return
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(names, update, done))
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(names: Sequence[str], update: Update, done: threading.Event) -> None:
    columns = (*Progress.get_default_columns(), TextColumn("{task.fields[state]}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {name: bar.add_task(name, total=None, state="") for name in names}
        over = False
        while not over:
            over = done.wait(POLL)
            update(bar, tasks)


class _Surroundings(NamedTuple):
    """Where a process works and looks for modules."""

    folder: Path
    modules: tuple[str, ...]


def _work(
    here: _Surroundings, at: int, function: Callable[..., Any], *arguments: Any
) -> tuple[int, Any]:
    # Workers are kept for later calls, so their surroundings may be those of an earlier one.
    os.chdir(here.folder)
    sys.path[:] = here.modules
    # One that outlived its parent would go on writing to a folder that a resumed run works in.
    _end_with(os.getppid())
    try:
        return at, function(*arguments)
    finally:
        _give_back_memory()


def _give_back_memory() -> None:
    """Return what is free to the system, where the C library can.

    It keeps hundreds of megabytes after a training. loky takes that for a leak, and replaces the
    worker by one that has to import everything first.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


@cache
def _end_with(parent: int) -> None:
    """End this process soon after its parent; once is enough for all calls of a worker."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
