"""Paths in latent space: where the codes go as one factor moves and the others stay.

Codes are known at scattered factors only. So the direction of each path is estimated place by
place: quadratic regression of the codes on the factors over the nearest rows gives the tangents
∂z/∂v there (W. Cleveland and S. Devlin, "Locally weighted regression", 1988, without weights).
"""

import numpy as np
from numpy.typing import NDArray

from transect.measure.neighbors import Neighbors

PATHS = 24
"""Paths of each factor, through rows that are evenly spread."""

STEPS = 33
"""Places on a path."""

PLACES = 500
"""Rows at most at which directions are taken, evenly spread."""

NEIGHBORHOODS = (0.04, 0.1, 0.3)
"""Shares of the rows that a regression may take.

Codes with noise need many, bent ones few; what predicts rows from the others decides. Shares, and
no numbers, so that the places that are averaged over don't shrink with more rows.
"""

FAR = 3.0
"""A place is outside beyond this many times the median distance of a row to its next."""

TRIALS = 300
"""Rows at most that choose the neighbourhood."""

SLACK = 1.1
"""The largest neighbourhood is taken whose squared error is within this of the least."""

_ROWS_A_BLOCK = 1 << 16

Array = NDArray[np.float64]


class FactorPaths:
    """The tangents of the codes along each factor, at any factors.

    Args:
        codes: (n, d).
        factors: (n, k), no constant column.
        periods: Length of the full turn of each factor, None for one that doesn't come round.

    Example:
        Codes that are a quarter circle along the first factor and a line along the second:

        >>> points = np.random.default_rng(0).random((2000, 2))
        >>> turn = points[:, 0] * np.pi / 2
        >>> codes = np.stack([np.cos(turn), np.sin(turn), points[:, 1]], axis=1)
        >>> paths = FactorPaths(codes, points, [None, None])
        >>> [round(float(degrees)) for degrees in paths.bend()]
        [90, 0]
        >>> round(paths.crossing())
        90
    """

    def __init__(self, codes: Array, factors: Array, periods: list[float | None]) -> None:
        low = factors.min(axis=0)
        length = np.array(
            [p or high for p, high in zip(periods, np.ptp(factors, axis=0), strict=True)]
        )
        self.periodic = np.array([p is not None for p in periods])
        unit = (factors - low) / length
        # rows of equal factors are one place, so that a neighbourhood never is a single one
        self.unit, place = np.unique(
            np.where(self.periodic, unit % 1.0, unit), axis=0, return_inverse=True
        )
        sums = np.zeros((len(self.unit), codes.shape[1]))
        np.add.at(sums, place, codes - codes[0])  # exactly 0 where a column is constant
        self.codes = sums / np.bincount(place)[:, None]
        self.places = Neighbors(self.unit, self.periodic)
        self.far = FAR * float(np.median(self.places.nearest(self.unit, 2)[0][:, 1]))
        self.neighbors = self._choose_neighbors()

    def tangents(self, places: Array) -> Array:
        """Return ∂z/∂v at places (m, k) in the unit box, (m, d, k).

        Codes are in their own unit, factors in that of their range.
        """
        return self._regress(places, self.neighbors)[0][:, 1 : 1 + places.shape[1]].transpose(
            0, 2, 1
        )

    def motion(self) -> Array:
        """Return where each factor moves the codes, (k, d, d), of trace 1.

        The mean of (∂z/∂v)(∂z/∂v)ᵀ over places, divided by its trace: its entry for a direction is
        the share of the squared movement along it. 0 where nothing moves.
        """
        tangents = self._tangents_at_rows()
        products = np.einsum("mik,mjk->kij", tangents, tangents)
        total = np.trace(products, axis1=1, axis2=2)
        return products / np.where(total > 0, total, 1.0)[:, None, None]

    def bend(self) -> Array:
        """Return how far the paths of each factor bend, (k,), degrees, 0 straight to 360.

        It is the angle φ of the circular arc with the same ratio of chord to length,
        sin(φ/2) / (φ/2) = Σ‖∫ ∂z/∂v dv‖ / Σ∫ ‖∂z/∂v‖ dv, the sums over paths: 90 is a quarter
        circle, 360 a path that ends where it began, or has folded back. 0 where nothing moves.
        Paths that a hole interrupts are left out, unless it interrupts all.
        """
        return np.array([self._bend_of(factor) for factor in range(self.unit.shape[1])])

    def crossing(self) -> float:
        """Return the mean acute angle at which the paths of two factors cross, degrees, 0 to 90.

        90: the factors move the codes in directions at right angles everywhere, as in every
        orthogonal coordinate system, straight or curved (L. Gresele et al., "Independent mechanism
        analysis, a new concept?", 2021, take this for a principle). Directions at random cross at
        45 in a plane and at 57 in three dimensions. NaN with one factor; 0 where nothing moves.
        """
        factors = self.unit.shape[1]
        if factors < 2:
            return float("nan")
        tangents = self._tangents_at_rows()
        length = np.linalg.norm(tangents, axis=1, keepdims=True)
        direction = tangents / np.where(length > 0, length, 1.0)
        cosine = np.abs(direction.transpose(0, 2, 1) @ direction)
        first, second = np.triu_indices(factors, 1)
        moves = (length[:, 0, first] > 0) & (length[:, 0, second] > 0)
        angles = np.degrees(np.arccos(np.minimum(cosine[:, first, second], 1.0)))
        return float(angles[moves].mean()) if moves.any() else 0.0

    def _tangents_at_rows(self) -> Array:
        return self.tangents(self.unit[_spread(len(self.unit), PLACES)])

    def _bend_of(self, factor: int) -> float:
        through = _spread(len(self.unit), PATHS)
        places = np.repeat(self.unit[through, None, :], STEPS, axis=1)
        places[:, :, factor] = (np.arange(STEPS) + 0.5) / STEPS
        places = places.reshape(-1, places.shape[2])
        near = self.places.nearest(places)[0][:, 0] <= self.far
        steps = np.where(near[:, None], self.tangents(places)[:, :, factor], 0.0)
        steps = steps.reshape(len(through), STEPS, -1)[_whole(near.reshape(len(through), STEPS))]
        chord = np.linalg.norm(steps.sum(axis=1), axis=1).sum()
        length = np.linalg.norm(steps, axis=2).sum()
        return arc_angle(chord / length) if length > 0 else 0.0

    def _regress(self, places: Array, neighbors: int) -> tuple[Array, Array]:
        """Return coefficients at places, (m, 1 + k + …, d), and the weight of a row there, (m,)."""
        step = max(1, _ROWS_A_BLOCK // neighbors)
        blocks = [
            self._regress_block(places[start : start + step], neighbors)
            for start in range(0, len(places), step)
        ]
        coefficients, weights = zip(*blocks, strict=True)
        return np.concatenate(coefficients), np.concatenate(weights)

    def _regress_block(self, places: Array, neighbors: int) -> tuple[NDArray, NDArray]:
        rows = self.places.nearest(places, neighbors)[1]
        step = self.unit[rows] - places[:, None, :]
        step = np.where(self.periodic, step - np.round(step), step)
        first, second = np.triu_indices(step.shape[2])
        square = step[:, :, first] * step[:, :, second]
        design = np.concatenate([np.ones((*step.shape[:2], 1)), step, square], axis=2)
        across = design.transpose(0, 2, 1)
        inverse = np.linalg.pinv(across @ design, rcond=1e-9, hermitian=True)
        return inverse @ (across @ self.codes[rows]), inverse[:, 0, 0]

    def _choose_neighbors(self) -> int:
        least = neighbors_needed(self.unit.shape[1])
        places = len(self.unit)
        counts = [min(places, max(least, round(share * places))) for share in NEIGHBORHOODS]
        rows = _spread(len(self.unit), TRIALS)

        def error(count: int) -> float:
            fit, weight = self._regress(self.unit[rows], count)
            left_out = (self.codes[rows] - fit[:, 0]) / np.maximum(1 - weight, 1e-9)[:, None]
            return float(np.mean(left_out**2))

        errors = [error(count) for count in counts]
        return max(
            count for count, e in zip(counts, errors, strict=True) if e <= SLACK * min(errors)
        )


def _spread(rows: int, count: int) -> NDArray[np.int64]:
    """Return `count` rows that are evenly spread, or all."""
    return np.linspace(0, rows - 1, min(rows, count)).astype(np.int64)


def _whole(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which paths have no gap between places near rows, (paths,), or all if none."""
    before = np.logical_or.accumulate(near, axis=1)
    after = np.logical_or.accumulate(near[:, ::-1], axis=1)[:, ::-1]
    broken = np.any(before & after & ~near, axis=1)
    return np.ones(len(near), dtype=bool) if broken.all() else ~broken


def neighbors_needed(factors: int) -> int:
    """Return how many rows a local regression on that many factors takes at least.

    Example:
        >>> neighbors_needed(2)
        18
    """
    return 3 * (1 + factors + factors * (factors + 1) // 2)


def arc_angle(ratio: float) -> float:
    """Return the angle of the circular arc whose chord is `ratio` of its length, degrees.

    Args:
        ratio: Chord ÷ length, in [0, 1].

    Example:
        >>> round(arc_angle(2 / np.pi))  # half a circle
        180
    """
    angles = np.linspace(360, 0, 7201)
    return float(np.interp(ratio, np.sinc(angles / 360), angles))
