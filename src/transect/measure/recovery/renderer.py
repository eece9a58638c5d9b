"""The known renderer, as a search sees it: unit coordinates in, features out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transect.measure.recovery.feature import Features, Values, relative_change
from transect.space import FactorSpace

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
