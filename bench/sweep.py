"""What a sweep costs beside its runs, and how long its table takes to read.

`python bench/sweep.py`; run it while nothing else runs.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from transect.run.config import Config, from_dict
from transect.run.experiment import run
from transect.sweep.engine import Local
from transect.sweep.results import TABLE, read_results
from transect.sweep.sweep import make_sweep, run_sweep

BARE = {
    "oracle": False,
    "report": False,
    "measure": {"recovery": False, "embedding": False, "attribution": False},
    "canvas": {"size": 32},
}
CELL = from_dict({**BARE, "points": {"count": 2000}, "training": {"epochs": 4}})
EMPTY = from_dict({**BARE, "points": {"count": 40}, "training": {"epochs": 1}})
CELLS = 8
ROWS = 10_000


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def serial(config: Config, count: int, folder: Path) -> None:
    torch.set_num_threads(1)
    for seed in range(count):
        run(from_dict({"seed": seed}, config), folder / str(seed), progress=False)


def swept(config: Config, count: int, folder: Path, workers: int) -> None:
    sweep = make_sweep(config, {"seed": list(range(count))}, None)
    assert not run_sweep(sweep, folder, engine=Local(workers), progress=False)


def parallel(folder: Path) -> None:
    # A first run compiles and imports for both, and starts the workers.
    serial(EMPTY, 1, folder / "warm")
    swept(EMPTY, 2, folder / "warm-sweep", 2)
    one = seconds(lambda: serial(CELL, CELLS, folder / "serial"))
    two = seconds(lambda: swept(CELL, CELLS, folder / "sweep", 2))
    print(f"{CELLS} equal cells one after the other, one thread  {one:7.1f} s")
    print(f"the same by 2 workers                             {two:7.1f} s")
    print(f"ratio to the half of the serial time              {two / (one / 2):7.2f}")


def empty(folder: Path) -> None:
    few = seconds(lambda: swept(EMPTY, 4, folder / "few", 1))
    many = seconds(lambda: swept(EMPTY, 24, folder / "many", 1))
    print(f"an empty cell (40 images, 1 epoch)              {(many - few) / 20:7.2f} s")


def table(folder: Path) -> None:
    random = np.random.default_rng(0)
    values = pd.DataFrame(
        random.random((ROWS, 350)), columns=[f"metric_{k}" for k in range(350)]
    ).assign(**{"hole.radius": random.choice([0.1, 0.3, 0.5], ROWS), "seed": np.arange(ROWS) % 5})
    values.to_parquet(folder / TABLE)
    columns, filters = ["metric_7", "hole.radius", "seed"], [("hole.radius", "==", 0.3)]
    read_results(folder, columns, filters)
    spent = min(seconds(lambda: read_results(folder, columns, filters)) for _ in range(5))
    whole = min(seconds(lambda: read_results(folder)) for _ in range(3))
    print(f"{ROWS} rows of 352 columns: 3 columns, filtered    {spent * 1e3:7.1f} ms")
    print(f"all of it                                         {whole * 1e3:7.1f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        for part in (parallel, empty, table):
            place = Path(name) / part.__name__
            place.mkdir()
            part(place)
