"""What the explorer of a report needs, computed from the stored weights of a run.

Nothing here changes from one time to the next, and nothing is kept: the page can be rebuilt from
the run folder at any time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transect.image.resize import resize
from transect.measure.error.baselines import nearest_image
from transect.measure.error.pixel import WINDOW, pixel_errors
from transect.measure.neighbors import Neighbors
from transect.report.codes import Directions, directions
from transect.report.explorer import Exploration, ExploredModel, Reconstructions, Volume
from transect.run.loaded import Run
from transect.run.model import CodedModel, with_codes
from transect.space import FactorSpace, code_columns, grid
from transect.world import CurveWorld

SPRITE = 64
"""Longest side of an image on the page, in pixels; larger ones are averaged."""

PIXELS = 33**2 * SPRITE**2
"""Pixels that a model may draw for each grid: larger images get coarser grids."""

FEWEST = 81
"""Nodes that a grid has at least, however large the images are."""

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Detail:
    """How much an explorer holds; less makes a smaller page.

    Attributes:
        nodes: Nodes of the grid of the factor space, at most; no more than the run has points.
        codes: Nodes of the grid of the latent space, at most; no more than the run has points.
        points: Points of the data that are shown as dots, at most; a fixed choice among all.

    Raises:
        ValueError: A number is less than 1.
    """

    nodes: int = 33**2
    codes: int = 10**3
    points: int = 10**6

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise ValueError(f"{name} needs a value of at least 1, got {value}")


FULL = Detail()
"""What the report of a run holds."""


def explore(run: Run) -> Exploration:
    """Return what the explorer shows of a finished run whose model has codes."""
    return explore_together({"model": run})


def explore_oracle(run: Run) -> Reconstructions | None:
    """Return the samples of the explorer of a run as its oracle reconstructs them.

    It is a part of `explore` that takes about as long as the rest.

    Args:
        run: A run.

    Returns:
        The reconstructions, or None if there is no oracle.
    """
    return _oracle(run, run.draw(_samples(run, _nodes(run, FULL))))


def explore_together(
    runs: Mapping[str, Run], detail: Detail = FULL, *, oracles: bool = True
) -> Exploration:
    """Return what one explorer shows of several runs.

    Args:
        runs: By the name of the model; at least one, all of one world, canvas and hole.
        detail: How much it holds.
        oracles: Whether their oracles are explored, too.
    """
    first = next(iter(runs.values()))
    space, canvas, lines = first.world.space, first.setup.canvas, first.setup.transects
    nodes = _nodes(first, detail)
    factors = _samples(first, nodes)
    truth = first.draw(factors)
    hole = first.hole
    boundary = np.full(len(factors), np.inf) if hole is None else hole.boundary_distance(factors)
    return Exploration(
        space=space,
        nodes=tuple(np.unique(nodes[:, k]) for k in range(space.dimension)),
        transects={line.name: line.count for line in lines},
        factors=factors,
        boundary=boundary,
        truth=_small(truth),
        models=tuple(
            _model(name, run, truth, detail, _oracle(run, truth) if oracles else None)
            for name, run in runs.items()
        ),
        size=(canvas.height, canvas.width),
        dark_foreground=isinstance(first.world, CurveWorld),
    )


def same_task(runs: Iterable[Run]) -> bool:
    """Return whether runs are of one world, hole and canvas, and walk the same transects."""
    tasks = [
        (run.config.world, run.config.hole, run.config.canvas, run.config.transects) for run in runs
    ]
    return all(task == tasks[0] for task in tasks)


def grid_shape(space: FactorSpace, most: int) -> list[int]:
    """Return the number of nodes along each factor: as even as it goes, at most `most` in all.

    A factor never has more nodes than values that exist. Where there are too many factors for two
    nodes each, the last ones stay at their middle.

    Example:
        >>> from transect.space import Factor
        >>> grid_shape(FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)]), 1681)
        [41, 41]
        >>> finite = Factor("c", 0, 2, values=(0, 1, 2))
        >>> grid_shape(FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1), finite]), 1728)
        [24, 24, 3]
    """
    shape = [1] * space.dimension
    limits = space.most_steps(most)
    while True:
        open_ = [k for k in range(len(shape)) if shape[k] < limits[k]]
        if not open_:
            return shape
        least = min(open_, key=lambda k: (shape[k], k))
        grown = [number + (k == least) for k, number in enumerate(shape)]
        if np.prod(grown) > most:
            return shape
        shape = grown


def _affordable(most: int, run: Run) -> int:
    """Return how many images of a grid a run can afford."""
    canvas = run.setup.canvas
    drawn = max(PIXELS // (canvas.height * canvas.width), FEWEST)
    return min(most, drawn, max(len(run.setup.points), FEWEST))


def _nodes(run: Run, detail: Detail) -> Array:
    """Return the nodes of the grid of the factor space, (n, d)."""
    space = run.world.space
    return grid(space, grid_shape(space, _affordable(detail.nodes, run)))


def _samples(run: Run, nodes: Array) -> Array:
    """Return the factors of all samples: the nodes, and the points of the transects after them."""
    return np.concatenate([nodes, *(line.points for line in run.setup.transects)])


def _model(
    name: str, run: Run, truth: Array, detail: Detail, oracle: Reconstructions | None
) -> ExploredModel:
    model = with_codes(run.model)
    codes = run.refined(truth)
    point_codes = run.points[code_columns(run.points.columns)].to_numpy(dtype=np.float64)
    shown = directions(point_codes)
    nearest, nearest_of, nearest_errors = _nearest(run, truth)
    dots = np.sort(np.random.default_rng(0).permutation(len(run.points))[: detail.points])
    train = (run.points["split"] == "train").to_numpy()
    volume = _volume(
        model, shown, shown.project(point_codes[train]), _affordable(detail.codes, run)
    )
    return ExploredModel(
        name=name,
        drawn=_reconstructions(truth, run.decode(codes)),
        oracle=oracle,
        codes=shown.project(codes),
        labels=shown.labels,
        explained=shown.explained,
        points=run.points.iloc[dots],
        point_count=len(run.points),
        point_codes=shown.project(point_codes[dots]),
        nearest=nearest,
        nearest_of=nearest_of,
        nearest_errors=nearest_errors,
        volume=volume,
        config=run.described,
    )


def _oracle(run: Run, truth: Array) -> Reconstructions | None:
    return None if run.oracle is None else _reconstructions(truth, run.oracle.reconstruct(truth))


def _reconstructions(truth: Array, images: Array) -> Reconstructions:
    return Reconstructions(_small(images), _errors(truth, images))


def _errors(truth: Array, images: Array) -> Mapping[str, Array]:
    return {} if min(truth.shape[1:]) < WINDOW else pixel_errors(truth, images)


def _nearest(run: Run, truth: Array) -> tuple[Array, NDArray[np.int64], Mapping[str, Array]]:
    """Return the nearest training images, each once, whose each sample is, and its errors."""
    setup = run.setup
    train = setup.dataset(setup.points[setup.points.where("train")]).pixels()
    rows, of = np.unique(nearest_image(train, truth), return_inverse=True)
    images = train[rows].astype(np.float32) / 255
    return _small(images), of, _errors(truth, images[of])


def _volume(model: CodedModel, shown: Directions, train: Array, most: int) -> Volume:
    """Return the latent space around the training codes (n, k), decoded."""
    count = train.shape[1]
    number = max(2, int(most ** (1 / count) + 1e-9))
    low, high = train.min(axis=0), train.max(axis=0)
    axes = tuple(np.linspace(low[k], high[k], number) for k in range(count))
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, count)
    places = [np.abs(train[:, k, None] - axis).argmin(axis=1) for k, axis in enumerate(axes)]
    occupied = np.zeros(len(nodes), dtype=bool)
    occupied[np.ravel_multi_index(places, [number] * count)] = True
    return Volume(
        axes=axes,
        images=_small(model.decode(shown.restore(nodes))),
        distance=Neighbors(train).nearest(nodes)[0][:, 0],
        occupied=occupied,
    )


def _small(images: Array) -> Array:
    """Return images (n, h, w) as they are shown: averaged to `SPRITE` pixels at most."""
    longest = max(images.shape[1:])
    if longest <= SPRITE:
        return images
    height, width = (max(1, round(side * SPRITE / longest)) for side in images.shape[1:])
    return resize(images, height, width, "area")
