"""The shape of a run's latent space, measured."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.image.dataset import Dataset
from transect.measure.embedding.geodesic import LatentGraph, latent_graph
from transect.measure.embedding.geometry import principal_stretches, pullback_metric
from transect.measure.embedding.interpolation import Crossing, crossing
from transect.measure.embedding.scores import CodeScores, measure_codes
from transect.measure.embedding.topology import boundary_match
from transect.measure.key import Key, Number, Source, transect_group
from transect.run.model import CodedModel, Codes
from transect.run.setup import Setup
from transect.space import PointSet, Transect, code_column
from transect.space.seeds import random_generator

STRETCHED = 240
"""Points whose stretch is measured, drawn at random."""

STEPS = 15
"""True images from one side of the hole to the other, the boundary included."""

MISSING = Key("missing", "embedding")
"""What could not be measured, and why."""


@dataclass
class EmbeddingResult:
    """What was found of a latent space.

    Attributes:
        metrics: The final numbers.
        columns: Per row of the points: `stretch`, nan where it was not measured, and `on_loop`,
            whether the point lies on the longest loop.
        interpolations: One row per true image between the boundaries of the hole: `transect`,
            `path` (straight or geodesic), `index`, the factors, the code `code.0`, … that lies as
            far along the path, `nmse`.
    """

    metrics: dict[Key, Number] = field(default_factory=dict)
    columns: dict[str, NDArray] = field(default_factory=dict)
    interpolations: pd.DataFrame = field(default_factory=pd.DataFrame)


def measure_embedding(
    setup: Setup, model: CodedModel, oracle: CodedModel | None
) -> EmbeddingResult:
    """Return the shape of the latent space of a run's model, and of its oracle.

    Of the model the codes of the kept points are taken, as if there were no others; of the oracle
    those that it was trained on. A measure that refuses these codes is left out and its reason
    noted.

    Args:
        setup: World, hole and points.
        model: The punctured model.
        oracle: The model that was trained with the hole filled, if there is one.
    """
    embedding = _Embedding(setup, model)
    embedding.measure()
    result = embedding.result
    if oracle is not None:
        codes = _encode(oracle, setup.dataset(setup.oracle_points))
        metrics, _ = _shape(codes, setup.oracle_points, setup)
        result.metrics |= {
            replace(key, source=Source.ORACLE): value for key, value in metrics.items()
        }
    return result


class _Embedding:
    """One model and what has been found of its latent space so far."""

    def __init__(self, setup: Setup, model: CodedModel) -> None:
        self.setup, self.model = setup, model
        self.points = setup.points
        self.codes = _encode(model, setup.held)
        self.kept = np.flatnonzero(setup.points.split != "removed")
        self.interpolations: list[pd.DataFrame] = []
        self.result = EmbeddingResult()

    def measure(self) -> None:
        kept = self.points[self.kept]
        metrics, found = _shape(self.codes[self.kept], kept, self.setup)
        on_loop = np.zeros(len(self.points), dtype=bool)
        on_loop[self.kept[found.loop_rows]] = True
        self.result.metrics = metrics
        self.result.columns["on_loop"] = on_loop
        _try(metrics, "stretch", self._stretch)
        if self.setup.hole is not None:
            _try(metrics, "crossings", self._cross)

    def _stretch(self) -> dict[Key, Number]:
        order = random_generator(self.setup.config.seed).permutation(len(self.codes))
        rows = np.sort(order[:STRETCHED])
        metric = pullback_metric(self.model.decode_tensor, self.codes[rows])
        dimension = min(self.points.space.dimension, self.codes.shape[1])
        stretch = np.full(len(self.codes), np.nan)
        stretch[rows] = principal_stretches(metric)[:, :dimension].prod(axis=1)
        self.result.columns["stretch"] = stretch
        removed = stretch[self.points.where("removed")]
        kept = stretch[self.kept]
        if not np.isfinite(removed).any() or not np.nanmedian(kept) > 0:
            return {}
        return {
            Key("stretch_removed", "embedding"): float(np.nanmedian(removed) / np.nanmedian(kept))
        }

    def _cross(self) -> dict[Key, Number]:
        decoder = self.model.decode_tensor
        graph = latent_graph(decoder, self.codes[self.kept], seed=self.setup.config.seed)
        for line in self.setup.transects:
            across = _boundary_to_boundary(line, self.setup)
            if across is not None:
                measure = partial(self._cross_along, line, across, graph)
                # A line along which the images are alike leaves the others their crossings.
                _try(self.result.metrics, f"crossing along {line.name}", measure)
        if self.interpolations:
            self.result.interpolations = pd.concat(self.interpolations, ignore_index=True)
        return {}

    def _cross_along(
        self, line: Transect, across: NDArray[np.float64], graph: LatentGraph
    ) -> dict[Key, Number]:
        truth = self.setup.draw(across)
        ends = self.model.encode(truth[[0, -1]])
        found = crossing(self.model.decode_tensor, ends[0], ends[1], graph=graph, truth=truth)
        numbers = {
            "straight_nmse": float(found.straight_error.mean()),
            "geodesic_nmse": float(found.geodesic_error.mean()),
            "straight_length": found.straight.length,
            "geodesic_length": found.geodesic.length,
            "true_length": found.true_length,
        }
        self.interpolations.append(_interpolations(line, across, found))
        group = transect_group(line.name, "embedding")
        return {Key(name, group): one for name, one in numbers.items()}


def _interpolations(line: Transect, across: NDArray[np.float64], found: Crossing) -> pd.DataFrame:
    tables = []
    for path in ("straight", "geodesic"):
        codes = getattr(found, f"{path}_codes")
        table = pd.DataFrame({"transect": line.name, "path": path, "index": np.arange(len(across))})
        table = table.assign(**dict(zip(line.space.columns, across.T, strict=True)))
        table = table.assign(**{code_column(k): column for k, column in enumerate(codes.T)})
        tables.append(table.assign(nmse=getattr(found, f"{path}_error")))
    return pd.concat(tables, ignore_index=True)


def _boundary_to_boundary(line: Transect, setup: Setup) -> NDArray[np.float64] | None:
    """Return points on the longest stretch of a transect in the hole, if there is one."""
    assert setup.hole is not None, "only a hole has a boundary"
    whole = [ends for ends in line.crossings(setup.hole) if ends[0] > 0 and ends[1] < 1]
    if not whole:
        return None
    entry, exit_ = max(whole, key=lambda ends: ends[1] - ends[0])
    return line.space.snap(line.at(np.linspace(entry, exit_, STEPS)))


def _shape(codes: Codes, points: PointSet, setup: Setup) -> tuple[dict[Key, Number], CodeScores]:
    """Return the numbers of a cloud of codes, and what they were measured from."""
    space = points.space
    found = measure_codes(
        codes,
        dict(zip(space.names, points.factors.T, strict=True)),
        periods={one.name: one.high - one.low for one in space.factors if one.periodic},
        most_rows=len(codes),
        seed=setup.config.seed,
    )
    metrics = dict(found.numbers())
    # The deepest removed point stands in for the centre of a hole of any shape.
    depth = float(-setup.points.boundary_distance.min())
    metrics |= _boundary(found.loop_rows, points, depth)
    absent = [*found.notes, *found.reasons()]
    return metrics | ({MISSING: "; ".join(absent)} if absent else {}), found


def _try(metrics: dict[Key, Number], name: str, measure: Callable[[], dict[Key, Number]]) -> None:
    """Add what `measure` returns to the metrics; where it refuses, note why."""
    try:
        metrics.update(measure())
    except ValueError as error:
        earlier = metrics.get(MISSING)
        metrics[MISSING] = (f"{earlier}; " if earlier else "") + f"{name}: {error}"


def _boundary(loop: NDArray[np.int64], points: PointSet, depth: float) -> dict[Key, Number]:
    if not len(loop) or not 0 < depth < np.inf:
        return {}
    match = boundary_match(loop, points.boundary_distance, depth)
    return {
        Key("loop_boundary", "embedding"): match.loop,
        Key("loop_boundary_random", "embedding"): match.random,
    }


def _encode(model: CodedModel, dataset: Dataset) -> Codes:
    batches = dataset.batches(model.batch)
    return np.concatenate([model.encode(images) for _, images in batches]).astype(np.float64)
