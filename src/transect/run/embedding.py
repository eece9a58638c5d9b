"""The shape of a run's latent space, measured; `embedding_result` says under which names."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.image.dataset import Dataset
from transect.measure.alignment import alignment, verdict
from transect.measure.covariance import correlation, covariance, entanglement
from transect.measure.crossing import Crossing, crossing
from transect.measure.dimension import intrinsic_dimension, spectrum, thickness
from transect.measure.disentanglement import disentanglement_scores
from transect.measure.geometry import principal_stretches, pullback_metric
from transect.measure.latent_graph import LatentGraph, latent_graph
from transect.measure.topology import rim_match, topology
from transect.run.codec import Codec, Codes
from transect.run.embedding_result import EmbeddingResult
from transect.run.setup import Setup
from transect.space import FactorSpace, PointSet, Transect

STRETCHED = 240
"""Points whose stretch is measured, drawn at random."""

STEPS = 15
"""True pictures from one side of the hole to the other, the rim included."""


def measure_embedding(setup: Setup, model: Codec, oracle: Codec | None) -> EmbeddingResult:
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
        result.metrics |= {f"oracle_{name}": value for name, value in metrics.items()}
    return result


class _Embedding:
    """One model and what has been found of its latent space so far."""

    def __init__(self, setup: Setup, model: Codec) -> None:
        self.setup, self.model = setup, model
        self.points = setup.points
        self.codes = _encode(model, setup.held)
        self.kept = np.flatnonzero(setup.points.split != "removed")
        self.result = EmbeddingResult()

    def measure(self) -> None:
        kept = self.points[self.kept]
        metrics, loop = _shape(self.codes[self.kept], kept, self.setup)
        on_loop = np.zeros(len(self.points), dtype=bool)
        on_loop[self.kept[loop]] = True
        self.result.metrics = metrics
        self.result.columns["on_loop"] = on_loop
        _try(metrics, "stretch", self._stretch)
        if self.setup.hole is not None:
            _try(metrics, "crossings", self._cross)

    def _stretch(self) -> dict[str, float]:
        order = np.random.default_rng(self.setup.config.seed).permutation(len(self.codes))
        rows = np.sort(order[:STRETCHED])
        metric = pullback_metric(self.model.decode_tensor, self.codes[rows])
        sheet = min(self.points.space.dimension, self.codes.shape[1])
        stretch = np.full(len(self.codes), np.nan)
        stretch[rows] = principal_stretches(metric)[:, :sheet].prod(axis=1)
        self.result.columns["stretch"] = stretch
        removed = stretch[self.points.where("removed")]
        kept = stretch[self.kept]
        if not np.isfinite(removed).any() or not np.nanmedian(kept) > 0:
            return {}
        return {"embedding_stretch_removed": float(np.nanmedian(removed) / np.nanmedian(kept))}

    def _cross(self) -> dict[str, float]:
        decoder, found, tables = self.model.decode_tensor, {}, []
        graph = latent_graph(decoder, self.codes[self.kept], seed=self.setup.config.seed)
        for line in self.setup.transects:
            across = _rim_to_rim(line, self.setup)
            if across is not None:
                numbers, table = self._cross_along(line, across, graph)
                found |= numbers
                tables.append(table)
        if tables:
            self.result.ways = pd.concat(tables, ignore_index=True)
        return found

    def _cross_along(
        self, line: Transect, across: NDArray[np.float64], graph: LatentGraph
    ) -> tuple[dict[str, float], pd.DataFrame]:
        truth = self.setup.draw(across)
        ends = self.model.encode(truth[[0, -1]])
        found = crossing(self.model.decode_tensor, ends[0], ends[1], graph=graph, truth=truth)
        label = f"embedding_{line.name.lower()}"
        numbers = {
            f"{label}_straight_nmse": float(found.straight_error.mean()),
            f"{label}_shortest_nmse": float(found.shortest_error.mean()),
            f"{label}_straight_length": found.straight.length,
            f"{label}_shortest_length": found.shortest.length,
            f"{label}_true_length": found.true_length,
        }
        return numbers, _ways(line, across, found)


def _ways(line: Transect, across: NDArray[np.float64], found: Crossing) -> pd.DataFrame:
    tables = []
    for way in ("straight", "shortest"):
        codes = getattr(found, f"{way}_codes")
        table = pd.DataFrame({"transect": line.name, "way": way, "index": np.arange(len(across))})
        table = table.assign(**dict(zip(line.space.names, across.T, strict=True)))
        table = table.assign(**{f"z{k}": column for k, column in enumerate(codes.T)})
        tables.append(table.assign(nmse=getattr(found, f"{way}_error")))
    return pd.concat(tables, ignore_index=True)


def _rim_to_rim(line: Transect, setup: Setup) -> NDArray[np.float64] | None:
    """Return points on the longest stretch of a transect in the hole, rim to rim, or None."""
    assert setup.hole is not None, "only a hole has a rim"
    whole = [ends for ends in line.crossings(setup.hole) if ends[0] > 0 and ends[1] < 1]
    if not whole:
        return None
    entry, exit_ = max(whole, key=lambda ends: ends[1] - ends[0])
    return line.space.snap(line.at(np.linspace(entry, exit_, STEPS)))


def _shape(
    codes: Codes, points: PointSet, setup: Setup
) -> tuple[dict[str, Any], NDArray[np.int64]]:
    """Return the numbers of a cloud of codes, and the rows along its longest loop."""
    metrics: dict[str, Any] = {}
    seed = setup.config.seed
    loops: list[NDArray[np.int64]] = []
    _try(metrics, "disentanglement", lambda: _scores(codes, points, seed))
    _try(metrics, "covariance", lambda: _covariance(codes))
    _try(metrics, "alignment", lambda: _alignment(codes, points))
    _try(metrics, "dimension", lambda: _dimension(codes, points.space, seed))
    # The deepest removed point stands in for the centre of a hole of any shape.
    depth = float(-setup.points.rim_distance.min())
    _try(metrics, "topology", lambda: _topology(codes, points, depth, seed, loops))
    return metrics, loops[0] if loops else np.empty(0, dtype=np.int64)


def _try(metrics: dict[str, Any], name: str, measure: Callable[[], dict[str, Any]]) -> None:
    """Add what `measure` returns to the metrics; where it refuses, note why."""
    try:
        metrics.update(measure())
    except ValueError as error:
        earlier = metrics.get("embedding_missing")
        metrics["embedding_missing"] = (f"{earlier}; " if earlier else "") + f"{name}: {error}"


def _scores(codes: Codes, points: PointSet, seed: int) -> dict[str, float]:
    scores = disentanglement_scores(codes, points.factors, seed)
    return {f"embedding_{name}": value for name, value in scores.items()}


def _covariance(codes: Codes) -> dict[str, float]:
    return {
        "embedding_covariance": covariance(codes),
        "embedding_correlation": correlation(codes),
        "embedding_entanglement": entanglement(codes),
    }


def _alignment(codes: Codes, points: PointSet) -> dict[str, Any]:
    found = alignment(codes, points.factors, _periods(points.space))
    names = ("as_it_stands", "after_rotation", "linear", "curved", "bend")
    numbers = {f"embedding_{name}": float(getattr(found, name).mean()) for name in names}
    kind = verdict(found).kind
    return numbers | {"embedding_crossing_angle": found.crossing, "embedding_verdict": kind}


def _periods(space: FactorSpace) -> list[float | None]:
    return [factor.high - factor.low if factor.periodic else None for factor in space.factors]


def _dimension(codes: Codes, space: FactorSpace, seed: int) -> dict[str, float]:
    found = intrinsic_dimension(codes, seed=seed)
    numbers: dict[str, float] = {}
    for name in ("two_nn", "maximum_likelihood", "local_pca"):
        one = getattr(found, name)
        numbers[f"embedding_{name}"] = one.mean
        numbers[f"embedding_{name}_low"], numbers[f"embedding_{name}_high"] = one.low, one.high
    variances = spectrum(codes)
    for place, share in enumerate(variances / variances.sum()):
        numbers[f"embedding_variance_{place + 1}"] = float(share)
    sheet = min(space.dimension, codes.shape[1])
    return numbers | {"embedding_thickness": thickness(codes, sheet)}


def _topology(
    codes: Codes, points: PointSet, depth: float, seed: int, loops: list[NDArray[np.int64]]
) -> dict[str, float]:
    found = topology(codes, seed=seed)
    loops.extend(found.loop_rows)
    numbers = {
        "embedding_components": found.components,
        "embedding_loops": found.loops,
        "embedding_loops_agreement": found.agreement,
    }
    for name, one in (("longest", found.longest), ("next", found.next)):
        numbers[f"embedding_loop_{name}"] = one.mean
        numbers[f"embedding_loop_{name}_low"] = one.low
        numbers[f"embedding_loop_{name}_high"] = one.high
    return numbers | _rim(found.loop_rows, points, depth)


def _rim(loops: tuple[NDArray[np.int64], ...], points: PointSet, depth: float) -> dict[str, float]:
    if not loops or not 0 < depth < np.inf:
        return {}
    match = rim_match(loops[0], points.rim_distance, depth)
    return {"embedding_loop_rim": match.loop, "embedding_loop_rim_random": match.random}


def _encode(codec: Codec, dataset: Dataset) -> Codes:
    batches = dataset.batches(codec.batch)
    return np.concatenate([codec.encode(images) for _, images in batches]).astype(np.float64)
