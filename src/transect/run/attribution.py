"""Encoder or decoder: where the errors in the hole come from.

`transect.measure.code.attribution` defines the parts. The columns of points are errors by nMSE of
the sources `SOURCES`, nan at points that are not measured, and `best_code.agreement`, the share of
the model's searches that ended as low as the best.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.measure.code.attribution import attribution, column_parts
from transect.measure.code.best_code import BestCodes, best_codes, choose_starts
from transect.measure.embedding.geometry import decode
from transect.measure.error.pixel import nmse
from transect.measure.key import Key, Number, Source, column
from transect.run.boundary_interpolation import interpolate_boundary
from transect.run.model import CodedModel, Codes
from transect.run.setup import Setup
from transect.space import PointSet
from transect.space.seeds import random_generator

POINTS = 512
"""Removed points that are measured at most, drawn at random from those that neither model has
seen."""

NEAR, FAR, PRIOR = 512, 256, 256
"""Candidates for starts: codes of the training points nearest to the hole or within, of others at
random, and draws from the prior N(0, 1), which no encoder can spoil."""

ONE_START = 0.5
"""Share of two starts, or of three, that a single one of them does not exceed."""

SOURCES = (
    Source.AMORTISED,
    Source.BEST_CODE,
    Source.STRAIGHT,
    Source.GEODESIC,
    Source.ORACLE_AMORTISED,
    Source.ORACLE_BEST_CODE,
)
"""What the errors at the removed points are measured of."""

MISSING = Key("missing", "attribution")
"""Why it could not be measured."""

Images = NDArray[np.float32]


@dataclass
class AttributionResult:
    """What was found of one model.

    Attributes:
        columns: Per row of the points.
        metrics: The final numbers that the columns do not give.
        seconds: How long it took.
    """

    columns: dict[str, NDArray] = field(default_factory=dict)
    metrics: dict[Key, Number] = field(default_factory=dict)
    seconds: float = 0.0


class Drawn(NamedTuple):
    """Removed points with their true images.

    Attributes:
        rows: (n,), their rows among the points of the run.
        points: The points.
        truth: (n, h, w).
    """

    rows: NDArray[np.int64]
    points: PointSet
    truth: Images


def attribution_rows(setup: Setup) -> NDArray[np.int64]:
    """Return the removed points whose errors are taken apart, ascending; there may be none."""
    removed = setup.points.split == "removed"
    unseen = removed & ~setup.oracle_seen if setup.config.oracle else removed
    rows = np.flatnonzero(unseen)
    order = random_generator(setup.config.seed).permutation(len(rows))
    return np.sort(rows[order[:POINTS]])


def draw_removed(setup: Setup) -> Drawn:
    """Return the removed points that are measured; a blank truth has no nMSE and is left out."""
    rows = attribution_rows(setup)
    truth = setup.held.images(rows)
    not_blank = truth.any(axis=(1, 2))
    return Drawn(rows[not_blank], setup.points[rows[not_blank]], truth[not_blank])


def measure_attribution(setup: Setup, model: CodedModel) -> AttributionResult:
    """Return the errors with the best codes and with codes between those of the boundary.

    Args:
        setup: World, hole and points, some of them removed.
        model: The punctured model.
    """

    def measured() -> tuple[dict[str, NDArray], BestCodes]:
        rows, points, truth = draw_removed(setup)
        kept = codes_near(setup, model, setup.points[setup.points.split != "removed"])
        between = interpolate_boundary(setup, model, points, kept)
        starting = find_starting_codes(setup, model, truth, kept, list(between.values()))
        best = search_best_codes(model, truth, starting)
        codes_of = {Source.AMORTISED: starting[:, 0]} | {
            Source(path): one for path, one in between.items()
        }
        found = {
            column(source, "nmse"): _errors(model, truth, codes)
            for source, codes in codes_of.items()
        }
        found |= {
            column(Source.BEST_CODE, "nmse"): best.error,
            column(Source.BEST_CODE, "agreement"): best.agreement,
        }
        return {name: _column(setup, rows, values) for name, values in found.items()}, best

    return _attempt(measured, Source.MODEL)


def measure_oracle_attribution(setup: Setup, oracle: CodedModel) -> AttributionResult:
    """Return the errors of the oracle with its best codes.

    Args:
        setup: World, hole and points, some of them removed.
        oracle: The model that was trained with the hole filled.
    """

    def measured() -> tuple[dict[str, NDArray], BestCodes]:
        rows, _, truth = draw_removed(setup)
        starting = find_starting_codes(
            setup, oracle, truth, codes_near(setup, oracle, setup.oracle_points)
        )
        best = search_best_codes(oracle, truth, starting)
        encoded = _errors(oracle, truth, starting[:, 0])
        found = {
            column(Source.ORACLE_AMORTISED, "nmse"): encoded,
            column(Source.ORACLE_BEST_CODE, "nmse"): best.error,
        }
        return {name: _column(setup, rows, values) for name, values in found.items()}, best

    return _attempt(measured, Source.ORACLE)


def codes_near(setup: Setup, model: CodedModel, points: PointSet) -> Codes:
    """Return codes of training points, (m, latent): those nearest to the hole, and others.

    Args:
        setup: What was trained on.
        model: A model.
        points: Points that it has seen.
    """
    order = np.argsort(points.boundary_distance, kind="stable")
    far = random_generator(setup.config.seed).permutation(order[NEAR:])[:FAR]
    images = setup.dataset(points).images(np.concatenate([order[:NEAR], far]))
    return model.encode(images).astype(np.float64)


def find_starting_codes(
    setup: Setup, model: CodedModel, truth: Images, codes: Codes, own: Sequence[Codes] = ()
) -> Codes:
    """Return where the searches for the best codes start, (n, 3, latent).

    The first is the encoder's code; the others come from `choose_starts`.

    Args:
        setup: What was trained on.
        model: A model.
        truth: (n, h, w), the images.
        codes: (m, latent), codes of other images; draws from the prior are added.
        own: Candidates of each image alone, (n, latent) each, nan where there is none.
    """
    generator = random_generator(setup.config.seed)
    pool = np.concatenate([codes, generator.normal(size=(PRIOR, codes.shape[1]))])
    mine = np.stack(own, axis=1) if own else None
    chosen = choose_starts(model.decode_tensor, truth, pool, mine)
    encoded = model.encode(truth).astype(np.float64)
    return np.concatenate([encoded[:, None], chosen], axis=1)


def search_best_codes(model: CodedModel, truth: Images, starting: Codes) -> BestCodes:
    """Return the best codes, from the first two starts, and from all where these disagree.

    Args:
        model: A model.
        truth: (n, h, w), the images.
        starting: (n, 3, latent), from `find_starting_codes`.
    """
    decoder = model.decode_tensor
    best = best_codes(decoder, truth, starting[:, :2])
    doubtful = np.flatnonzero(best.agreement < 1)
    if doubtful.size:
        again = best_codes(decoder, truth[doubtful], starting[doubtful])
        for kept, found in zip(best, again, strict=True):
            kept[doubtful] = found
    return best


def attribution_metrics(
    points: pd.DataFrame, results: Sequence[AttributionResult]
) -> dict[Key, Number]:
    """Return the final numbers.

    Args:
        points: The table of points with the columns of the results.
        results: Of the model, and of the oracle where there is one.
    """
    numbers: dict[Key, Number] = {}
    for result in results:
        numbers |= result.metrics
    if results:
        numbers[Key("attribution", "seconds")] = sum(result.seconds for result in results)
    best = column(Source.BEST_CODE, "nmse")
    if MISSING in numbers or best not in points:
        return numbers
    measured = points[points[best].notna()]
    numbers[Key("count", "attribution")] = len(measured)
    numbers[Key("paths", "attribution")] = int(points[column(Source.GEODESIC, "nmse")].count())
    for source in SOURCES:
        if column(source, "nmse") in measured:
            mean = float(measured[column(source, "nmse")].mean())
            numbers[Key("nmse", "removed", source)] = mean
    for name, one in attribution(column_parts(measured))._asdict().items():
        if isinstance(one, str):
            numbers[Key(name, "attribution")] = one
        else:
            numbers[Key(name, "attribution")] = one.mean
            numbers[Key(name, "attribution", end="low")] = one.low
            numbers[Key(name, "attribution", end="high")] = one.high
    return numbers


def _attempt(
    measured: Callable[[], tuple[dict[str, NDArray], BestCodes]], source: Source
) -> AttributionResult:
    """Return what is measured and how long it took; where it refuses, the reason."""
    result, start = AttributionResult(), time.perf_counter()
    try:
        result.columns, best = measured()
        agreed = float((best.agreement > ONE_START).mean())
        result.metrics[Key("converged", "attribution", source)] = float(best.converged.mean())
        result.metrics[Key("agreement", "attribution", source)] = agreed
    except ValueError as error:
        result.metrics[MISSING] = str(error)
    result.seconds = time.perf_counter() - start
    return result


def _errors(model: CodedModel, truth: Images, codes: Codes) -> NDArray[np.float64]:
    """Return the nMSE of the images of codes (n, latent), nan where there is no code."""
    errors, known = np.full(len(codes), np.nan), np.isfinite(codes).all(axis=1)
    if known.any():
        errors[known] = nmse(truth[known], decode(model.decode_tensor, codes[known]))
    return errors


def _column(setup: Setup, rows: NDArray[np.int64], values: NDArray) -> NDArray[np.float64]:
    column = np.full(len(setup.points), np.nan)
    column[rows] = values
    return column
