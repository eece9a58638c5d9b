"""What a configuration describes, built: the world, the hole, the points and the transects."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path

import numpy as np
import psutil
import torch
from numpy.typing import NDArray
from torch import nn

from transect.image import Canvas
from transect.image.dataset import Dataset
from transect.image.staging import staged
from transect.run.component import CANVAS, DECODER, ENCODER, HOLE, LOSS, WORLD, Component, build
from transect.run.config import Config, Line, resolve
from transect.space import (
    SPLITS,
    FactorSpace,
    Hole,
    PointSet,
    Transect,
    grid_within,
    inside,
    sobol,
    split_points,
    uniform,
)
from transect.space.points_file import read_points
from transect.space.seeds import library_seed, random_generator
from transect.space.values import shown
from transect.world import World

NUMBERS_A_WEIGHT = 4
"""Numbers that training keeps for each weight: itself, its gradient and two moments."""


class Stream(IntEnum):
    """The independent random streams that flow from the one seed of a configuration."""

    POINTS = 0
    SPLIT = 1
    FILL = 2
    ORACLE = 3
    WEIGHTS = 4
    TRAINING = 5
    KEPT = 6


@dataclass(frozen=True)
class Setup:
    """Everything that is known before a model exists.

    Attributes:
        config: The configuration, with the world's hole and transects filled in.
        world: The world.
        hole: The hole, or None where nothing is removed.
        canvas: What images are drawn on.
        points: The points of the punctured model, split into train, validation and removed.
        oracle_points: The training points of the oracle: the hole filled, as many points.
        oracle_seen: (n,) whether the oracle trains on that very point of `points`. Never true in
            the hole of a continuous world; in a finite one some removed points fill the hole.
        transects: The lines that are walked.
        store: File of the drawn images of `points`, for all processes and runs that have the same
            points; None if they are drawn to memory.
    """

    config: Config
    world: World
    hole: Hole | None
    canvas: Canvas
    points: PointSet
    oracle_points: PointSet
    oracle_seen: NDArray[np.bool_]
    transects: tuple[Transect, ...]
    store: Path | None = None

    @cached_property
    def held(self) -> Dataset:
        """The images of `points`, drawn once."""
        dataset = self.dataset(self.points)
        if self.store is None:
            return dataset.hold()
        self.fill_store()
        return dataset.hold(np.load(self.store, mmap_mode="r"))

    def fill_store(self) -> None:
        """Draw the images of `points` to `store`, unless they are there."""
        if self.store is not None and not self.store.exists():
            with staged(self.store, overwrite=True) as work:
                np.save(work, self.dataset(self.points).pixels())

    def images(self, split: str) -> NDArray[np.float32]:
        """Return the images (k, h, w) in [0, 1] of one split: train, validation or removed.

        Raises:
            ValueError: There is no such split.
        """
        if split not in SPLITS:
            raise ValueError(f"no split {split!r}; choose from {', '.join(SPLITS)}")
        return self.held.images(self.points.where(split))

    def dataset(self, points: PointSet) -> Dataset:
        """Return the images of `points`, drawn on demand."""
        return Dataset(self.world, self.canvas, points)

    def draw(self, factors: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the true images (k, h, w) in [0, 1] of points (k, d), raw units."""
        return self.canvas.draw(self.world, factors).astype(np.float32) / np.float32(255)


def prepare(config: Config, store: Path | None = None) -> Setup:
    """Return what `config` describes, without drawing an image.

    Args:
        config: What to prepare.
        store: See `Setup`.

    Raises:
        ValueError: A part of the configuration is impossible; the message says which.
    """
    world = build(WORLD, config.world)
    config = resolve(config, world)
    hole = _hole(config, world)
    canvas = build(CANVAS, config.canvas)
    check_points_memory(config, world.space.dimension, canvas.height * canvas.width)
    matched = config.points.train is not None
    points = _matched_points(config, world, hole) if matched else _points(config, world, hole)
    fill = _whole_box if matched else _fill
    oracle_points, oracle_seen = fill(config, hole, points)
    transects = tuple(_transect(world, line) for line in config.transects)
    names = [line.name for line in transects]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"transects need different names, got {twice[0]!r} twice")
    return Setup(config, world, hole, canvas, points, oracle_points, oracle_seen, transects, store)


def check_points_memory(config: Config, dimension: int, pixels: int) -> None:
    """Check that the points and their images fit into memory.

    Args:
        config: How many points there are.
        dimension: Number of factors.
        pixels: Pixels of an image.

    Raises:
        ValueError: They do not.
    """
    for name, count in (
        ("points.count", config.points.count),
        ("points.train", config.points.train or 0),
        *((f"count of transect {line.get('name')!r}", _count(line)) for line in config.transects),
    ):
        # Coordinates are of 8 bytes and pixels of 1.
        _check_memory(
            name,
            f"{count} points and their images of {pixels} pixels (canvas.size)",
            count * (8 * dimension + pixels),
        )


