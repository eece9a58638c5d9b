"""An exploration whose every image is known: roses, their blur, and a latent space of greys."""

from itertools import pairwise

import numpy as np
import pandas as pd

from transect.measure.error.pixel import pixel_errors
from transect.report import ReportData
from transect.report.explorer import Exploration, ExploredModel, Reconstructions, Volume
from transect.space import Factor, FactorSpace, grid

STEPS = 13
CODES = 5


def volume_of(codes, size) -> Volume:
    """Return a latent space in which node i of n is drawn in the grey i / n."""
    axes = tuple(np.linspace(low, high, CODES) for low, high in zip(codes.min(0), codes.max(0)))  # noqa: B905
    count = CODES ** len(axes)
    greys = np.arange(count) / count
    images = np.broadcast_to(greys[:, None, None], (count, size, size))
    distance = np.where(np.arange(count) % 2 == 0, 0.0, 100.0)
    return Volume(axes, images, distance, distance == 0)


def make_exploration(run, report: ReportData) -> Exploration:
    space = run.world.space
    factors = np.concatenate([grid(space, STEPS), *(line.points for line in report.lines)])
    images = run.images(factors)
    train = report.points["split"] == "train"
    known = run.draw(report.points.loc[train, list(space.columns)].to_numpy()[:7])
    nearest_of = np.arange(len(factors)) % len(known)
    codes = report.points[report.codes].to_numpy()
    model = ExploredModel(
        name="model",
        drawn=Reconstructions(
            images.reconstruction, pixel_errors(images.truth, images.reconstruction)
        ),
        oracle=Reconstructions(images.oracle, pixel_errors(images.truth, images.oracle)),
        codes=run.codes(factors, codes.shape[1]),
        labels=tuple(f"z{k}" for k in range(codes.shape[1])),
        explained=1.0,
        points=report.points,
        point_codes=codes,
        nearest=known,
        nearest_of=nearest_of,
        nearest_errors=pixel_errors(images.truth, known[nearest_of]),
        volume=volume_of(codes, run.size),
    )
    return Exploration(
        space=space,
        nodes=tuple(np.linspace(low, high, STEPS) for low, high in zip(space.low, space.high)),  # noqa: B905
        transects={line.name: line.count for line in report.lines},
        factors=factors,
        boundary=run.hole.boundary_distance(factors),
        truth=images.truth,
        models=(model,),
        size=(run.size, run.size),
    )


def few_factors(names=("a", "b", "c"), latent: int = 2) -> Exploration:
    """Return an exploration of up to three factors: sample i of n is drawn in the grey i / n.

    The hole is the lower half of the last factor.
    """
    space = FactorSpace([Factor(name, 0, k + 1) for k, name in enumerate(names)])
    factors = grid(space, (4, 5, 6)[-len(names) :])
    count = len(factors)
    greys = np.broadcast_to((np.arange(count) / count)[:, None, None], (count, 16, 16))
    generator = np.random.default_rng(0)
    inside = generator.random((50, len(names))) * space.high
    points = pd.DataFrame(inside, columns=list(space.columns))
    points["split"] = np.where(points[space.columns[0]] > 0.5, "train", "removed")
    codes = generator.random((50, latent))
    errors = {"nmse": np.linspace(0.1, 1, count), "soft_iou": np.linspace(0.9, 0.1, count)}
    model = ExploredModel(
        name=names[0],
        drawn=Reconstructions(greys, errors),
        oracle=None,
        codes=generator.random((count, latent)),
        labels=tuple(f"z{k}" for k in range(latent)),
        explained=1.0,
        points=points,
        point_codes=codes,
        nearest=greys[:1],
        nearest_of=np.zeros(count, dtype=int),
        nearest_errors=errors,
        volume=volume_of(codes, 16),
    )
    nodes = tuple(np.unique(column) for column in factors.T)
    assert all(high > low for axis in nodes for low, high in pairwise(axis))
    boundary = factors[:, -1] - space.high[-1] / 2
    return Exploration(
        space, nodes, {}, factors, boundary, greys, (model,), (16, 16), dark_foreground=False
    )
