"""Whether the codes keep the neighbourhoods of factor space: trustworthiness and continuity.

J. Venna and S. Kaski, "Neighborhood preservation in nonlinear projection methods: an experimental
study" (2001). With n rows, k neighbours, and r(i, j) the rank of row j among the neighbours of row
i in the original space, 1 for the nearest,

    trustworthiness = 1 − 2 / (n k (2n − 3k − 1)) · Σᵢ Σⱼ max(r(i, j) − k, 0)

over the k nearest neighbours j of each row i in the embedding. Continuity is the same with the two
spaces exchanged. Both are 1 where the same rows are neighbours in both spaces, about ½ where the
codes have nothing to do with the factors, and 0 at worst:

- Trustworthiness is low where codes of distant factors come together, as at a fold.
- Continuity is low where codes of neighbouring factors are torn apart, as at a cut.

The original space is factor space with every factor scaled to length 1; a periodic factor lies on a
circle of circumference 1. The embedding is the codes with Euclidean distances.

**Ties.** Of rows at the same distance, each has the least of their ranks, and they share the places
that are left among the k nearest. So the order of the rows does not matter, and values on a grid
are neighbours as far as their distances go. Distances are compared in single precision, the
precision of the codes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_paired, check_periods

NEIGHBORS = 10
"""Neighbours of each row, at most."""

_ROWS_A_BLOCK = 256

Array = NDArray[np.float64]


class Neighborhood(NamedTuple):
    """How far neighbourhoods are kept, each in [0, 1].

    Attributes:
        trustworthiness: Whether neighbours among the codes are neighbours in factor space.
        continuity: Whether neighbours in factor space are neighbours among the codes.
    """

    trustworthiness: float
    continuity: float


def neighborhood(
    codes: ArrayLike,
    factors: ArrayLike,
    periods: Sequence[float | None] | None = None,
    neighbors: int = NEIGHBORS,
) -> Neighborhood:
    """Return trustworthiness and continuity of an embedding of factor space.

    Args:
        codes: (n, d), not all equal.
        factors: (n, k), no constant column.
        periods: Length of the full turn of each factor in its unit, None for a factor without one;
            no factor has one if left out.
        neighbors: Neighbours of each row, at least 1. From n rows at most (n − 1) // 2 are taken,
            since the formula holds for fewer than n / 2.

    Raises:
        ValueError: Fewer than 3 rows, equal codes, a constant factor, values that are not finite,
            periods that do not fit the factors, or no neighbours.

    Example:
        A fold brings distant points together, a cut through a circle tears neighbours apart:

        >>> points = np.random.default_rng(0).random((500, 2))
        >>> [round(share, 2) for share in neighborhood(np.abs(points - [0.5, 0]), points)]
        [0.79, 0.99]
        >>> [round(share, 2) for share in neighborhood(points, points, periods=[1.0, None])]
        [1.0, 0.97]
    """
    z, v = check_paired(codes, factors, rows=3)
    if neighbors < 1:
        raise ValueError(f"neighbors needs at least 1, got {neighbors}")
    if not np.ptp(z, axis=0).any():
        raise ValueError("codes need at least 2 different rows, all are equal")
    count = min(neighbors, (len(z) - 1) // 2)
    spaces = z / np.abs(z).max(), _unit_factors(v, check_periods(periods, v.shape[1]))
    excess = np.zeros(2)
    for start in range(0, len(z), _ROWS_A_BLOCK):
        in_codes, in_factors = (_distances(space, start) for space in spaces)
        for one, other in zip(in_codes, in_factors, strict=True):
            excess += _excess(one, other, count), _excess(other, one, count)
    largest = len(z) * count * (2 * len(z) - 3 * count - 1) / 2
    trustworthiness, continuity = 1 - excess / largest
    return Neighborhood(float(trustworthiness), float(continuity))


def _unit_factors(factors: Array, periods: list[float | None]) -> Array:
    """Return the factors with length 1, (n, k'); a periodic one as a circle in two columns."""
    columns = []
    for values, period in zip(factors.T, periods, strict=True):
        if period is None:
            columns.append((values - values.min()) / np.ptp(values))
        else:
            angle = 2 * np.pi * values / period
            columns += [np.cos(angle) / (2 * np.pi), np.sin(angle) / (2 * np.pi)]
    return np.stack(columns, axis=1)


def _distances(points: Array, start: int) -> NDArray[np.float32]:
    """Return the distances of a block of rows from all, (m, n), infinite from themselves."""
    from scipy.spatial.distance import cdist  # noqa: PLC0415 - slow to import, and rarely needed

    block = points[start : start + _ROWS_A_BLOCK]
    found = cdist(block, points).astype(np.float32)
    found[np.arange(len(block)), start + np.arange(len(block))] = np.inf
    return found


def _excess(near: NDArray[np.float32], original: NDArray[np.float32], count: int) -> float:
    """Return Σⱼ max(r(j) − k, 0) over the k nearest rows j of one row, by its distances (n,)."""
    limit = np.partition(near, count - 1)[count - 1]
    chosen, tied = np.flatnonzero(near < limit), np.flatnonzero(near == limit)
    ranks = np.searchsorted(np.sort(original), original[np.concatenate([chosen, tied])]) + 1
    beyond = np.maximum(ranks - count, 0)
    return float(beyond[: len(chosen)].sum()) + (count - len(chosen)) * float(
        beyond[len(chosen) :].mean()
    )