def check_weights_memory(config: Config, size: int) -> None:
    """Check that the weights of the model, and of what its loss trains beside it, fit into memory.

    They are counted without being made. What can't be built so is left to the allocation itself.

    Args:
        config: What the model is.
        size: Height and width of an image in pixels.

    Raises:
        ValueError: They do not fit.
    """
    for of, component in ((ENCODER, config.encoder), (DECODER, config.decoder)):
        with torch.device("meta"):
            try:
                part = build(of, component, size=size, latent=config.latent)
            except ValueError:
                continue
        _check_weights(of.name, component, config.latent, part)
    loss = build(LOSS, config.loss)
    try:
        with torch.device("meta"):
            critic = loss.needs(config.latent).critic
    except RuntimeError as error:  # more weights than can be counted
        raise ValueError(f"loss {shown(config.loss)} asks for too much: {error}") from error
    if critic is not None:
        _check_weights("loss", config.loss, config.latent, critic)


def _check_weights(field: str, component: Component, latent: int, part: nn.Module) -> None:
    count = sum(tensor.numel() for tensor in (*part.parameters(), *part.buffers()))
    _check_memory(
        field,
        f"the weights of {shown(component)} with latent {latent}",
        4 * NUMBERS_A_WEIGHT * count,
    )


def _count(line: dict[str, object]) -> int:
    count = line.get("count", 0)
    return count if isinstance(count, int) else 0


def _check_memory(name: str, what: str, needed: int) -> None:
    there = psutil.virtual_memory().total
    if needed > there:
        raise ValueError(
            f"{name} asks for too much: {what} need {needed / 1e9:.3g} GB of memory, "
            f"and this machine has {there / 1e9:.3g} GB"
        )


def _points(config: Config, world: World, hole: Hole | None) -> PointSet:
    sample = _sample(config, world.space, Stream.POINTS, config.points.count)
    return _split(config, world.space, hole, sample, _validation(config))


def _matched_points(config: Config, world: World, hole: Hole | None) -> PointSet:
    """Return points of which `points.train` are trained on, whatever the hole.

    Raises:
        ValueError: The world has a grid of points and no others.
    """
    space, train = world.space, config.points.train
    assert train is not None, "points are matched to a number of training images"
    if space.finite:
        raise ValueError(f"points.train needs a world without a grid of points, got {world!r}")
    share = _validation(config)
    validation = share if isinstance(share, int) else max(1, round(share * train / (1 - share)))
    sample = _sample(config, space, Stream.POINTS, config.points.count)
    kept = np.ones(len(sample), bool) if hole is None else ~hole.contains(sample)
    spare = int(kept.sum()) - train - validation
    if spare > 0:
        sample = np.delete(sample, np.flatnonzero(kept)[-spare:], axis=0)
    elif spare < 0 and kept.any():  # a hole that leaves nothing is refused below
        seed = library_seed(config.seed, Stream.KEPT)
        more = uniform(space, -spare, seed) if hole is None else inside(space, ~hole, -spare, seed)
        sample = np.concatenate([sample, more])
    return _split(config, space, hole, sample, validation)


def _split(
    config: Config,
    space: FactorSpace,
    hole: Hole | None,
    sample: NDArray[np.float64],
    validation: int | float,
) -> PointSet:
    seed, order = library_seed(config.seed, Stream.SPLIT), config.points.validation_order
    return split_points(space, sample, hole, validation=validation, seed=seed, order=order)


def _hole(config: Config, world: World) -> Hole | None:
    if config.hole.get("kind") == "none":
        return None
    return build(HOLE, config.hole, space=world.space)


def _transect(world: World, line: Line) -> Transect:
    keys = ("name", "start", "end", "count")
    missing, unknown = set(keys[:3]) - set(line), set(line) - set(keys)
    if missing or unknown:
        raise ValueError(f"a transect needs name, start and end, and takes count; got {line}")
    return Transect(space=world.space, **line)


def _validation(config: Config) -> int | float:
    value = config.points.validation
    return int(value) if value >= 1 else value


def _sample(config: Config, space: FactorSpace, stream: Stream, count: int) -> NDArray[np.float64]:
    points = config.points
    seed = library_seed(config.seed, stream)
    if points.file is not None:
        return read_points(Path(points.file), space)
    if points.sampling == "sobol":
        return sobol(space, count, seed)
    if points.sampling == "grid":
        return grid_within(space, count)
    return uniform(space, count, seed)


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
        rng = random_generator(library_seed(config.seed, Stream.FILL))
        filled = np.sort(rng.permutation(removed)[: len(removed) // 2])
        seen = seen.copy()
        seen[filled] = True
        fill = points.factors[filled]
    else:
        seed = library_seed(config.seed, Stream.FILL)
        fill = inside(points.space, hole, len(removed), seed)
    pool = np.concatenate([points.factors[points.where("train")], fill])
    rng = random_generator(library_seed(config.seed, Stream.ORACLE))
    rows = np.sort(rng.permutation(len(pool))[: len(points.where("train"))])
    factors = pool[rows]
    split = np.full(len(factors), "train")
    return PointSet(points.space, factors, split, hole.boundary_distance(factors)), seen


def _whole_box(
    config: Config, hole: Hole | None, points: PointSet
) -> tuple[PointSet, NDArray[np.bool_]]:
    """Return as many points of the whole box for the oracle, and that none is among `points`.

    They are drawn by a stream of their own, so no hole changes them.
    """
    space, count = points.space, len(points.where("train"))
    factors = _sample(config, space, Stream.ORACLE, count)
    distance = np.full(count, np.inf) if hole is None else hole.boundary_distance(factors)
    oracle = PointSet(space, factors, np.full(count, "train"), distance)
    return oracle, np.zeros(len(points), bool)
