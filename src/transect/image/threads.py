"""Work on many images, a few at a time, in threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def in_chunks(
    task: Callable[[slice], None], count: int, chunk: int, threads: int | None = None
) -> None:
    """Call `task` for slices of at most `chunk` rows that together cover `range(count)`.

    Where the slices lie does not depend on the number of threads. Threads help where the task
    gives up the interpreter lock, as NumPy and the stroke kernel do.

    Args:
        task: Works on some rows; calls are independent of one another.
        count: Number of rows.
        chunk: Rows a call.
        threads: Number of threads, as many as the process may use cores if None.

    Raises:
        ValueError: `threads` is below 1.
    """
    if threads is not None and threads < 1:
        raise ValueError(f"threads needs at least 1, or None for all cores, got {threads}")
    rows = [slice(start, min(start + chunk, count)) for start in range(0, count, chunk)]
    workers = min(threads or len(os.sched_getaffinity(0)), len(rows))
    if workers <= 1:
        for part in rows:
            task(part)
        return
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(task, part) for part in rows]
        for job in jobs:
            job.result()
