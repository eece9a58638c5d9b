"""This machine, by joblib."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from transect.run.workers import as_finished
from transect.sweep.engine.base import Lost
from transect.training.performance import physical_cores


@dataclass(frozen=True)
class Local:
    """As many one-thread processes as there are cores.

    Cells of one thread each make the numbers independent of how many run at once, and finish
    sooner than fewer cells with more threads.

    Attributes:
        workers: Cells at once; one a physical core where None.

    Raises:
        ValueError: There is less than one worker.
    """

    workers: int | None = None

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"workers needs at least 1, got {self.workers}")

    def run(
        self, function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the place and the result of each call, as it is done; see `Engine`.

        Where a process ends before its call does, all calls at work are lost with it. They are
        tried again with half as many at once, since it may be that together they took too much
        memory. When there is one at a time, each is handed over after the one before has been
        yielded: otherwise a call that is done could be taken for the one that ended the process.
        """
        cores = self.workers or physical_cores() or os.cpu_count() or 1
        full = count = min(cores, max(len(arguments), 1))
        waiting = dict(enumerate(arguments))
        while waiting:
            places = list(waiting) if count > 1 else list(waiting)[:1]
            calls = [waiting[place] for place in places]
            try:
                for at, made in as_finished(function, calls, count, threads=1):
                    del waiting[places[at]]
                    yield places[at], made
            except BrokenProcessPool as error:
                if count > 1:
                    count //= 2
                    continue
                place = next(iter(waiting))
                del waiting[place]
                yield place, Lost(str(error).partition("\n")[0])
                count = full
