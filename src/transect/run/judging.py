"""Models that were made elsewhere, measured as a run's own is, with the same page at the end."""

import dataclasses
import shutil
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transect.model import ImageMap, ModulePair
from transect.report import render, run_plates
from transect.run import folder as files
from transect.run.codec import Codec
from transect.run.config import Config
from transect.run.evaluate import Model
from transect.run.experiment import write_report
from transect.run.exploring import explore
from transect.run.folder import RunFolder
from transect.run.loaded import Run
from transect.run.measuring import Models, measure_models, write_measured
from transect.run.repeats import warn_of_repeats
from transect.run.report_data import report_data
from transect.run.setup import Setup, prepare
from transect.training.performance import tune_process

FOREIGN = ModulePair | ImageMap
"""What is judged."""

TRIED = 2
"""Pictures that a model is tried on before anything is written."""


def judge(
    model: FOREIGN,
    config: Config,
    out: str | Path,
    *,
    oracle: FOREIGN | None = None,
    name: str = "model",
) -> Run:
    """Measure a model that was made elsewhere, and make its report.

    Nothing is trained. World, hole, points, their split and the transects are those of the
    configuration; the model should have been trained on `prepare(config).images("train")`. A
    `ModulePair` gets everything that a run measures. An `ImageMap` has no codes: embedding, fault
    and ways across the hole are left out.

    Args:
        model: What is judged.
        config: What it is asked. How a run would make a model is passed over.
        out: The folder to make: that of a run without weights and history.
        oracle: The same model trained with the hole filled, on the pictures of
            `prepare(config).oracle_points`; without it there is no hole penalty.
        name: What the model is called in the report and in comparisons.

    Returns:
        The finished run, which holds the model as long as it lives.

    Raises:
        ValueError: The model does not take or give pictures of the canvas, `name` is empty, the
            configuration is impossible, or `out` exists.
    """
    if not name:
        raise ValueError("a judged model needs a name that is not empty")
    tune_process()
    setup = prepare(dataclasses.replace(config, judged=name, oracle=oracle is not None))
    warn_of_repeats(setup)
    models = Models(_taken(model, setup), None if oracle is None else _taken(oracle, setup))
    setup = dataclasses.replace(setup, config=_with_latent(setup, models.model))
    folder = RunFolder(Path(out))
    _clear(folder)
    folder.open(setup.config, resume=False)
    start = time.perf_counter()
    measured = measure_models(setup, models)
    measured.metrics["seconds_measure"] = time.perf_counter() - start
    measured.metrics["seconds_total"] = time.perf_counter() - start
    write_measured(measured, folder.partial)
    if config.report:
        run = Run(folder.partial, *models, trust=True)
        data = report_data(run)
        exploration = explore(run) if isinstance(models.model, Codec) else None
        write_report(run, data, render(run_plates(data)), exploration)
    return Run(folder.finish(), *models, trust=True)


def _taken(model: FOREIGN, setup: Setup) -> Model:
    """Return a model in the form that is measured, tried on a few pictures.

    Raises:
        ValueError: It is of no known sort, or does not take or give such pictures.
    """
    if isinstance(model, ModulePair):
        pixels = setup.canvas.height * setup.canvas.width
        taken: Model = Codec(model, pixels, setup.config.refine)
    elif isinstance(model, ImageMap):
        taken = model
    else:
        raise ValueError(f"a model needs to be a ModulePair or an ImageMap, got {model!r}")
    truth = setup.dataset(setup.points[:TRIED]).images()
    try:
        codes = taken.encode(truth) if isinstance(taken, Codec) else np.zeros(1)
        made = taken.decode(codes) if isinstance(taken, Codec) else taken.reconstruct(truth)
    except (RuntimeError, TypeError) as error:
        size = f"{setup.canvas.width}×{setup.canvas.height}"
        raise ValueError(f"the model refuses pictures of {size}: {error}") from error
    if made.shape != truth.shape:
        raise ValueError(f"the model needs to answer {truth.shape} in kind, got {made.shape}")
    if not np.isfinite(codes).all():
        raise ValueError("the model's codes need finite values, got nan or infinity")
    if isinstance(taken, Codec):
        _try_refinement(taken, truth)
    return taken


def _try_refinement(codec: Codec, truth: NDArray[np.float32]) -> None:
    try:
        codec.refined(truth)
    except RuntimeError as error:
        raise ValueError(
            "codes are refined by the derivatives of the decoder, which can't be differentiated: "
            f"{error}; give refine=0 in the configuration to leave them as they come"
        ) from error


def _with_latent(setup: Setup, model: Model) -> Config:
    if not isinstance(model, Codec):
        return setup.config
    codes = model.encode(setup.dataset(setup.points[:1]).images())
    return dataclasses.replace(setup.config, latent=codes.shape[1])


def _clear(folder: RunFolder) -> None:
    """Remove what an interrupted judgement left; there is nothing in it to go on from."""
    if folder.unfinished and files.read_config(folder.partial, trust=True).judged:
        shutil.rmtree(folder.partial)
