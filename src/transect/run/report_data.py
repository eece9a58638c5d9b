"""From a run folder to what its report shows, images along latent traversals included."""

from typing import get_args

import numpy as np
from numpy.typing import NDArray

from transect.measure.embedding.cloud import distinct_codes
from transect.measure.embedding.interpolation import Interpolation
from transect.measure.embedding.traversal import (
    along_axes,
    along_factors,
    along_principal_directions,
)
from transect.report import Images, ReportData
from transect.run import folder as files
from transect.run.loaded import Run
from transect.run.model import coded
from transect.run.repeats import notices_after
from transect.space import code_columns
from transect.training import sample_weights
from transect.world import CurveWorld

SAMPLE = 40
"""Images of a split that are shown: its first ones, which are in random order."""


def report_data(run: Run) -> ReportData:
    """Return what the report of a run shows, its images made anew by its model."""
    points = run.setup.points
    training = points.factors[points.where("train")[:SAMPLE]]
    versions = files.read_json(run.path / files.VERSIONS)
    return ReportData(
        title=run.judged or run.config.preset,
        space=run.world.space,
        hole=run.hole,
        draw=run.draw,
        points=run.points,
        transects=run.transects,
        lines=run.setup.transects,
        transect_images={line.name: _images(run, line.points) for line in run.setup.transects},
        interpolations=run.interpolations,
        interpolation_images=_interpolation_images(run),
        training=run.draw(training),
        validation=_sample(run, "validation"),
        removed=_sample(run, "removed"),
        traversals=traversals(run),
        weights=_weights(run),
        history=run.history,
        oracle_history=run.oracle_history,
        metrics=run.numbers,
        config=run.described,
        versions=versions,
        seed=run.config.seed,
        timings={
            key.measure: float(value)
            for key, value in run.numbers.items()
            if key.group == "seconds"
        },
        notices=notices_after(run.setup, run.numbers),
        dark_foreground=isinstance(run.world, CurveWorld),
    )


def _images(run: Run, factors: NDArray[np.float64]) -> Images:
    truth = run.draw(factors)
    oracle = None if run.oracle is None else run.oracle.reconstruct(truth)
    return Images(truth, run.reconstruct(truth), oracle)


def _interpolation_images(run: Run) -> dict[str, dict[str, NDArray[np.float32]]]:
    """Return the true images between the boundaries and both interpolations, by transect."""
    table = run.interpolations
    if table is None:
        return {}
    codes = code_columns(table.columns)
    found: dict[str, dict[str, NDArray[np.float32]]] = {}
    for transect, line in table.groupby("transect", sort=False):
        paths = dict(tuple(line.groupby("path", sort=False)))
        factors = paths["straight"][list(run.world.space.columns)].to_numpy(dtype=np.float64)
        decoded = {
            path: run.decode(paths[path][codes].to_numpy()) for path in get_args(Interpolation)
        }
        found[str(transect)] = {"truth": run.draw(factors)} | decoded
    return found


def _sample(run: Run, split: str) -> Images | None:
    points = run.setup.points
    rows = points.where(split)[:SAMPLE]
    return _images(run, points.factors[rows]) if rows.size else None


def _weights(run: Run) -> NDArray[np.float64] | None:
    """Return the weight of each point in the loss, nan for removed points, which have none."""
    coefficients = run.config.sample_weights
    if not coefficients:
        return None
    points = run.setup.points
    kept = points.split != "removed"
    weights = np.full(len(points), np.nan)
    weights[kept] = sample_weights(points.factors[kept], points.space.names, coefficients)
    return weights


MOST_LATENTS, MOST_DIRECTIONS, MOST_FACTORS = 8, 3, 6
"""Rows at most of the grid of traversals, of each kind."""


def traversals(run: Run) -> dict[str, NDArray[np.float32]]:
    """Return the images along latent traversals through the mean code, each (steps, h, w).

    They go along the latents, the principal directions of the codes of the kept points, and the
    directions in which these codes follow each factor; of many the first few. There are none where
    the model has no codes or all are alike.
    """
    if coded(run.model) is None:
        return {}
    codes, space = run.embedding, run.world.space
    if len(distinct_codes(codes).rows) < 2:
        return {}
    factors = run.points.loc[run.points["split"] != "removed", list(space.columns)]
    named = {
        "z{}": along_axes(codes)[:MOST_LATENTS],
        "principal {}": along_principal_directions(codes)[:MOST_DIRECTIONS],
        "factor {}": along_factors(codes, factors)[:MOST_FACTORS],
    }
    labels = {
        "z{}": range(codes.shape[1]),
        "principal {}": range(1, codes.shape[1] + 1),
        "factor {}": space.names,
    }
    return {
        name.format(label): run.decode(line)
        for name, lines in named.items()
        for label, line in zip(labels[name], lines, strict=False)
    }
