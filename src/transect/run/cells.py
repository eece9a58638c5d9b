"""Many runs at once: each a cell with its own run folder."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from rich.progress import Progress, TaskID

from transect.run.config import Config
from transect.run.experiment import run
from transect.run.folder import RunFolder
from transect.run.trainings import SCRATCH
from transect.run.workers import as_finished, watched
from transect.training.performance import physical_cores
from transect.training.status import STATUS, read_status


def run_cells(
    cells: Mapping[str, Config], folder: Path, *, workers: int | None = None, progress: bool = True
) -> dict[str, str]:
    """Run every cell that is not finished yet, with one thread each.

    One thread a cell makes the numbers independent of how many run at once.

    Args:
        cells: Name of the cell -> its configuration. The cell's run folder bears the name.
        folder: Where the run folders lie; a finished one is kept, a half-done one is resumed.
        workers: Cells that run at once; one a physical core where None.
        progress: Whether to show how far the cells are and the time left.

    Returns:
        What went wrong, by the name of the cell; a failing cell does not stop the others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting = {name: config for name, config in cells.items() if not (folder / name).exists()}
    count = min(workers or physical_cores() or os.cpu_count() or 1, max(len(waiting), 1))
    arguments = [(name, config, folder / name) for name, config in waiting.items()]
    failed: dict[str, str] = {}
    with watched(["cells"], partial(_show, cells, folder), progress=progress):
        for _, (name, error) in as_finished(_run_cell, arguments, count, threads=1):
            if error:
                failed[name] = error
    return failed


def _run_cell(name: str, config: Config, path: Path) -> tuple[str, str | None]:
    try:
        run(config, path, resume=RunFolder(path).unfinished, progress=False)
    # Whatever breaks one cell is reported with its name and must not stop the others.
    except Exception as error:
        return name, f"{type(error).__name__}: {error}"
    return name, None


def _show(
    cells: Mapping[str, Config], folder: Path, progress: Progress, tasks: dict[str, TaskID]
) -> None:
    """Show what share of the trainings of all cells is done, read from their status."""
    finished = sum((folder / name).exists() for name in cells)
    begun = sum(_share(folder / name) for name in cells)
    state = f"{finished} of {len(cells)} done"
    progress.update(tasks["cells"], total=len(cells), completed=finished + begun, state=state)


def _share(path: Path) -> float:
    """Return the share of a cell's trainings that is done, 0 where it isn't running."""
    statuses = (RunFolder(path).partial / SCRATCH).glob(f"*/{STATUS}")
    shares = [
        status.done / status.steps for folder in statuses if (status := read_status(folder.parent))
    ]
    return sum(shares) / len(shares) if shares else 0.0
