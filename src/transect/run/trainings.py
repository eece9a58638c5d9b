"""The trainings of a run: the punctured model and its oracle, side by side where that pays."""

from functools import partial
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock
from numpy.typing import NDArray
from rich.progress import Progress, TaskID

from transect.image.staging import write_bytes, write_text
from transect.run import folder as files
from transect.run.component import LOSS, build
from transect.run.config import Config
from transect.run.folder import LOCK
from transect.run.model import build_model
from transect.run.setup import Setup, Stream, prepare
from transect.run.workers import side_by_side, watched
from transect.space import SPLITS
from transect.space.seeds import library_seed
from transect.training import sample_weights, save_weights, train
from transect.training.device import make_accelerator
from transect.training.progress import Status, read_status
from transect.training.tracking import Tracking

SCRATCH = "training"
"""Folder of the checkpoints, within the partial run folder."""

TRACKING = "tracking"
"""Folder of what a tracker writes, within the run folder."""

MODEL_NAME, ORACLE_NAME = "model", "oracle"
RESULTS = {
    MODEL_NAME: (files.MODEL, files.HISTORY),
    ORACLE_NAME: (files.ORACLE, files.ORACLE_HISTORY),
}
"""Name of a training -> the files that it ends with, the weights last."""


def train_models(
    setup: Setup,
    folder: Path,
    *,
    shared: Path | None = None,
    progress: bool,
) -> None:
    """Train the model of a run and its oracle, as far as they are not trained yet.

    On a CPU they train at the same time, each in a process with half of the threads: steps of
    small batches leave threads waiting for each other, so two trainings with one thread each
    finish sooner than one after the other with two.

    Args:
        setup: What to train on.
        folder: The partial run folder; checkpoints lie in its `SCRATCH`.
        shared: The folder of an oracle that is not this run's alone.
        progress: Whether to show progress.
    """
    wanted = [MODEL_NAME]
    if setup.hole is not None and setup.config.oracle:
        wanted.append(ORACLE_NAME)
    missing = [name for name in wanted if not is_trained(folder, name)]
    borrowed = shared if ORACLE_NAME in missing else None
    if borrowed is not None:
        missing.remove(ORACLE_NAME)
    threads = torch.get_num_threads()
    on_cpu = make_accelerator(setup.config.training).device.type == "cpu"
    # Which of them is missing must not matter: other threads round sums otherwise.
    if len(wanted) == 2 and missing and on_cpu and threads >= 2:
        tasks = [(setup.config, setup.store, folder, name) for name in missing]
        with watched(missing, partial(_show, folder), progress=progress):
            side_by_side(_train_anew, tasks, threads // 2)
    else:
        for name in missing:
            train_model(setup, folder, name, progress=progress)
    if borrowed is not None:
        # Last, since others have trained it meanwhile.
        train_shared_oracle(setup, borrowed)
        _take_oracle(borrowed, folder)


def is_trained(folder: Path, name: str) -> bool:
    """Return whether one of `RESULTS` lies in a folder."""
    return (folder / RESULTS[name][0]).exists()


def train_shared_oracle(setup: Setup, folder: Path) -> None:
    """Train an oracle for several runs, unless it is trained; one that is at work is waited for.

    Args:
        setup: Of any of these runs.
        folder: Where all of them find it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / LOCK):
        if not is_trained(folder, ORACLE_NAME):
            train_model(setup, folder, ORACLE_NAME, progress=False)


def _take_oracle(source: Path, folder: Path) -> None:
    """Copy a shared oracle to the partial run folder.

    Its history loses the error in the hole, which was that of another run's hole.
    """
    history = files.read_table(source / files.ORACLE_HISTORY, ("epoch",))
    files.write_table(folder / files.ORACLE_HISTORY, history.drop(columns="removed_nmse"))
    write_bytes(folder / files.ORACLE, (source / files.ORACLE).read_bytes())


def train_model(setup: Setup, folder: Path, name: str, *, progress: bool) -> None:
    """Train one model of a run and write its weights and history.

    Args:
        setup: What to train on.
        folder: The partial run folder.
        name: One of `RESULTS`.
        progress: Whether to show progress.
    """
    config, points, held = setup.config, setup.points, setup.held
    train_rows, held_out, removed = (points.where(split) for split in SPLITS)
    if name == MODEL_NAME:
        seen, images = points[train_rows], held.pixels(train_rows)
    else:
        seen = setup.oracle_points
        images = setup.dataset(seen).pixels()
    factors = np.concatenate([seen.factors, points.factors[held_out]])
    weights = _weights(setup, factors)
    model = build_model(config, setup.canvas, library_seed(config.seed, Stream.WEIGHTS))
    workplace = folder / SCRATCH / name
    train(
        model,
        build(LOSS, config.loss),
        images,
        held.pixels(held_out),
        config.training,
        seed=library_seed(config.seed, Stream.TRAINING),
        folder=workplace,
        weights=None if weights is None else weights[: len(seen)],
        validation_weights=None if weights is None else weights[len(seen) :],
        watched={"removed": held.pixels(removed)} if len(removed) else None,
        resume=workplace.exists(),
        progress=progress,
        title=name,
        tracking=_tracking(config, folder, name),
    )
    weights_file, history_file = RESULTS[name]
    write_text(folder / history_file, (workplace / "history.csv").read_text(encoding="utf-8"))
    save_weights(model, folder / weights_file)


def _tracking(config: Config, folder: Path, name: str) -> Tracking | None:
    if config.track == "off":
        return None
    return Tracking(config.track, folder / TRACKING, name)


def _weights(setup: Setup, factors: NDArray[np.float64]) -> NDArray[np.float64] | None:
    coefficients = setup.config.sample_weights
    if not coefficients:
        return None
    return sample_weights(factors, setup.world.space.names, coefficients)


def _train_anew(config: Config, store: Path | None, folder: Path, name: str) -> None:
    train_model(prepare(config, store), folder, name, progress=False)


def _show(folder: Path, progress: Progress, tasks: dict[str, TaskID]) -> None:
    """Show how far trainings in other processes are, read from their status."""
    for name, task in tasks.items():
        status = read_status(folder / SCRATCH / name)
        if is_trained(folder, name):
            total = 1 if status is None else status.steps
            progress.update(task, total=total, completed=total, state="done")
        elif status is not None:
            state = _state(status)
            progress.update(task, total=status.steps, completed=status.done, state=state)


def _state(status: Status) -> str:
    return f"epoch {status.epoch}: loss {status.loss:.4g}, {status.images_per_second:.0f} images/s"
