"""Many runs at once: each a cell with its own run folder."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from joblib import Parallel, delayed, parallel_config
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from transect.run.config import Config
from transect.run.experiment import run
from transect.run.folder import RunFolder
from transect.run.trainings import join_parent
from transect.training.performance import physical_cores


def run_cells(
    cells: Mapping[str, Config], folder: Path, *, workers: int | None = None, progress: bool = True
) -> dict[str, str]:
    """Run every cell that is not finished yet, with one thread each.

    One thread a cell makes the numbers independent of how many run at once.

    Args:
        cells: Name of the cell -> its configuration. The cell's run folder bears the name.
        folder: Where the run folders lie; a finished one is kept, a half-done one is resumed.
        workers: Cells that run at once; one a physical core where None.
        progress: Whether to show how many cells are done and the time left.

    Returns:
        What went wrong, by the name of the cell; a failing cell does not stop the others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting = {name: config for name, config in cells.items() if not (folder / name).exists()}
    count = min(workers or physical_cores() or os.cpu_count() or 1, max(len(waiting), 1))
    failed: dict[str, str] = {}
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn())
    columns = (*columns, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not progress) as bar:
        task = bar.add_task("cells", total=len(cells), completed=len(cells) - len(waiting))
        for name, error in _results(waiting, folder, count):
            bar.advance(task)
            if error:
                failed[name] = error
                bar.console.print(f"{name}: {error}", style="red", markup=False)
    return failed


def _results(
    cells: Mapping[str, Config], folder: Path, workers: int
) -> Iterator[tuple[str, str | None]]:
    with parallel_config(backend="loky", inner_max_num_threads=1):
        parallel = Parallel(n_jobs=workers, return_as="generator_unordered")
        place = Path.cwd()
        calls = (
            delayed(_run_cell)(name, config, folder / name, place) for name, config in cells.items()
        )
        for result in parallel(calls):
            assert result is not None, "joblib yields the value of every call"
            yield result


def _run_cell(name: str, config: Config, path: Path, place: Path) -> tuple[str, str | None]:
    join_parent(place)
    try:
        resume = RunFolder(path).unfinished
        run(config, path, resume=resume, progress=False, pages=False)
    # Whatever breaks one cell is reported with its name and must not stop the others.
    except Exception as error:
        return name, f"{type(error).__name__}: {error}"
    return name, None
