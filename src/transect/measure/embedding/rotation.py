"""The rotation of the latent space that aligns its axes best with the factors.

An axis belongs to a factor as far as it *tells* the factor, and as far as the factor *moves* the
codes along it. Either alone is fooled: in a latent space with a dimension to spare, an axis that is
tilted into it can tell a factor that runs obliquely, and an axis can carry all movement of a factor
that folds back on itself.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from transect.measure.embedding.cloud import correlation, ranks, standardised

SEARCH_ROWS = 1000
"""Rows that the search looks at, evenly spread; the answer is judged on all."""

SWEEPS = 8
"""Rounds over all planes at most."""

_STEPS = (np.arange(0, 180, 4.0), np.arange(-4, 4.5, 0.5), np.arange(-0.5, 0.55, 0.05))  # degrees

Array = NDArray[np.float64]


def axis_shares(codes: Array, factors: Array, motion: Array) -> tuple[Array, Array]:
    """Return how far each factor is told by an axis of its own, and moves along it, both (k,).

    Told: squared rank correlation of factor and axis. Moved: share of the squared movement of the
    codes, as this factor alone moves, that runs along the axis. Both in [0, 1]. Factors and axes
    are paired so that the sum of told × moved is largest; factors left over have 0.

    Args:
        codes: (n, d).
        factors: (n, k).
        motion: (k, d, d), mean of (∂z/∂v)(∂z/∂v)ᵀ of each factor, divided by its trace.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> told, moved = axis_shares(points, points, np.array([np.diag([1, 0]), np.diag([0, 1])]))
        >>> told.round(6), moved
        (array([1., 1.]), array([1., 1.]))
    """
    told = correlation(codes, factors, rank=True) ** 2
    moved = np.diagonal(motion, axis1=1, axis2=2).T
    axis, factor = linear_sum_assignment(told * moved, maximize=True)
    shares = np.zeros((2, factors.shape[1]))
    shares[0, factor], shares[1, factor] = told[axis, factor], moved[axis, factor]
    return shares[0], shares[1]


def turn_motion(motion: Array, rotation: Array) -> Array:
    """Return the motion of codes @ rotation, (k, d, d), from that of the codes.

    Example:
        >>> turn_motion(np.array([np.diag([1, 0])]), np.array([[0, 1], [-1, 0]]))
        array([[[0, 0],
                [0, 1]]])
    """
    return rotation.T @ motion @ rotation


def best_rotation(codes: Array, factors: Array, motion: Array) -> Array:
    """Return the rotation R (d, d) for which the axes of codes @ R belong to the factors best.

    It maximises the sum of told × moved of `axis_shares` by turning one plane of two axes at a time
    through all angles, over and over (the plane rotations of H. Kaiser, "The varimax criterion for
    analytic rotation in factor analysis", Psychometrika 23, 1958), to 0.05°. It starts from the
    axes as they stand and from the frame that is nearest to the directions in which the factors
    move the codes (P. Schönemann, "A generalized solution of the orthogonal Procrustes problem",
    Psychometrika 31, 1966), and keeps the better end; never one worse than no rotation.

    Args:
        codes: (n, d).
        factors: (n, k), no constant column.
        motion: (k, d, d); see `axis_shares`.

    Example:
        >>> points = np.random.default_rng(0).random((500, 2))
        >>> frame = np.array([[0.8, 0.6], [-0.6, 0.8]])  # its rows are where the factors move
        >>> motion = frame[:, :, None] * frame[:, None, :]
        >>> rotation = best_rotation(points @ frame, points, motion)
        >>> np.abs(frame @ rotation).round(3)
        array([[1., 0.],
               [0., 1.]])
    """
    rows = np.linspace(0, len(codes) - 1, min(len(codes), SEARCH_ROWS)).astype(int)
    z, v = codes[rows], standardised(ranks(factors[rows]))
    stands = np.eye(codes.shape[1])
    frames = [stands, _turned(z, v, motion, stands), _turned(z, v, motion, _nearest_frame(z, v))]

    def quality(frame: Array) -> float:
        told, moved = axis_shares(codes @ frame, factors, turn_motion(motion, frame))
        return float(told @ moved)

    best = max(frames, key=quality)
    if np.linalg.det(best) < 0:
        best = best * np.where(np.arange(len(best)) == len(best) - 1, -1.0, 1.0)
    return best


def _nearest_frame(codes: Array, factors: Array) -> Array:
    """Return the orthonormal frame (d, d) nearest to the directions of the factors in the codes."""
    centred = codes - codes.mean(axis=0)
    directions = np.linalg.lstsq(factors, centred, rcond=None)[0].T
    length = np.linalg.norm(directions, axis=0)
    left, _, right = np.linalg.svd(directions / np.where(length > 0, length, 1.0))
    width = len(right)
    return np.hstack([left[:, :width] @ right, left[:, width:]]) if width <= len(left) else left


def _turned(codes: Array, factors: Array, motion: Array, frame: Array) -> Array:
    """Return the frame after rotations plane by plane, each the best for the two axes it turns."""
    frame = frame.copy()
    planes = [(i, j) for j in range(len(frame)) for i in range(j)]
    for _ in range(SWEEPS):
        largest = 0.0
        owned = _owners(codes @ frame, factors, turn_motion(motion, frame))
        for i, j in planes:
            if owned[i] is None and owned[j] is None:
                continue
            pair = frame[:, [i, j]]
            angle = _best_angle(
                codes @ pair, factors, turn_motion(motion, pair), owned[i], owned[j]
            )
            frame[:, [i, j]] = pair @ _plane(angle)
            largest = max(largest, min(angle, 180 - angle))
        if largest < 0.1:
            break
    return frame


def _owners(codes: Array, factors: Array, motion: Array) -> list[int | None]:
    """Return the factor that each axis is paired with, None for those left over."""
    told = correlation(codes, factors, rank=True) ** 2
    quality = told * np.diagonal(motion, axis1=1, axis2=2).T
    owned: list[int | None] = [None] * len(quality)
    for axis, factor in zip(*linear_sum_assignment(quality, maximize=True), strict=True):
        owned[axis] = int(factor)
    return owned


def _best_angle(
    pair: Array, factors: Array, motion: Array, first: int | None, second: int | None
) -> float:
    """Return the angle in [0, 180) degrees that turns a pair of axes (n, 2) best to its factors."""
    best = 0.0
    for steps in _STEPS:
        angles = best + steps
        quality = np.zeros(len(angles))
        for factor, turn in ((first, 0.0), (second, 90.0)):
            if factor is not None:
                direction = _direction(angles + turn)
                order = (pair @ direction).argsort(axis=0).argsort(axis=0)
                told = factors[:, factor] @ standardised(order.astype(np.float64)) / len(order)
                quality += told**2 * np.einsum("ia,ij,ja->a", direction, motion[factor], direction)
        best = float(angles[quality.argmax()])
    return best % 180


def _direction(degrees: Array) -> Array:
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])


def _plane(degrees: float) -> Array:
    return _direction(np.array([degrees, degrees + 90]))
