"""Models that were made elsewhere, measured as a run's own is, with the same page at the end."""

import dataclasses
import time
from pathlib import Path

from transect.image.staging import check_target, staged, write_text
from transect.measure.key import Key
from transect.model import ImageMap, ModulePair
from transect.report import render, run_figures
from transect.run import folder as files
from transect.run.config import Config
from transect.run.experiment import write_report
from transect.run.exploring import explore
from transect.run.loaded import Run
from transect.run.measuring import Models, measure_models, write_measured
from transect.run.model import Model, coded
from transect.run.repeats import warn_of_repeats
from transect.run.report_data import report_data
from transect.run.setup import Setup, prepare
from transect.run.trial import try_model
from transect.training.performance import tune_process

FOREIGN = ModulePair | ImageMap
"""What is judged."""


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
    `ModulePair` gets everything that a run measures. An `ImageMap` has no codes: embedding,
    error attribution and interpolations across the hole are left out.

    Args:
        model: What is judged.
        config: What it is asked. How a run would make a model is passed over.
        out: The folder to make: that of a run without weights and history.
        oracle: The same model trained with the hole filled, on the images of
            `prepare(config).oracle_points`; without it there is no hole penalty.
        name: What the model is called in the report and in comparisons.

    Returns:
        The finished run, which holds the model as long as it lives.

    Raises:
        ValueError: The model does not take or give images of the canvas, `name` is empty, the
            configuration is impossible, or `out` exists.
    """
    if not name:
        raise ValueError("a judged model needs a name that is not empty")
    out = Path(out)
    check_target(out, mark=files.CONFIG)
    tune_process()
    setup = prepare(dataclasses.replace(config, oracle=oracle is not None))
    warn_of_repeats(setup)
    trials = {"model": try_model(model, setup)}
    if oracle is not None:
        trials["oracle"] = try_model(oracle, setup)
    models = Models(*(trial.model for trial in trials.values()))
    setup = dataclasses.replace(setup, config=_with_latent(setup, models.model))
    start = time.perf_counter()
    measured = measure_models(setup, models)
    measured.metrics[files.JUDGED] = name
    notes = [f"Of the {name}: {one.note}" for name, one in trials.items() if one.note]
    if notes:
        measured.metrics[Key("judged_note")] = " ".join(notes)
    measured.metrics[Key("measure", "seconds")] = time.perf_counter() - start
    measured.metrics[Key("total", "seconds")] = time.perf_counter() - start
    with staged(out, mark=files.CONFIG) as work:
        write_text(work / files.CONFIG, files.dump_config(setup.config, trained=False))
        write_measured(measured, work)
        if config.report:
            run = Run(work, *models, trust=True)
            data = report_data(run)
            exploration = explore(run) if coded(models.model) else None
            write_report(run, data, render(run_figures(data)), exploration)
    return Run(out, *models, trust=True)


def _with_latent(setup: Setup, model: Model) -> Config:
    found = coded(model)
    if found is None:
        return setup.config
    codes = found.encode(setup.dataset(setup.points[:1]).images())
    return dataclasses.replace(setup.config, latent=codes.shape[1])
