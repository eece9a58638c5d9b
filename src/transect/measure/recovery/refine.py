"""Least squares from many starts at once, and a choice among the values of finite factors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transect.measure.recovery.renderer import (
    Features,
    Level,
    Renderer,
    Unit,
    Values,
    energy,
    gain,
    residual,
)

_ROUNDS = 4


def choose_values(renderer: Renderer, features: Features, targets: Values, unit: Unit) -> Unit:
    """Return starts with the values of their finite factors chosen, one factor after the other.

    Each factor tries all of its values while the others stay; rounds are repeated until nothing
    changes, four times at most.

    Args:
        renderer: The known renderer.
        features: What is compared.
        targets: (N, k), the features to be met.
        unit: (N, d), the starts, units of the box.
    """
    chosen = unit.copy()
    misfit = energy(residual(targets, renderer.features(features, chosen)))
    rows = np.arange(len(chosen))
    for _ in range(_ROUNDS):
        if not len(rows):
            break
        before = chosen[rows]
        for column, factor in enumerate(renderer.space.factors):
            for value in factor.values or ():
                trial = chosen[rows]
                trial[:, column] = (value - factor.low) / (factor.high - factor.low)
                values = renderer.features(features, trial)
                found = energy(residual(targets[rows], values))
                better = found < misfit[rows]
                chosen[rows[better]], misfit[rows[better]] = trial[better], found[better]
        rows = rows[np.any(chosen[rows] != before, axis=1)]
    return chosen


_CONVERGED = 5e-4  # of the range: well within the 1 % that recovery promises
_LONGEST_STEP = 0.2
_STUCK = 1e4


@dataclass
class Fit:
    """The state of a fit of N starts with c continuous of d factors.

    Attributes:
        unit: (N, d), units of the box.
        misfit: (N,), sum of squared differences of the features, at the best strength.
        curvature: (N, c, c), JᵀJ at the last linearisation.
        carriers: (N,), number of features that carry the misfit, (Σr²)²/Σr⁴.
    """

    unit: Unit
    misfit: NDArray[np.float64]
    curvature: NDArray[np.float64]
    carriers: NDArray[np.float64]

    def __getitem__(self, rows: NDArray) -> "Fit":
        """Return the chosen rows."""
        return Fit(self.unit[rows], self.misfit[rows], self.curvature[rows], self.carriers[rows])


def join(fits: list[Fit]) -> Fit:
    """Return several fits as one, their rows in order."""
    return Fit(
        np.concatenate([fit.unit for fit in fits]),
        np.concatenate([fit.misfit for fit in fits]),
        np.concatenate([fit.curvature for fit in fits]),
        np.concatenate([fit.carriers for fit in fits]),
    )


def refine(renderer: Renderer, level: Level, targets: Values, unit: Unit, iterations: int) -> Fit:
    """Return starts moved downhill by the Levenberg–Marquardt method, all of them at once.

    Factors on a wall of the box stay there while the slope pushes outwards; periodic factors
    pass through. The strength of a render is fitted along with its factors, by variable projection
    (G. Golub and V. Pereyra, SIAM J. Numer. Anal. 10, 1973; in the form of L. Kaufman, BIT 15,
    1975). K. Levenberg (1944); D. Marquardt, SIAM J. Appl. Math. 11 (1963), with his
    scaling of the damping by the diagonal.

    Args:
        renderer: The known renderer.
        level: What is compared, and the steps of the derivatives.
        targets: (N, k), the features to be met.
        unit: (N, d), the starts.
        iterations: Number of steps at most.
    """
    if not len(unit):
        columns = len(renderer.continuous)
        return Fit(unit, np.empty(0), np.empty((0, columns, columns)), np.empty(0))
    search = _Search(renderer, level, targets, unit.copy())
    for _ in range(iterations):
        rows = np.flatnonzero(search.active)
        if not len(rows):
            break
        stale = rows[search.stale[rows]]
        if len(stale):
            search.linearise(stale)
        search.step(rows)
    return search.fit()


class _Search:
    def __init__(self, renderer: Renderer, level: Level, targets: Values, unit: Unit) -> None:
        self.renderer, self.level, self.targets, self.unit = renderer, level, targets, unit
        count, columns = len(unit), len(renderer.continuous)
        self.values = renderer.features(level.features, unit)
        self.residual = residual(targets, self.values)
        self.misfit = energy(self.residual).astype(np.float64)
        self.curvature = np.zeros((count, columns, columns))
        self.slope = np.zeros((count, columns))
        self.damping = np.full(count, 1e-2)
        self.active = np.full(count, columns > 0)
        self.stale = np.ones(count, dtype=bool)

    def linearise(self, rows: NDArray[np.int64]) -> None:
        jacobian, values = self.renderer.jacobian(self.level, self.unit[rows]), self.values[rows]
        # what a change of strength would do as well is no evidence for a factor
        size = np.maximum(energy(values), 1e-12)[:, None, None]
        jacobian -= (jacobian @ values[:, :, None]) / size * values[:, None, :]
        jacobian *= gain(self.targets[rows], values)[:, None, None]
        self.curvature[rows] = jacobian @ jacobian.transpose(0, 2, 1)
        self.slope[rows] = (jacobian @ self.residual[rows, :, None])[:, :, 0]
        self.stale[rows] = False

    def step(self, rows: NDArray[np.int64]) -> None:
        columns = self.renderer.continuous
        trial = self.unit[rows]
        trial[:, columns] += self._direction(rows)
        trial = self.renderer.inside(trial)
        values = self.renderer.features(self.level.features, trial)
        left = residual(self.targets[rows], values)
        misfit = energy(left).astype(np.float64)
        better = misfit < self.misfit[rows]
        moved = np.abs(self.renderer.difference(trial, self.unit[rows])).max(axis=1)
        accepted = rows[better]
        self.unit[accepted], self.values[accepted] = trial[better], values[better]
        self.residual[accepted], self.misfit[accepted] = left[better], misfit[better]
        self.stale[accepted] = True
        self.damping[rows] *= np.where(better, 0.2, 5.0)
        self.active[rows] = (moved > _CONVERGED) & (self.damping[rows] < _STUCK)

    def _direction(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        columns = self.renderer.continuous
        slope, curvature = self.slope[rows], self.curvature[rows]
        place = self.unit[rows][:, columns]
        wall = ((place <= 0) & (slope < 0)) | ((place >= 1) & (slope > 0))
        held = wall & ~self.renderer.periodic[columns]
        diagonal = np.einsum("ijj->ij", curvature)
        least = 1e-6 * diagonal.max(axis=1, keepdims=True) + 1e-12
        matrix = np.where(held[:, :, None] | held[:, None, :], 0.0, curvature)
        damping = self.damping[rows, None] * np.maximum(diagonal, least) + least
        matrix += np.eye(len(columns)) * np.where(held, 1.0, damping)[:, None, :]
        step = np.linalg.solve(matrix, np.where(held, 0.0, slope)[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        return step * np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, 1e-12))

    def fit(self) -> Fit:
        fourth = np.square(np.square(self.residual, dtype=np.float64)).sum(axis=1)
        carriers = np.divide(self.misfit**2, fourth, out=np.ones_like(fourth), where=fourth > 0)
        carriers = np.maximum(carriers, 1.0)  # rounding of tiny misfits may leave 0
        return Fit(self.unit, self.misfit, self.curvature, carriers)
