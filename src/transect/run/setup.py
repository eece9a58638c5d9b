"""What a configuration describes, built: the world, the hole, the points and the transects."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transect.image.dataset import Dataset
from transect.run.component import build
from transect.run.config import Config, resolve
from transect.space import Hole, PointSet, Transect, grid, inside, sobol, split_points, uniform
from transect.space.points_file import read_points
from transect.world import World


class Stream(IntEnum):
    """The independent random streams that flow from the one seed of a configuration."""

    POINTS = 0
    SPLIT = 1
    FILL = 2
    ORACLE = 3
    WEIGHTS = 4
    TRAINING = 5


def stream_seed(seed: int, stream: Stream) -> int:
    """Return the seed of one stream: a whole number below 2³², independent between streams."""
    return int(np.random.SeedSequence([seed, stream]).generate_state(1)[0])


@dataclass(frozen=True)
class Setup:
    """Everything that is known before a model exists.

    Attributes:
        config: The configuration, with the world's hole and transects filled in.
        world: The world.
        hole: The hole, or None where nothing is removed.
        canvas: What pictures are drawn on.
        points: The points of the punctured model, split into train, validation and removed.
        oracle_points: The training points of the oracle: the hole filled, as many points.
        oracle_seen: (n,) whether the oracle trains on that very point of `points`. Never true in
            the hole of a continuous world; in a finite one some removed points fill the hole.
        transects: The lines that are walked.
    """

    config: Config
    world: World
    hole: Hole | None
    canvas: Any
    points: PointSet
    oracle_points: PointSet
    oracle_seen: NDArray[np.bool_]
    transects: tuple[Transect, ...]

    def dataset(self, points: PointSet) -> Dataset:
        """Return the pictures of `points`, drawn on demand."""
        return Dataset(self.world, self.canvas, points)

    def draw(self, factors: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the true images (k, h, w) in [0, 1] of points (k, d), raw units."""
        return self.canvas.draw(self.world, factors).astype(np.float32) / 255


def prepare(config: Config) -> Setup:
    """Return what `config` describes, without drawing a picture.

    Raises:
        ValueError: A part of the configuration is impossible; the message says which.
    """
    world = build("world", config.world)
    config = resolve(config, world)
    hole = _hole(config, world)
    canvas = build("canvas", config.canvas)
    points = split_points(
        world.space,
        _sample(config, world),
        hole,
        validation=_validation(config),
        seed=stream_seed(config.seed, Stream.SPLIT),
        order=config.points.validation_order,
    )
    oracle_points, oracle_seen = _fill(config, hole, points)
    transects = tuple(_transect(world, line) for line in config.transects)
    return Setup(config, world, hole, canvas, points, oracle_points, oracle_seen, transects)


def _hole(config: Config, world: World) -> Hole | None:
    if config.hole.get("kind") == "none":
        return None
    return build("hole", config.hole, space=world.space)


def _transect(world: World, line: dict[str, Any]) -> Transect:
    keys = ("name", "start", "end", "count")
    missing, unknown = set(keys[:3]) - set(line), set(line) - set(keys)
    if missing or unknown:
        raise ValueError(f"a transect needs name, start and end, and takes count; got {line}")
    return Transect(space=world.space, **line)


def _validation(config: Config) -> int | float:
    value = config.points.validation
    return int(value) if value >= 1 else value


def _sample(config: Config, world: World) -> NDArray[np.float64]:
    space, points = world.space, config.points
    seed = stream_seed(config.seed, Stream.POINTS)
    if points.file is not None:
        return read_points(Path(points.file), space)
    if points.sampling == "sobol":
        return sobol(space, points.count, seed)
    if points.sampling == "grid":
        steps = int(points.count ** (1 / space.dimension) + 1e-9)
        return grid(space, max(steps, 2))
    return uniform(space, points.count, seed)


def _fill(
    config: Config, hole: Hole | None, points: PointSet
) -> tuple[PointSet, NDArray[np.bool_]]:
    """Return the oracle's training points, and which rows of `points` are among them.

    The hole is filled at the density of the removed points: by fresh points in a continuous
    world, by half of the removed points in a finite one, which has no others. From those and the
    training points as many are drawn as the punctured model has.
    """
    seen = points.split == "train"
    if hole is None:
        return points[seen], seen
    removed = points.where("removed")
    if points.space.finite:
        rng = np.random.default_rng(stream_seed(config.seed, Stream.FILL))
        filled = np.sort(rng.permutation(removed)[: len(removed) // 2])
        seen = seen.copy()
        seen[filled] = True
        fill = points.factors[filled]
    else:
        seed = stream_seed(config.seed, Stream.FILL)
        fill = inside(points.space, hole, len(removed), seed)
    pool = np.concatenate([points.factors[points.where("train")], fill])
    rng = np.random.default_rng(stream_seed(config.seed, Stream.ORACLE))
    rows = np.sort(rng.permutation(len(pool))[: len(points.where("train"))])
    factors = pool[rows]
    split = np.full(len(factors), "train")
    return PointSet(points.space, factors, split, hole.rim_distance(factors)), seen
