"""Which point does an image show? The factors, recovered by search over the known renderer.

Its starts come from a bank of known images.
"""

from functools import partial
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.image.canvas import Canvas
from transect.image.checks import check_images
from transect.measure.neighbors import Neighbors
from transect.measure.recovery.refine import Fit, choose_values, join, refine
from transect.measure.recovery.renderer import (
    GREY,
    Features,
    Level,
    Renderer,
    Unit,
    Values,
    energy,
    likeness,
    relative_change,
    residual,
)
from transect.space import FactorSpace, grid, sobol
from transect.space.seeds import random_generator
from transect.world import World

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


NEAR_EQUAL = 1.25
"""A minimum with at most this many times the misfit of the best is an answer as good."""

AMBIGUOUS = 0.1
"""An image is ambiguous where the spread of a factor exceeds this share of its range."""

_UNKNOWN = 1 / 12  # variance of a factor, in units of its range, that the image says nothing of
_SPARSE = 0.6  # change from one bank point to the next above which a sharp search goes astray
_FIRST_STEPS, _LAST_STEPS = 3, 10
_HOPELESS, _HOPELESS_ENERGY = 2.0, 0.1  # a start further behind than this is given up
_TWIN = 0.01  # starts this close have reached the same minimum
_BLURS = 0.6 * 1.15 ** np.arange(14)  # up to 3.7, in 64ths of the image; the first is sharp
_IMAGES_A_BLOCK = 128


class Recovery(NamedTuple):
    """The factors that images show, and how surely.

    Attributes:
        factors: (n, d), raw units, in the box.
        residual: (n,), squared difference between the image and the best render, made as
            blurred and as strong as the image, as a share of the image's energy: near 0 where
            the image is a render, 1 where it is blank.
        spread: (n, d), uncertainty of each factor as a share of its range, like a standard
            deviation: at most about 0.29, that of a factor of which nothing is known, unless
            several distant answers fit alike.
        ambiguous: (n,), whether the spread of a factor exceeds `AMBIGUOUS`.
    """

    factors: NDArray[np.float64]
    residual: NDArray[np.float64]
    spread: NDArray[np.float64]
    ambiguous: NDArray[np.bool_]


