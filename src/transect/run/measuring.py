"""All that is measured of the trained models of a run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch

from transect.run import folder as files
from transect.run.codec import Codec
from transect.run.config import Config
from transect.run.embedding_result import EmbeddingResult
from transect.run.evaluate import Evaluation
from transect.run.fault import (
    FaultResult,
    fault_metrics,
    fault_rows,
    measure_fault,
    measure_oracle_fault,
)
from transect.run.setup import Setup, prepare
from transect.run.summary import summarise
from transect.run.workers import as_finished
from transect.training.performance import keep_freed_memory


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

    Pixel errors, the shape of the latent space and whose fault the errors are are measured at the
    same time where there are threads for several of them.

    Args:
        setup: What they were trained on.
        folder: Where their weights lie.
    """
    found = _measure_parts(_parts(setup, folder), setup, folder)
    points, transects = found["errors"]
    shape: EmbeddingResult = found.get("embedding", EmbeddingResult())
    faults: list[FaultResult] = [found[name] for name in _FAULTS if name in found]
    for one in (shape, *faults):
        points = points.assign(**one.columns)
    metrics = summarise(points, transects) | shape.metrics | fault_metrics(points, faults)
    return Measured(points, transects, shape.ways, metrics)


def _parts(setup: Setup, folder: Path) -> list[str]:
    """Return the parts that are to be measured, the longest first."""
    wanted = {"errors"}
    if setup.config.embedding.enabled:
        wanted.add("embedding")
    if setup.config.fault.enabled and setup.hole is not None and fault_rows(setup).size:
        wanted.add("fault")
        if (folder / files.ORACLE).exists():
            wanted.add("oracle_fault")
    return [name for name in _PARTS if name in wanted]


def _measure_parts(parts: list[str], setup: Setup, folder: Path) -> dict[str, Any]:
    workers = min(len(parts), torch.get_num_threads())
    if workers < 2:
        return {name: _PARTS[name](setup, folder) for name in parts}
    tasks = [(name, setup.config, folder) for name in parts]
    threads = torch.get_num_threads() // workers
    return {parts[at]: one for at, one in as_finished(_measure_part, tasks, workers, threads)}


def _models(setup: Setup, folder: Path) -> tuple[Codec, Codec | None]:
    has_oracle = (folder / files.ORACLE).exists()
    return _load(setup, folder / files.MODEL), (
        _load(setup, folder / files.ORACLE) if has_oracle else None
    )


def _load(setup: Setup, weights: Path) -> Codec:
    return Codec.load(setup.config, setup.canvas, weights)


def _evaluate(setup: Setup, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    evaluation = Evaluation(setup, setup.held, *_models(setup, folder))
    return evaluation.points_table(), evaluation.transects_table()


def _measure_embedding(setup: Setup, folder: Path) -> EmbeddingResult:
    # The libraries that it needs take more than a second to import: the workers' time.
    from transect.run.embedding import measure_embedding  # noqa: PLC0415

    return measure_embedding(setup, *_models(setup, folder))


def _measure_fault(setup: Setup, folder: Path) -> FaultResult:
    return measure_fault(setup, _load(setup, folder / files.MODEL))


def _measure_oracle_fault(setup: Setup, folder: Path) -> FaultResult:
    return measure_oracle_fault(setup, _load(setup, folder / files.ORACLE))


_PARTS: dict[str, Callable[[Setup, Path], Any]] = {
    "fault": _measure_fault,
    "errors": _evaluate,
    "embedding": _measure_embedding,
    "oracle_fault": _measure_oracle_fault,
}
_FAULTS = ("fault", "oracle_fault")


def _measure_part(name: str, config: Config, folder: Path) -> Any:
    keep_freed_memory()
    return _PARTS[name](prepare(config), folder)
