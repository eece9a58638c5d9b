"""Work in other processes of this machine, which end with the one that started them."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed, parallel_config

POLL = 0.5
"""Seconds between two looks at work in other processes."""


def side_by_side(
    function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]], threads: int
) -> list[Any]:
    """Return what `function` makes of each of the arguments, all at once, a process each.

    Args:
        function: Importable by its name.
        arguments: Of each call; they and what is returned are pickled.
        threads: Of each process.
    """
    with parallel_config(backend="loky", inner_max_num_threads=threads):
        calls = (delayed(work)(Path.cwd(), function, *chosen) for chosen in arguments)
        return Parallel(n_jobs=len(arguments))(calls)  # pyright: ignore[reportReturnType]


def work(place: Path, function: Callable[..., Any], *arguments: Any) -> Any:
    """Return `function(*arguments)`, called in a worker.

    It works where the starting process works, and ends soon after it, even if that was killed.
    Workers are kept for later calls, so their working folder may be an earlier one's. And a worker
    that outlived its parent would go on writing to a folder that a resumed run works in.

    Args:
        place: The working folder of the starting process.
        function: What to call.
        arguments: What to call it with.
    """
    os.chdir(place)
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(POLL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    return function(*arguments)