class FactorSearch:
    """A search for the factors that images show.

    A bank of renders gives several distinct starts for an image; from each, least squares on
    blurred and then on sharp images leads downhill; the best end is the answer. Renders are made
    as blurred and as strong as the image: a blur fills dents and a faint line favours renders
    with little foreground, so either would lead a plain match astray. (A factor that only scales
    the brightness of the whole image can't be told this way.) Factors with a finite set of values
    are searched value by value. Derivatives are differences of renders, so any world can be
    searched.

    The spread comes from the curvature of the misfit at the answer (as in a Laplace
    approximation: the misfit gives the noise, the number of independent features that carry it
    its weight, and a factor that the image doesn't determine gets that of a uniform
    distribution), and from the distance to other minima whose misfit is within `NEAR_EQUAL`
    times the best: two of them, D apart, count as a spread of D/2.

    Args:
        world: The world that the images are of.
        canvas: What draws it.
        bank: Number of renders that starts are taken from; 4096 for one or two factors and 8192
            for more if None.
        starts: Number of starts for an image; 4 for one or two factors and 8 for more if None.
        seed: Seed of the bank in three dimensions and more.
        threads: Threads for drawing; all cores if None.

    Raises:
        ValueError: An option is less than 1, or the seed negative or no whole number.

    Example:
        >>> from transect.image import SquareCanvas
        >>> from transect.world import GaussianBump
        >>> world, canvas = GaussianBump(), SquareCanvas(32)
        >>> search = FactorSearch(world, canvas, bank=256)
        >>> search.recover(canvas.draw(world, [[0.5, -0.25]]) / 255).factors.round(2)
        array([[ 0.5 , -0.25]])
    """

    def __init__(
        self,
        world: World,
        canvas: Canvas,
        *,
        bank: int | None = None,
        starts: int | None = None,
        seed: int = 0,
        threads: int | None = None,
    ) -> None:
        plane = world.space.dimension <= 2
        size = (4096 if plane else 8192) if bank is None else bank
        self.starts = (4 if plane else 8) if starts is None else starts
        for name, value in (("bank", size), ("starts", self.starts)):
            if value < 1:
                raise ValueError(f"{name} needs a value of at least 1, got {value}")
        sample = random_generator(seed, 1).random((32, world.space.dimension))
        self.space, self.canvas = world.space, canvas
        self._renderer = Renderer(world.space, partial(canvas.draw, world, threads=threads))
        shape = canvas.height, canvas.width
        sharp, soft, softer = (
            Features(*shape, blur, cells) for blur, cells in ((_BLURS[0], 64), (2.0, 32), (4.0, 16))
        )
        levels = [sharp]
        self._bank = Bank(self._renderer, soft, size, seed)
        if self._bank.spacing(self._renderer, sharp) > _SPARSE:
            levels = [soft, sharp]
        if self._bank.spacing(self._renderer, soft) > _SPARSE:
            self._bank = Bank(self._renderer, softer, size, seed)
            levels = [softer, soft, sharp]
        self._levels = [self._renderer.level(features, sample) for features in levels]
        steps = self._levels[-1].steps
        self._blurs = [Level(Features(*shape, blur, sharp.cells), steps) for blur in _BLURS]

    def recover(self, images: ArrayLike) -> Recovery:
        """Return the factors that images (n, h, w) in [0, 1] show, and how surely.

        Raises:
            ValueError: The images don't have the size of the canvas, or a value is NaN or outside
                [0, 1].
        """
        array = check_images(images, size=(self.canvas.height, self.canvas.width))
        if not len(array):
            nothing = np.empty((0, self.space.dimension))
            return Recovery(nothing, np.empty(0), nothing, np.empty(0, dtype=bool))
        blocks = [
            self._recover(array[start : start + _IMAGES_A_BLOCK])
            for start in range(0, len(array), _IMAGES_A_BLOCK)
        ]
        return Recovery(*(np.concatenate(column) for column in zip(*blocks, strict=True)))

    def render(self, factors: ArrayLike) -> NDArray[np.floating]:
        """Return the true images of factors (n, d), raw units: (n, h, w) in [0, 1]."""
        points = self.space.from_unit(self.space.to_unit(factors))
        return self._renderer.draw(points) / np.float32(255)

    def _recover(self, images: NDArray[np.float32]) -> Recovery:
        rows = self._bank.starts(self._bank.features(images), self.starts)
        owner = np.repeat(np.arange(len(images)), rows.shape[1])
        unit = self._bank.unit[rows.ravel()]
        if not self._bank.complete and len(self._renderer.continuous) < self.space.dimension:
            targets = self._bank.features(images)[owner]
            unit = choose_values(self._renderer, self._bank.features, targets, unit)
        for level in self._levels:
            targets = level.features(images)
            fit = refine(self._renderer, level, targets[owner], unit, _FIRST_STEPS)
            kept = self._promising(fit, owner, energy(targets))
            owner, unit = owner[kept], fit.unit[kept]
        targets = self._blurs[0].features(images)
        fit, owner = self._refine_blurred(unit, owner, targets, _FIRST_STEPS)
        fit, owner = self._refine_blurred(fit.unit, owner, targets, _LAST_STEPS)
        return self._answer(fit, owner, targets)

    def _refine_blurred(
        self, unit: Unit, owner: NDArray[np.int64], targets: Values, iterations: int
    ) -> tuple[Fit, NDArray[np.int64]]:
        """Return a fit with renders as blurred as the images, its best start first, and owners."""
        fits, owners = [], []
        for level, rows in zip(self._blurs, self._rows_by_blur(unit, owner, targets), strict=True):
            fits.append(refine(self._renderer, level, targets[owner[rows]], unit[rows], iterations))
            owners.append(owner[rows])
        fit, owner = join(fits), np.concatenate(owners)
        order = np.lexsort((fit.misfit, owner))
        return fit[order], owner[order]

    def _rows_by_blur(
        self, unit: Unit, owner: NDArray[np.int64], targets: Values
    ) -> list[NDArray[np.int64]]:
        """Return the rows of the starts whose image is as blurred as each level says."""
        best = unit[np.searchsorted(owner, np.arange(len(targets)))]
        images = self._renderer.draw(self.space.from_unit(best))
        misfits = [energy(residual(targets, level.features(images))) for level in self._blurs]
        level_of = np.argmin(misfits, axis=0)[owner]
        return [np.flatnonzero(level_of == place) for place in range(len(misfits))]

    def _promising(
        self, fit: Fit, owner: NDArray[np.int64], energies: NDArray
    ) -> NDArray[np.int64]:
        """Return the rows of the fit that may still win, the best of each image first."""
        order = np.lexsort((fit.misfit, owner))
        owner, misfit, unit = owner[order], fit.misfit[order], fit.unit[order]
        best = np.searchsorted(owner, owner)  # the first row of the same image
        kept = misfit <= _HOPELESS * misfit[best] + _HOPELESS_ENERGY * energies[owner]
        for lag in range(1, self.starts):
            twin = np.abs(self._renderer.difference(unit[lag:], unit[:-lag])).max(axis=1)
            kept[lag:] &= (owner[lag:] != owner[:-lag]) | (twin > _TWIN)
        return order[kept]

    def _answer(self, fit: Fit, owner: NDArray[np.int64], targets: Values) -> Recovery:
        first = np.searchsorted(owner, np.arange(len(targets)))
        best = fit[first]
        variance = self._variance(best)
        apart = self._renderer.difference(fit.unit, best.unit[owner])
        near = fit.misfit <= NEAR_EQUAL * (best.misfit + targets.shape[1] * GREY**2)[owner]
        rivalry = np.zeros_like(best.unit)
        np.maximum.at(rivalry, owner, np.where(near[:, None], np.square(apart / 2), 0.0))
        spread = np.sqrt(variance + rivalry)
        size = energy(targets).astype(np.float64)
        return Recovery(
            self.space.from_unit(best.unit),
            np.divide(best.misfit, size, out=np.ones_like(size), where=size > 0),
            spread,
            np.any(spread > AMBIGUOUS, axis=1),
        )

    def _variance(self, fit: Fit) -> Unit:
        """Return the variance of each factor by the curvature at the answer, (n, d)."""
        columns = self._renderer.continuous
        noise = fit.misfit / fit.carriers + GREY**2
        weight = 1 / (noise * self._blurs[0].features.overlap)
        precision = fit.curvature * weight[:, None, None] + np.eye(len(columns)) / _UNKNOWN
        variance = np.zeros_like(fit.unit)
        variance[:, columns] = np.einsum("ijj->ij", np.linalg.inv(precision))
        return variance
