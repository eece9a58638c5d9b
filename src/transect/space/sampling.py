"""Points of a factor space: uniform, on a grid, evenly spread, or within a hole."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from transect.space.factor import FactorSpace
from transect.space.hole import Hole
from transect.space.seeds import random_generator
from transect.space.values import check_whole

# Each use of randomness draws from a stream of its own under the same seed.
_UNIFORM, _SOBOL, _INSIDE = 1, 2, 3
_LEAST_SHARE = 1e-5
_LEAST_TRIES = 2_000_000
_CHUNK = 2**16


def uniform(space: FactorSpace, count: int, seed: int) -> NDArray[np.float64]:
    """Return independent uniform points of the box, (count, d), raw units.

    A factor with a finite set of values takes each of them equally often, save that a periodic one
    leaves out a value at its upper end, which gives the same image as the lower. Where all factors
    have one, points are drawn without replacement.

    Args:
        space: The box.
        count: At least 1, in a finite space at most the number of its points; `ValueError`
            otherwise.
        seed: The same seed gives the same points.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 2, values=(0, 1, 2))])
        >>> sorted(uniform(space, 3, seed=0).ravel().tolist())
        [0.0, 1.0, 2.0]
    """
    count = _check_count(space, count)
    generator = random_generator(seed, _UNIFORM)
    if space.finite:
        return _grid_points(space, generator.choice(_grid_size(space), count, replace=False))
    return _spread(space, generator.random((count, space.dimension)))


def grid(space: FactorSpace, shape: int | Sequence[int]) -> NDArray[np.float64]:
    """Return a regular grid of the box, (n, d), raw units; the last factor varies fastest.

    The ends of each range belong to the grid, save that a periodic factor leaves out its upper
    end, which is the same image as the lower. A factor with a finite set of values gives
    evenly chosen ones of them.

    Args:
        space: The box.
        shape: Number of points along each factor, or one number for all; 1 gives the middle.

    Raises:
        ValueError: A number is missing, less than 1, or more than the values that exist.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> grid(FactorSpace([Factor("a", 0, 1), Factor("b", 0, 2)]), (2, 3)).tolist()
        [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]
    """
    numbers = list(shape) if isinstance(shape, Sequence) else [shape] * space.dimension
    if len(numbers) != space.dimension:
        raise ValueError(
            f"shape needs one number, or one for each of {', '.join(space.names)}; got {shape}"
        )
    axes = [_axis(space, column, number) for column, number in enumerate(numbers)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, space.dimension)


def grid_within(space: FactorSpace, count: int) -> NDArray[np.float64]:
    """Return the finest grid of at most `count` points, (n, d), raw units.

    It has as many steps along every factor, but no more than a factor has values, and 2 at least.

    Args:
        space: The box.
        count: At least 1; `ValueError` otherwise.

    Example:
        >>> from transect.space import Factor
        >>> space = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1, values=(0, 1))])
        >>> len(grid_within(space, 9))
        8
    """
    limits = space.most_steps(max(2, check_whole("count", count, least=1)))

    def shape(steps: int) -> list[int]:
        return [min(steps, limit) for limit in limits]

    steps = max(2, int(count ** (1 / space.dimension) + 1e-9))
    while steps < max(limits) and prod(shape(steps + 1)) <= count:
        steps += 1
    return grid(space, shape(steps))


def sobol(space: FactorSpace, count: int, seed: int) -> NDArray[np.float64]:
    """Return scrambled Sobol' points, which fill the box evenly, (count, d), raw units.

    A factor with a finite set of values takes them evenly. Where all factors have one, a point
    that was there before is skipped, so that none repeats.

    Args:
        space: The box.
        count: At least 1, in a finite space at most the number of its points; `ValueError`
            otherwise. Powers of two are spread best.
        seed: Seed of the scrambling.
    """
    from scipy.stats import qmc  # noqa: PLC0415 - slow to import, and rarely needed

    count = _check_count(space, count)
    engine = qmc.Sobol(space.dimension, rng=random_generator(seed, _SOBOL))
    exponent = (count - 1).bit_length()
    points = _spread(space, engine.random_base2(exponent))
    while space.finite:
        _, first = np.unique(points, axis=0, return_index=True)
        points = points[np.sort(first)]
        if len(points) >= count:
            break
        points = np.concatenate([points, _spread(space, engine.random(2**exponent))])
    return points[:count]


def inside(space: FactorSpace, hole: Hole, count: int, seed: int) -> NDArray[np.float64]:
    """Return uniform points of that part of the box that lies in the hole, (count, d), raw units.

    They are the uniform points of the box that fall into the hole. A finite space gives grid
    points, without replacement.

    Args:
        space: The box.
        hole: The region.
        count: At least 1.
        seed: The same seed gives the same points.

    Raises:
        ValueError: `count` is less than 1, the hole takes up less than about 1/100,000 of the box,
            or it holds fewer than `count` points of a finite space.
    """
    count = _check_count(space, count)
    generator = random_generator(seed, _INSIDE)
    if space.finite:
        points = _grid_points(space, generator.permutation(_grid_size(space)))
        found = points[hole.contains(points)][:count]
        if len(found) < count:
            raise ValueError(
                f"count needs to be at most the {len(found)} grid points in the hole {hole!r}, "
                f"got {count}"
            )
        return found
    found = np.empty((0, space.dimension))
    tries = 0
    while len(found) < count:
        if tries >= _LEAST_TRIES and len(found) < _LEAST_SHARE * tries:
            raise ValueError(
                f"the hole {hole!r} needs to take up at least {_LEAST_SHARE:g} of the box to be "
                f"sampled, but held {len(found)} of {tries} uniform points"
            )
        points = _spread(space, generator.random((_CHUNK, space.dimension)))
        found = np.concatenate([found, points[hole.contains(points)]])
        tries += _CHUNK
    return found[:count]


def _check_count(space: FactorSpace, count: int) -> int:
    """Return `count` where the space can give as many points.

    Raises:
        ValueError: A finite space has fewer points.
    """
    count = check_whole("count", count, least=1)
    if space.finite and count > _grid_size(space):
        raise ValueError(
            f"count needs to be at most {_grid_size(space)}, the number of points of this finite "
            f"space, got {count}"
        )
    return count


def _distinct(space: FactorSpace) -> list[NDArray[np.float64]]:
    """Return the values of each factor of a finite space that give different images."""
    return [
        factor.distinct_values for factor in space.factors if factor.distinct_values is not None
    ]


def _grid_size(space: FactorSpace) -> int:
    """Return the number of points of a finite space."""
    return prod(len(values) for values in _distinct(space))


def _grid_points(space: FactorSpace, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the points of a finite space at the given places of its row-major order, (n, d)."""
    values = _distinct(space)
    places = np.unravel_index(rows, [len(column) for column in values])
    return np.stack([column[at] for column, at in zip(values, places, strict=True)], axis=1)


def _spread(space: FactorSpace, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points in [0, 1)^d in raw units; finite factors share [0, 1) equally, (n, d)."""
    points = space.from_unit(unit)
    for column, factor in enumerate(space.factors):
        values = factor.distinct_values
        if values is not None:
            points[:, column] = values[(unit[:, column] * len(values)).astype(np.int64)]
    return points


def _axis(space: FactorSpace, column: int, number: int) -> NDArray[np.float64]:
    """Return `number` regular values of one factor, ascending.

    Raises:
        ValueError: The factor has fewer values.
    """
    factor = space.factors[column]
    number = check_whole(f"shape along {factor.name!r}", number, least=1)
    values = factor.distinct_values
    if values is not None:
        if number > len(values):
            raise ValueError(
                f"shape needs at most {len(values)} for {factor.name!r}, the number of its "
                f"values, got {number}"
            )
        last = len(values) - 1
        places = np.linspace(0, last, number) if number > 1 else np.array([last / 2])
        return values[np.round(places).astype(np.int64)]
    if number == 1:
        return space.center[column : column + 1]
    return np.linspace(factor.low, factor.high, number, endpoint=not factor.periodic)
