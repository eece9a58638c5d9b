"""Many runs at once: each a cell with its own run folder."""

import contextlib
import shutil
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import Progress, TaskID

from transect.run.config import Config
from transect.run.experiment import run
from transect.run.folder import PARTIAL, RunFolder
from transect.run.repeats import notices_before
from transect.run.setup import prepare
from transect.run.sharing import SHARED, Shared, image_key, oracle_key, share
from transect.run.trainings import (
    MODEL_NAME,
    ORACLE_NAME,
    SCRATCH,
    is_trained,
    train_shared_oracle,
)
from transect.run.workers import watched
from transect.sweep.engine import Engine, Local, Lost
from transect.training.progress import read_status


def run_cells(
    cells: Mapping[str, Config],
    folder: Path,
    *,
    engine: Engine | None = None,
    progress: bool = True,
) -> dict[str, str]:
    """Run every cell that is not finished yet.

    Oracles and images that several cells share are made once; they lie in `SHARED` beside the
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
    _warn_of_repeats({name: cells[name] for name in waiting})
    oracles = {shared[name].oracle: cells[name] for name in waiting}
    made = {path: config for path, config in oracles.items() if path is not None}
    show = partial(_show, folder, _trainings(cells, shared), list(made))
    with watched(["cells"], show, progress=progress):
        # Oracles first: whoever needs one has it when its own model is trained.
        tasks = [(_make_oracle, config, path) for path, config in made.items()]
        tasks += [(_run_cell, cells[name], folder / name, shared[name]) for name in waiting]
        failed = {
            waiting[at - len(made)]: _words(error)
            for at, error in engine.run(_call, tasks)
            if error and at >= len(made)
        }
    if not failed:
        shutil.rmtree(store, ignore_errors=True)
    return failed


def _warn_of_repeats(cells: Mapping[str, Config]) -> None:
    """Warn of images on both sides of a split, once where several cells have the same images."""
    first: dict[str, str] = {}
    for name, config in cells.items():
        first.setdefault(image_key(config), name)
    for name in first.values():
        notices: tuple[str, ...] = ()
        # A cell that can't be drawn tells so itself.
        with contextlib.suppress(Exception):
            notices = notices_before(prepare(cells[name]))
        for notice in notices:
            warnings.warn(f"cell {name}: {notice}", stacklevel=3)


def _call(function: Callable[..., str | None], *arguments: Any) -> str | None:
    return function(*arguments)


def _make_oracle(config: Config, path: Path) -> None:
    # Each of the cells that need it tries again, and its error is that of the cell.
    with contextlib.suppress(Exception):
        train_shared_oracle(prepare(config), path)


def _run_cell(config: Config, path: Path, shared: Shared) -> str | None:
    try:
        run(config, path, resume=RunFolder(path).unfinished, progress=False, shared=shared)
    # Whatever breaks one cell is reported with its name and must not stop the others.
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _words(error: str | Lost) -> str:
    return error.reason if isinstance(error, Lost) else error


def _trainings(
    cells: Mapping[str, Config], shared: Mapping[str, Shared]
) -> dict[str, tuple[str, ...]]:
    """Return the names of the trainings that each cell does itself."""
    own = {name for name, config in cells.items() if oracle_key(config)}
    return {
        name: (MODEL_NAME, ORACLE_NAME)
        if name in own and shared[name].oracle is None
        else (MODEL_NAME,)
        for name in cells
    }


def _show(
    folder: Path,
    trainings: Mapping[str, tuple[str, ...]],
    oracles: list[Path],
    progress: Progress,
    tasks: dict[str, TaskID],
) -> None:
    """Show what share of the trainings of all cells is done, read from their status.

    A shared oracle counts as much as a cell. The folder is listed once: there may be thousands.
    """
    there = {path.name for path in folder.iterdir()}
    finished = sum(name in there for name in trainings)
    begun = [
        sum(_share(folder / (name + PARTIAL), one) for one in own) / len(own)
        for name, own in trainings.items()
        if name + PARTIAL in there
    ]
    learnt = [_share(path, ORACLE_NAME) for path in oracles if path.exists()]
    state = f"{finished} of {len(trainings)} done"
    trained = sum(share == 1 for share in learnt)
    if trained < len(oracles):
        state += f", {trained} of {len(oracles)} shared oracles trained"
    progress.update(
        tasks["cells"],
        total=len(trainings) + len(oracles),
        completed=finished + sum(begun) + sum(learnt),
        state=state,
    )


def _share(path: Path, name: str) -> float:
    """Return the share of a training that is done, 0 before it has begun."""
    if is_trained(path, name):
        return 1.0
    status = read_status(path / SCRATCH / name)
    return status.done / status.steps if status else 0.0
