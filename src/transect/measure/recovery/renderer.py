"""The known renderer, as a search sees it: unit coordinates in, features out.

Features are images that are blurred and sampled coarsely; a search compares them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transect.space import FactorSpace

Values = NDArray[np.float32]

GREY = 1 / 255
"""The step between two greys of 8 bits."""


@dataclass(frozen=True)
class Features:
    """A Gaussian blur followed by a coarser grid, the same for every image.

    A blurred image changes smoothly as its curve moves, by as much as the blur is wide; that is
    what lets a search find its way from afar.

    Attributes:
        height: Height of the images in pixels.
        width: Width of the images in pixels.
        blur: Standard deviation of the blur, in 64ths of the larger side.
        cells: Number of samples along the larger side, at most; never more than pixels.

    Example:
        >>> Features(32, 64, blur=2.0, cells=16)(np.ones((1, 32, 64))).shape
        (1, 128)
    """

    height: int
    width: int
    blur: float
    cells: int

    @property
    def rounding(self) -> float:
        """Difference of features that two renders of 8 bits may show by rounding alone.

        Four standard deviations: a grey level is uniform within ±1/510, two of them differ, and
        the blur averages over 4πσ² pixels.
        """
        pixels = max(1.0, 4 * np.pi * (self.blur * max(self.height, self.width) / 64) ** 2)
        return 4 * GREY / np.sqrt(6 * pixels)

    @property
    def overlap(self) -> float:
        """How many features share what one of them says, since the blur spreads it: at least 1."""
        side = max(self.height, self.width)
        deviation = self.blur * min(self.cells, side) / 64  # in cells
        return max(1.0, 4 * np.pi * deviation**2)

    def __call__(self, images: NDArray) -> Values:
        """Return the features of images (n, h, w), uint8 or float in [0, 1]: (n, k)."""
        values = images.astype(np.float32)
        if np.issubdtype(images.dtype, np.integer):
            values /= 255
        side = max(self.height, self.width)
        down = _blur_matrix(self.height, side, self.blur, self.cells)
        across = _blur_matrix(self.width, side, self.blur, self.cells).T
        rows = (values.reshape(-1, self.width) @ across).reshape(len(values), self.height, -1)
        return np.matmul(down, rows, dtype=np.float32).reshape(len(values), -1)


def residual(targets: Values, values: Values) -> Values:
    """Return what is left of features (n, k) when others, as strong as fits best, are taken away.

    y − g f with g = max(y·f, 0) / |f|²: how dark an image is says nothing of its point.

    Example:
        >>> residual(np.array([[1.0, 1.0]]), np.array([[4.0, 0.0]]))
        array([[0., 1.]])
    """
    explained: Values = gain(targets, values)[:, None] * values
    return targets - explained


def gain(targets: Values, values: Values) -> Values:
    """Return the strength, at least 0, at which features (n, k) match targets best, (n,).

    Example:
        >>> gain(np.array([[1.0, 1.0]]), np.array([[4.0, 0.0]]))
        array([0.25])
    """
    shared: Values = np.maximum(np.einsum("ij,ij->i", targets, values), 0)
    size = energy(values)
    return np.divide(shared, size, out=np.zeros_like(size), where=size > 0)


def likeness(targets: Values, values: Values) -> Values:
    """Return the energy of targets (n, k) that each of the features (m, k) explains, (n, m).

    |y|² − |y − g f|² with the best strength g, see `residual`.

    Example:
        >>> likeness(np.array([[3.0, 4.0]]), np.array([[2.0, 0.0], [0.0, 2.0]]))
        array([[ 9., 16.]])
    """
    size = energy(values)
    shared: Values = np.square(np.maximum(targets @ values.T, 0))
    shared /= np.where(size > 0, size, 1)
    return shared


def energy(values: Values) -> Values:
    """Return the sum of squares of each row of (n, k): (n,).

    Example:
        >>> energy(np.array([[3.0, 4.0]]))
        array([25.])
    """
    return np.einsum("ij,ij->i", values, values)


def relative_change(one: Values, other: Values) -> Values:
    """Return |f − g|² / (|f|² + |g|²) of each pair of rows (n, k): 0 alike, 1 without overlap.

    Example:
        >>> relative_change(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
        array([1.])
    """
    total = energy(one) + energy(other)
    return np.divide(energy(one - other), total, out=np.zeros_like(total), where=total > 0)


def _blur_matrix(pixels: int, side: int, blur: float, cells: int) -> Values:
    count = max(1, min(pixels, round(cells * pixels / side)))
    deviation = blur * side / 64
    samples = (np.arange(count) + 0.5) * pixels / count
    distance = samples[:, None] - (np.arange(pixels) + 0.5)
    weights = np.exp(-0.5 * (distance / deviation) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


Unit = NDArray[np.float64]
"""Points in units of the box, (n, d), where each factor spans [0, 1]."""

_ROWS_A_DRAWING = 512
_LARGEST_STEP, _SMALLEST_STEP = 0.25, 0.25 / 2**8
_CHANGE_BY_STEP = 0.02


@dataclass(frozen=True)
class Level:
    """What a search compares at one stage, and the steps that its derivatives are taken with.

    Attributes:
        features: What images are compared by.
        steps: (d,), the step of each factor in units of the box.
    """

    features: Features
    steps: NDArray[np.float64]


@dataclass(frozen=True)
class Renderer:
    """A renderer whose derivatives are taken by differences of images.

    Attributes:
        space: The space of the factors.
        draw: Turns points (n, d), raw units, into images (n, h, w).
    """

    space: FactorSpace
    draw: Callable[[NDArray[np.float64]], NDArray]

    @property
    def periodic(self) -> NDArray[np.bool_]:
        """Which factors are periodic, (d,)."""
        return np.array([factor.periodic for factor in self.space.factors])

    @property
    def continuous(self) -> NDArray[np.int64]:
        """Columns of the factors that aren't bound to a finite set of values."""
        return np.flatnonzero([factor.values is None for factor in self.space.factors])

    def inside(self, unit: Unit) -> Unit:
        """Return points moved into the box: periodic factors wrapped, the others clipped."""
        return np.where(self.periodic, np.mod(unit, 1.0), np.clip(unit, 0.0, 1.0))

    def difference(self, one: Unit, other: Unit) -> Unit:
        """Return one − other, periodic factors by the shortest way round; shapes broadcast."""
        straight = one - other
        return np.where(self.periodic, straight - np.round(straight), straight)

    def features(self, features: Features, unit: Unit) -> Values:
        """Return the features of the images of points (n, d) in the box: (n, k)."""
        points = self.space.from_unit(unit)
        return np.concatenate(
            [
                features(self.draw(points[start : start + _ROWS_A_DRAWING]))
                for start in range(0, len(points), _ROWS_A_DRAWING)
            ]
        )

    def jacobian(self, level: Level, unit: Unit) -> Values:
        """Return the derivatives of the features at points (n, d): (n, c, k), c columns vary.

        They are central differences, and one-sided ones on the walls of the box.

        Args:
            level: What is derived, and by which steps.
            unit: Where.
        """
        columns = self.continuous
        ends = np.repeat(unit[None, None], 2, axis=0).repeat(len(columns), axis=1)
        for place, column in enumerate(columns):
            ends[0, place, :, column] -= level.steps[column]
            ends[1, place, :, column] += level.steps[column]
        ends = self.inside(ends)
        values = self.features(level.features, ends.reshape(-1, unit.shape[1]))
        values = values.reshape(2, len(columns), len(unit), -1)
        change = self.difference(ends[1], ends[0])
        lengths = np.stack([change[place, :, column] for place, column in enumerate(columns)])
        rise = values[1] - values[0]
        rise[np.abs(rise) < level.features.rounding] = 0
        slopes = rise / lengths[:, :, None].astype(np.float32)
        return slopes.transpose(1, 0, 2)

    def level(self, features: Features, unit: Unit) -> Level:
        """Return the features with the steps that suit them.

        Images have 8 bits, so a step must be long enough to change them; a derivative is
        local, so it must not be longer than the blur. The step is the longest of a ladder whose
        two ends share nearly all of their foreground: a relative change of 0.02 at the median of
        the points `unit` (n, d). For a line that is a shift by about a sixth of its width.
        """
        steps = np.full(unit.shape[1], _SMALLEST_STEP)
        for column in self.continuous:
            step = _LARGEST_STEP
            while step > _SMALLEST_STEP and self._change(features, unit, column, step) > (
                _CHANGE_BY_STEP
            ):
                step /= 2
            steps[column] = step
        return Level(features, steps)

    def _change(self, features: Features, unit: Unit, column: int, step: float) -> float:
        shift = np.zeros(unit.shape[1])
        shift[column] = step
        low, high = self.inside(unit - shift), self.inside(unit + shift)
        change = relative_change(self.features(features, low), self.features(features, high))
        return float(np.median(change))
