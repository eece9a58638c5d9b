"""A bank of known images, from which a search takes its starts."""

from math import prod

import numpy as np
from numpy.typing import NDArray

from transect.measure.neighbors import Neighbors
from transect.measure.recovery.feature import Features, Values, likeness, relative_change
from transect.measure.recovery.renderer import Renderer
from transect.space import FactorSpace, grid, sobol

_GRID_DIMENSIONS = 2
_SPACING_POINTS = 128


class Bank:
    """Points all over the box, and the features of their images.

    One or two factors are laid out on a grid, more by a Sobol' sequence and the corners of the
    box; a finite space is taken as a whole where it fits.

    Attributes:
        unit: (m, d), its points in units of the box.
        complete: Whether it holds every point of a finite space.
        features: What images are compared by.
        values: (m, k), their features.

    Args:
        renderer: The renderer, with its space.
        features: What images are compared by.
        size: Number of points, about.
        seed: Seed of the Sobol' sequence.
    """

    def __init__(self, renderer: Renderer, features: Features, size: int, seed: int) -> None:
        self.unit = renderer.space.to_unit(bank_points(renderer.space, size, seed))
        self.complete = renderer.space.finite and len(self.unit) == _grid_size(renderer.space)
        self.features = features
        self.values = renderer.features(features, self.unit)
        self._neighbors = self._nearest(renderer)

    def starts(self, targets: Values, count: int) -> NDArray[np.int64]:
        """Return the rows of the best distinct starts for features (n, k): (n, count).

        Distinct are those that match better than all of their neighbours. Where there are fewer
        than `count`, the best is repeated.
        """
        scores = likeness(targets, self.values)
        highest = scores.copy()
        for neighbor in self._neighbors.T:
            np.maximum(highest, scores[:, neighbor], out=highest)
        ranked = np.where(scores >= highest, -scores, np.inf)
        count = min(count, ranked.shape[1])
        rows = np.argpartition(ranked, count - 1, axis=1)[:, :count]
        found = np.isfinite(np.take_along_axis(ranked, rows, axis=1))
        return np.where(found, rows, scores.argmax(axis=1)[:, None])

    def spacing(self, renderer: Renderer, features: Features) -> float:
        """Return how much features change from a point to its nearest neighbour, the median.

        It is `relative_change`: 0 where the bank is dense, 1 where neighbours share nothing.
        """
        rows = np.linspace(0, len(self.unit) - 1, min(_SPACING_POINTS, len(self.unit))).astype(
            np.int64
        )
        here = renderer.features(features, self.unit[rows])
        there = renderer.features(features, self.unit[self._neighbors[rows, 0]])
        return float(np.median(relative_change(here, there)))

    def _nearest(self, renderer: Renderer) -> NDArray[np.int64]:
        count, dimension = self.unit.shape
        neighbors = min(count, 3**dimension if dimension <= _GRID_DIMENSIONS else 4 * dimension)
        points = renderer.inside(self.unit)
        rows = Neighbors(points, renderer.periodic).nearest(points, max(2, neighbors))[1]
        return np.minimum(rows[:, 1:], count - 1)  # a bank of one point has itself as neighbour


def bank_points(space: FactorSpace, size: int, seed: int) -> NDArray[np.float64]:
    """Return about `size` points all over the box, (n, d), raw units.

    Example:
        >>> from transect.space import Factor
        >>> bank_points(FactorSpace([Factor("a", 0, 1)]), 3, seed=0)
        array([[0. ],
               [0.5],
               [1. ]])
    """
    if space.finite:
        everything = _grid_size(space) <= size
        return grid(space, space.most_steps(size)) if everything else sobol(space, size, seed)
    if space.dimension <= _GRID_DIMENSIONS:
        side = round(size ** (1 / space.dimension))
        return grid(space, [min(side, most) for most in space.most_steps(side)])
    corners = [min(2, most) for most in space.most_steps(2)]
    return np.concatenate([sobol(space, size, seed), grid(space, corners)])


def _grid_size(space: FactorSpace) -> int:
    return prod(space.most_steps(1))
