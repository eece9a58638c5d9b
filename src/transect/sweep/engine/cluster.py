"""A cluster, by Ray."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transect.sweep.engine.base import Lost

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True)
class Cluster:
    """The nodes of a Ray cluster, which share the folder that the sweep is made in.

    Each cell is a task that takes its processors and GPUs. A task whose node is lost starts again
    on another and goes on from the last checkpoint of its cell.

    Attributes:
        address: Of the head, as `host:6379`, or `auto` for the cluster that this machine belongs
            to; where None, a cluster of this machine alone is started and ended.
        cpus: Processors, and so threads, of a cell.
        gpus: GPUs of a cell; a part of one lets cells share it.
        retries: How often a cell starts again that lost its node.

    Raises:
        ValueError: A number is out of range.
    """

    address: str | None = None
    cpus: int = 1
    gpus: float = 0
    retries: int = 3

    def __post_init__(self) -> None:
        for name, least in (("cpus", 1), ("gpus", 0), ("retries", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} needs at least {least}, got {getattr(self, name)}")

    def run(
        self, function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the place and the result of each call, as it is done; see `Engine`.

        Raises:
            ValueError: Ray is not installed, or there is no cluster at the address.
        """
        ray = _ray()
        mine = not ray.is_initialized()
        if mine:
            _connect(ray, self.address)
        task = ray.remote(
            num_cpus=self.cpus, num_gpus=self.gpus, max_retries=self.retries, max_calls=0
        )(_work)
        surroundings = str(Path.cwd()), tuple(sys.path), self.cpus
        try:
            waiting = {
                task.remote(surroundings, function, chosen): place
                for place, chosen in enumerate(arguments)
            }
            while waiting:
                done, _ = ray.wait(list(waiting), num_returns=1)
                yield waiting.pop(done[0]), _result(ray, done[0])
        finally:
            if mine:
                ray.shutdown()


def _ray() -> Any:
    try:
        import ray  # noqa: PLC0415
    except ImportError as error:
        raise ValueError("the engine ray needs Ray: pip install 'transect[ray]'") from error
    return ray


def _result(ray: Any, task: Any) -> Any:
    """Return what a task returned, or that the last of its processes was lost."""
    try:
        return ray.get(task)
    except ray.exceptions.RayError as error:
        return Lost(f"{type(error).__name__}: {str(error).partition(chr(10))[0]}")


def _connect(ray: Any, address: str | None) -> None:
    # Ray counts itself; nothing of a sweep leaves the cluster.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        ray.init(
            address=address, include_dashboard=False, log_to_driver=False, logging_level="error"
        )
    except (ConnectionError, ValueError) as error:
        raise ValueError(f"no Ray cluster at {address!r}: {error}") from error


def _work(
    surroundings: tuple[str, tuple[str, ...], int], function: Callable[..., Any], arguments: Any
) -> Any:
    folder, modules, threads = surroundings
    os.chdir(folder)
    sys.path[:] = list(dict.fromkeys((*modules, *sys.path)))
    for name in THREAD_VARIABLES:
        os.environ[name] = str(threads)
    import torch  # noqa: PLC0415

    torch.set_num_threads(threads)
    return function(*arguments)
