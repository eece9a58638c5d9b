"""Many runs at once: each a cell with its own run folder."""

import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from rich.progress import Progress, TaskID

from transect.run.config import Config
from transect.run.engine import Engine, Local
from transect.run.experiment import run
from transect.run.folder import RunFolder
from transect.run.setup import prepare
from transect.run.sharing import SHARED, Shared, share
from transect.run.trainings import ORACLE_NAME, SCRATCH, is_trained, train_model
from transect.run.workers import watched
from transect.training.status import STATUS, read_status


def run_cells(
    cells: Mapping[str, Config],
    folder: Path,
    *,
    engine: Engine | None = None,
    progress: bool = True,
) -> dict[str, str]:
    """Run every cell that is not finished yet.

    Oracles and pictures that several cells share are made once; they lie in `SHARED` beside the
    folder until all cells are finished.

    Args:
        cells: Name of the cell -> its configuration. The cell's run folder bears the name.
        folder: Where the run folders lie; a finished one is kept, a half-done one is resumed.
        engine: Where they run; this machine where None.
        progress: Whether to show how far the cells are and the time left.

    Returns:
        What went wrong, by the name of the cell; a failing cell does not stop the others.
    """
    engine = engine or Local()
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    store = folder.with_name(SHARED)
    shared = share(cells, store)
    waiting = [name for name in cells if not (folder / name).exists()]
    with watched(["cells"], partial(_show, cells, folder), progress=progress):
        oracles = {shared[name].oracle: cells[name] for name in waiting}
        made = [(config, path) for path, config in oracles.items() if path is not None]
        for _ in engine.run(_make_oracle, made):
            pass
        tasks = [(name, cells[name], folder / name, shared[name]) for name in waiting]
        failed = {name: error for _, (name, error) in engine.run(_run_cell, tasks) if error}
    if not failed:
        shutil.rmtree(store, ignore_errors=True)
    return failed


def _make_oracle(config: Config, path: Path) -> None:
    try:
        if not is_trained(path, ORACLE_NAME):
            path.mkdir(parents=True, exist_ok=True)
            train_model(prepare(config), path, ORACLE_NAME, progress=False)
    # Each of the cells that need it tries again for itself, and its error is that of the cell.
    except Exception:
        shutil.rmtree(path, ignore_errors=True)


def _run_cell(name: str, config: Config, path: Path, shared: Shared) -> tuple[str, str | None]:
    try:
        run(config, path, resume=RunFolder(path).unfinished, progress=False, shared=shared)
    # Whatever breaks one cell is reported with its name and must not stop the others.
    except Exception as error:
        return name, f"{type(error).__name__}: {error}"
    return name, None


def _show(
    cells: Mapping[str, Config], folder: Path, progress: Progress, tasks: dict[str, TaskID]
) -> None:
    """Show what share of the trainings of all cells is done, read from their status."""
    finished = sum((folder / name).exists() for name in cells)
    begun = sum(_share(RunFolder(folder / name).partial) for name in cells)
    oracles = folder.with_name(SHARED) / "oracles"
    training = sum(1 for path in oracles.glob("*") if not is_trained(path, ORACLE_NAME))
    state = f"{finished} of {len(cells)} done"
    if training:
        state += f", {training} shared oracles in training"
    progress.update(tasks["cells"], total=len(cells), completed=finished + begun, state=state)


def _share(path: Path) -> float:
    """Return the share of a cell's trainings that is done, 0 where it isn't running."""
    statuses = (path / SCRATCH).glob(f"*/{STATUS}")
    shares = [
        status.done / status.steps for folder in statuses if (status := read_status(folder.parent))
    ]
    return sum(shares) / len(shares) if shares else 0.0
