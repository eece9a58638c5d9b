"""All that is measured of the trained models of a run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch

from transect.measure.key import Key, Number
from transect.run import folder as files
from transect.run.attribution import (
    AttributionResult,
    attribution_metrics,
    attribution_rows,
    measure_attribution,
    measure_oracle_attribution,
)
from transect.run.config import Config
from transect.run.embedding import EmbeddingResult, measure_embedding
from transect.run.evaluate import Evaluation
from transect.run.folder import versions
from transect.run.model import CodedModel, Model, coded, with_codes
from transect.run.setup import Setup, prepare
from transect.run.summary import summarise
from transect.run.workers import as_finished
from transect.training.performance import tune_process


class Measured(NamedTuple):
    """The tables and final numbers of a run.

    Attributes:
        points: One row a point.
        transects: One row a transect point.
        interpolations: One row per true image on an interpolation across the hole; empty if none
            was measured.
        metrics: The final numbers.
    """

    points: pd.DataFrame
    transects: pd.DataFrame
    interpolations: pd.DataFrame
    metrics: dict[Key, Number]


class Models(NamedTuple):
    """The models that are measured; one without codes has neither embedding nor attribution.

    Attributes:
        model: The punctured model.
        oracle: The model that was trained with the hole filled, if there is one.
    """

    model: Model
    oracle: Model | None = None


def measure(setup: Setup, folder: Path) -> Measured:
    """Return all that is measured of the models in a run folder.

    Pixel errors, the embedding and the error attribution are measured at the same time where there
    are threads for several of them.

    Args:
        setup: What they were trained on.
        folder: Where their weights lie.
    """
    parts = _parts(setup, model=True, oracle=(folder / files.ORACLE).exists())
    workers = min(len(parts), torch.get_num_threads())
    if workers < 2:
        return measure_models(setup, stored_models(setup, folder))
    tasks = [(name, setup.config, setup.store, folder) for name in parts]
    threads = torch.get_num_threads() // workers
    done = as_finished(_measure_part, tasks, workers, threads)
    return _join({parts[at]: one for at, one in done})


def measure_models(setup: Setup, models: Models) -> Measured:
    """Return all that is measured of models that are in memory.

    Args:
        setup: World, hole and points.
        models: What is measured.
    """
    has_codes = [coded(model) is not None for model in models]
    return _join({name: _PARTS[name](setup, models) for name in _parts(setup, *has_codes)})


def write_measured(measured: Measured, folder: Path) -> None:
    """Write tables and versions to a run folder, and the final numbers last."""
    files.write_table(folder / files.POINTS, measured.points)
    files.write_table(folder / files.TRANSECTS, measured.transects)
    if len(measured.interpolations):
        files.write_table(folder / files.INTERPOLATIONS, measured.interpolations)
    files.write_json(folder / files.VERSIONS, versions())
    files.write_metrics(folder / files.METRICS, measured.metrics)


def stored_models(setup: Setup, folder: Path) -> Models:
    """Return the models whose weights lie in a run folder."""
    found = [
        CodedModel.load(setup.config, setup.canvas, folder / name)
        for name in (files.MODEL, files.ORACLE)
        if (folder / name).exists()
    ]
    return Models(*found)


def _join(found: dict[str, Any]) -> Measured:
    points, transects = found["errors"]
    shape: EmbeddingResult = found.get("embedding", EmbeddingResult())
    attributions: list[AttributionResult] = [found[name] for name in _ATTRIBUTIONS if name in found]
    for one in (shape, *attributions):
        points = points.assign(**one.columns)
    metrics = (
        summarise(points, transects) | shape.metrics | attribution_metrics(points, attributions)
    )
    return Measured(points, transects, shape.interpolations, metrics)


def _parts(setup: Setup, model: bool, oracle: bool) -> list[str]:
    """Return the parts that are to be measured, the longest first.

    Args:
        setup: World, hole and points.
        model: Whether there is a model with codes.
        oracle: Whether there is an oracle with codes.
    """
    wanted = {"errors"}
    if model and setup.config.measure.embedding:
        wanted.add("embedding")
    if (
        model
        and setup.config.measure.attribution
        and setup.hole is not None
        and attribution_rows(setup).size
    ):
        wanted.add("attribution")
        if oracle:
            wanted.add("oracle_attribution")
    return [name for name in _PARTS if name in wanted]


def _evaluate(setup: Setup, models: Models) -> tuple[pd.DataFrame, pd.DataFrame]:
    evaluation = Evaluation(setup, setup.held, *models)
    return evaluation.points_table(), evaluation.transects_table()


def _measure_embedding(setup: Setup, models: Models) -> EmbeddingResult:
    return measure_embedding(setup, with_codes(models.model), coded(models.oracle))


def _measure_attribution(setup: Setup, models: Models) -> AttributionResult:
    return measure_attribution(setup, with_codes(models.model))


def _measure_oracle_attribution(setup: Setup, models: Models) -> AttributionResult:
    return measure_oracle_attribution(setup, with_codes(models.oracle))


_PARTS: dict[str, Callable[[Setup, Models], object]] = {
    "attribution": _measure_attribution,
    "errors": _evaluate,
    "embedding": _measure_embedding,
    "oracle_attribution": _measure_oracle_attribution,
}
_ATTRIBUTIONS = ("attribution", "oracle_attribution")


def _measure_part(name: str, config: Config, store: Path | None, folder: Path) -> object:
    tune_process()
    setup = prepare(config, store)
    return _PARTS[name](setup, stored_models(setup, folder))
