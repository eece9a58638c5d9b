"""All that is measured of the trained models of a run."""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch

from transect.run import folder as files
from transect.run.codec import Codec
from transect.run.config import Config
from transect.run.embedding_result import EmbeddingResult
from transect.run.evaluate import Evaluation
from transect.run.setup import Setup, prepare
from transect.run.summary import summarise
from transect.run.workers import side_by_side


class Measured(NamedTuple):
    """The tables and final numbers of a run.

    Attributes:
        points: One row a point.
        transects: One row a transect point.
        ways: One row a true picture on a way across the hole; empty where no way was measured.
        metrics: The final numbers, flat.
    """

    points: pd.DataFrame
    transects: pd.DataFrame
    ways: pd.DataFrame
    metrics: dict[str, Any]


def measure(setup: Setup, folder: Path) -> Measured:
    """Return all that is measured of the models in a run folder.

    Pixel errors and the shape of the latent space are measured at the same time where there are
    threads for both.

    Args:
        setup: What they were trained on.
        folder: Where their weights lie.
    """
    threads = torch.get_num_threads()
    if not setup.config.embedding.enabled:
        tables, shape = _evaluate(setup, folder), EmbeddingResult()
    elif threads < 2:
        tables, shape = _evaluate(setup, folder), _measure_embedding(setup, folder)
    else:
        tasks = [(name, setup.config, folder) for name in _TASKS]
        tables, shape = side_by_side(_measure_part, tasks, threads // 2)
    points, transects = tables
    metrics = summarise(points, transects) | shape.metrics
    return Measured(points.assign(**shape.columns), transects, shape.ways, metrics)


def _models(setup: Setup, folder: Path) -> tuple[Codec, Codec | None]:
    config, canvas = setup.config, setup.canvas
    model = Codec.load(config, canvas, folder / files.MODEL)
    oracle = folder / files.ORACLE
    return model, Codec.load(config, canvas, oracle) if oracle.exists() else None


def _evaluate(setup: Setup, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    dataset = setup.dataset(setup.points).hold()
    evaluation = Evaluation(setup, dataset, *_models(setup, folder))
    return evaluation.points_table(), evaluation.transects_table()


def _measure_embedding(setup: Setup, folder: Path) -> EmbeddingResult:
    # The libraries that it needs take more than a second to import: the workers' time.
    from transect.run.embedding import measure_embedding  # noqa: PLC0415

    return measure_embedding(setup, *_models(setup, folder))


_TASKS = {"errors": _evaluate, "embedding": _measure_embedding}


def _measure_part(name: str, config: Config, folder: Path) -> Any:
    return _TASKS[name](prepare(config), folder)
