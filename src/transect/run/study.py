"""A study: losses compared over seeds, each cell of it an ordinary run.

| in its folder | what it is |
|---|---|
| `config.yaml` | the resolved configuration; `transect run --config` on it repeats the study |
| `cells/` | LOSS-sSEED, a run folder each, without figures and page |
| `scores.csv` | one row a cell: loss, seed, and every final number of its run |
| `metrics.json` | `<loss>/<measure>`: means over seeds, with t intervals as `…_low` and `…_high` |
| `figures/`, `report.html` | as in a run |
"""

import dataclasses
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from transect.measure.statistics import t_interval
from transect.report import render, write_figures
from transect.report.measure import point_values
from transect.report.study import StudyData, study_plates, write_study_page
from transect.run import folder as files
from transect.run.config import Config, StudyConfig, told
from transect.run.experiment import check
from transect.run.folder import RunFolder
from transect.run.loaded import Run
from transect.run.setup import prepare
from transect.run.stored_table import read_table
from transect.run.versions import versions
from transect.run.walks import traversals
from transect.sweep.cells import run_cells
from transect.sweep.engine import Local
from transect.training.performance import tune_process
from transect.world import CurveWorld

CELLS = "cells"
SCORES = "scores.csv"


def run_study(config: Config, out: Path, *, resume: bool = False, progress: bool = True) -> Path:
    """Run the study that `config.study` describes.

    Args:
        config: What to run; all but `study` is common to the cells.
        out: The folder to make.
        resume: Whether to go on where an interrupted study of the same configuration stopped.
        progress: Whether to show progress.

    Returns:
        The path of the folder.

    Raises:
        ValueError: The configuration is impossible, `out` exists, there is nothing to resume, or
            cells failed; the others are kept, and a resumed study tries the failed ones again.
    """
    tune_process()
    cells = study_cells(config)
    for cell in cells.values():
        check(prepare(cell))
    folder = RunFolder(out)
    folder.open(prepare(config).config, resume=resume)
    place, start = folder.partial, time.perf_counter()
    engine = Local(config.study.workers)
    failed = run_cells(cells, place / CELLS, engine=engine, progress=progress)
    if failed:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in failed.items())
        raise ValueError(
            f"{len(failed)} of {len(cells)} cells failed, --resume tries them again: {reasons}"
        )
    scores = _scores(config, place)
    files.write_table(place / SCORES, scores)
    files.write_json(place / files.VERSIONS, versions())
    metrics = _summary(scores) | {"seconds_total": time.perf_counter() - start}
    files.write_json(place / files.METRICS, metrics)
    report_study(place, trust=True)
    return folder.finish()


def study_cells(config: Config) -> dict[str, Config]:
    """Return the runs of a study by their names, the first seed of every loss first."""
    losses = config.study.losses
    return {
        cell_name(loss, seed): dataclasses.replace(
            config, loss=losses[loss], seed=seed, study=StudyConfig(), report=False
        )
        for loss, seed in _pairs(config)
    }


def cell_name(loss: str, seed: int) -> str:
    """Return the name of the folder of a cell.

    Example:
        >>> cell_name("standard", 3)
        'standard-s3'
    """
    return f"{loss}-s{seed}"


def report_study(path: Path, *, trust: bool = False) -> Path:
    """Make the figures and the page of a study anew.

    Args:
        path: The folder of the study.
        trust: Whether it may name classes from outside of this package.

    Returns:
        The path of the page.

    Raises:
        ValueError: It is not the folder of a study, or it names such classes and is not trusted.
    """
    data = study_data(path, trust=trust)
    rendered = render(study_plates(data))
    write_figures(rendered, path / files.FIGURES)
    return write_study_page(data, path / files.PAGE, rendered)


def study_data(path: Path, *, trust: bool = False) -> StudyData:
    """Return what the report of a study shows, its images made anew by its models.

    Args:
        path: The folder of the study.
        trust: Whether it may name classes from outside of this package.

    Raises:
        ValueError: It is not the folder of a study, or it names such classes and is not trusted.
    """
    config = files.read_config(path, trust=trust)
    if not config.study.losses:
        raise ValueError(f"{path} is not the folder of a study: its study names no losses")
    first = {
        loss: Run(path / CELLS / cell_name(loss, config.seed), trust=trust)
        for loss in config.study.losses
    }
    world = next(iter(first.values())).world
    metrics = files.read_json(path / files.METRICS)
    return StudyData(
        title=config.preset,
        space=world.space,
        losses=config.study.losses,
        scores=read_table(path / SCORES, ("loss", "seed"), mixed=True),
        embeddings={loss: run.points for loss, run in first.items()},
        traversals={loss: traversals(run) for loss, run in first.items()},
        config=told(config),
        versions=files.read_json(path / files.VERSIONS),
        seconds=metrics["seconds_total"],
        dark_foreground=isinstance(world, CurveWorld),
    )


def _pairs(config: Config) -> list[tuple[str, int]]:
    """Return the loss and the seed of every cell, the first seed of every loss first."""
    seeds = range(config.seed, config.seed + config.study.seeds)
    return [(loss, seed) for seed in seeds for loss in config.study.losses]


def _scores(config: Config, path: Path) -> pd.DataFrame:
    rows = []
    for loss, seed in _pairs(config):
        metrics = files.read_json(path / CELLS / cell_name(loss, seed) / files.METRICS)
        rows.append({"loss": loss, "seed": seed, **metrics})
    return pd.DataFrame(rows)


def _summary(scores: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for loss, rows in scores.groupby("loss", sort=False):
        for name in point_values(rows.columns.drop(["loss", "seed"])):
            values = pd.to_numeric(rows[name], errors="coerce").dropna()
            if len(values):
                interval = t_interval(values.to_numpy(np.float64))
                # no name of a loss has a slash, so no two losses share a key
                found[f"{loss}/{name}"] = interval.mean
                found[f"{loss}/{name}_low"], found[f"{loss}/{name}_high"] = interval[1:3]
    return found
