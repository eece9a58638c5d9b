"""The trainings of a run: the punctured model and its oracle, side by side where that pays."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import Progress, TaskID

from transect.run import folder as files
from transect.run.codec import build_model
from transect.run.component import build
from transect.run.config import Config
from transect.run.setup import Setup, Stream, prepare, stream_seed
from transect.run.workers import side_by_side, watched
from transect.training import sample_weights, save_weights, train
from transect.training.device import make_accelerator
from transect.training.status import Status, read_status

SCRATCH = "training"
"""Folder of the checkpoints, within the partial run folder."""

RESULTS = {
    "model": (files.MODEL, files.HISTORY),
    "oracle": (files.ORACLE, files.ORACLE_HISTORY),
}
"""Name of a training -> the files that it ends with."""


def train_models(setup: Setup, folder: Path, *, progress: bool) -> None:
    """Train the model of a run and its oracle, as far as they are not trained yet.

    On a CPU they train at the same time, each in a process with half of the threads: steps of
    small batches leave threads waiting for each other, so two trainings with one thread each
    finish sooner than one after the other with two.

    Args:
        setup: What to train on.
        folder: The partial run folder; checkpoints lie in its `SCRATCH`.
        progress: Whether to show progress.
    """
    wanted = ["model"]
    if setup.hole is not None and setup.config.oracle:
        wanted.append("oracle")
    missing = [name for name in wanted if not (folder / RESULTS[name][0]).exists()]
    threads = torch.get_num_threads()
    on_cpu = make_accelerator(setup.config.training).device.type == "cpu"
    # Which of them is missing must not matter: other threads round sums otherwise.
    if len(wanted) == 2 and missing and on_cpu and threads >= 2:
        _train_side_by_side(setup.config, folder, missing, threads // 2, progress=progress)
        return
    for name in missing:
        train_model(setup, folder, name, progress=progress)


def train_model(setup: Setup, folder: Path, name: str, *, progress: bool) -> None:
    """Train one model of a run and write its weights and history.

    Args:
        setup: What to train on.
        folder: The partial run folder.
        name: One of `RESULTS`.
        progress: Whether to show progress.
    """
    config, points = setup.config, setup.points
    seen = points[points.where("train")] if name == "model" else setup.oracle_points
    held_out = points[points.where("validation")]
    removed = points[points.where("removed")]
    factors = np.concatenate([seen.factors, held_out.factors])
    weights = _weights(setup, factors)
    model = build_model(config, setup.canvas, stream_seed(config.seed, Stream.WEIGHTS))
    workplace = folder / SCRATCH / name
    train(
        model,
        build("loss", config.loss),
        setup.dataset(seen).pictures(),
        setup.dataset(held_out).pictures(),
        config.training,
        seed=stream_seed(config.seed, Stream.TRAINING),
        folder=workplace,
        weights=None if weights is None else weights[: len(seen)],
        validation_weights=None if weights is None else weights[len(seen) :],
        watched={"removed": setup.dataset(removed).pictures()} if len(removed) else None,
        resume=workplace.exists(),
        progress=progress,
        title=name,
    )
    weights_file, history_file = RESULTS[name]
    files.write_text(folder / history_file, (workplace / "history.csv").read_text())
    save_weights(model, folder / weights_file)


def _weights(setup: Setup, factors: NDArray[np.float64]) -> NDArray[np.float64] | None:
    coefficients = setup.config.sample_weights
    if not coefficients:
        return None
    return sample_weights(factors, setup.world.space.names, coefficients)


def _train_side_by_side(
    config: Config, folder: Path, names: Sequence[str], threads: int, *, progress: bool
) -> None:
    with watched(names, partial(_show, folder), progress=progress):
        side_by_side(_train_anew, [(config, folder, name) for name in names], threads)


def _train_anew(config: Config, folder: Path, name: str) -> None:
    train_model(prepare(config), folder, name, progress=False)


def _show(folder: Path, progress: Progress, tasks: dict[str, TaskID]) -> None:
    """Show how far trainings in other processes are, read from their status."""
    for name, task in tasks.items():
        status = read_status(folder / SCRATCH / name)
        if (folder / RESULTS[name][0]).exists():
            total = 1 if status is None else status.steps
            progress.update(task, total=total, completed=total, state="done")
        elif status is not None:
            state = _state(status)
            progress.update(task, total=status.steps, completed=status.done, state=state)


def _state(status: Status) -> str:
    return f"epoch {status.epoch}: loss {status.loss:.4g}, {status.images_per_second:.0f} images/s"
