"""What needs no model: the nearest training image, the nearest point, the blend of the boundary."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.image.checks import check_range, check_stack
from transect.measure.neighbors import Neighbors
from transect.space import FactorSpace

_SCORES_A_BLOCK = 1 << 22  # float32 scores of a block of truths against all training images
_VALUES_A_BLOCK = 1 << 22  # pixels of training images that are held as float32 at once
_CANDIDATES = 8


def nearest_image(train: ArrayLike, truth: ArrayLike) -> NDArray[np.int64]:
    """Return for each true image the row of the training image with the least squared distance.

    Distances come from blocked matrix products in float32; the best few are compared anew in
    float64, so rounding doesn't decide between images that are alike.

    Args:
        train: (m, h, w), float in [0, 1] or uint8 (255 is 1).
        truth: (n, h, w), float in [0, 1] or uint8.

    Returns:
        Rows of `train`, (n,); the lowest of several that are equally near.

    Raises:
        ValueError: A stack is not (n, h, w), sizes differ, there is no training image, or a value
            is NaN or, unless it is uint8, outside [0, 1].

    Example:
        >>> train = np.array([[[0, 0]], [[255, 255]]], dtype=np.uint8)
        >>> nearest_image(train, [[[0.9, 0.8]], [[0.1, 0.0]]])
        array([1, 0])
    """
    known, wanted = check_stack(train, "train"), check_stack(truth, "truth")
    if known.shape[1:] != wanted.shape[1:]:
        raise ValueError(
            f"train and truth need the shapes (m, h, w) and (n, h, w), "
            f"got {known.shape} and {wanted.shape}"
        )
    if not len(known):
        raise ValueError("train needs at least one image, got none")
    rows = np.empty(len(wanted), dtype=np.int64)
    step = max(1, _SCORES_A_BLOCK // len(known))
    for start in range(0, len(wanted), step):
        block = _flat(wanted[start : start + step], "true images", np.float64)
        rows[start : start + step] = _nearest_rows(known, block)
    return rows


def nearest_point(
    space: FactorSpace, train_points: ArrayLike, points: ArrayLike
) -> NDArray[np.int64]:
    """Return for each point the row of the nearest training point.

    The distance is Euclidean in units of the box, so every factor counts alike; a periodic factor
    goes the shortest way round.

    Args:
        space: The space that both lie in.
        train_points: (m, d), raw units, at least one.
        points: (n, d), raw units.

    Returns:
        Rows of `train_points`, (n,).

    Raises:
        ValueError: Points are not (n, d) or not finite, or there is no training point.

    Example:
        >>> from transect.space import Factor
        >>> turn = FactorSpace([Factor("angle", 0, 360, periodic=True)])
        >>> nearest_point(turn, [[350.0], [180.0]], [[10.0]])
        array([0])
    """
    known, wanted = _wrapped(space, train_points), _wrapped(space, points)
    if not len(known):
        raise ValueError("train_points needs at least one point, got none")
    periodic = np.array([factor.periodic for factor in space.factors])
    return Neighbors(known, periodic).nearest(wanted)[1][:, 0]


def boundary_blend(
    draw: Callable[[NDArray[np.float64]], NDArray],
    entry: ArrayLike,
    exit: ArrayLike,
    fraction: ArrayLike,
) -> NDArray[np.float32]:
    """Return the linear blends of the images where lines enter and leave the hole.

    (1 − t)·image(entry) + t·image(exit): what a model draws that only fades between what it has
    seen. `transect.space.boundary_chord` gives the chord through a point of the hole.

    Args:
        draw: Turns points (k, d), raw units, into images (k, h, w) in [0, 1].
        entry: (n, d), raw units, where the line enters; NaN where there is no chord.
        exit: (n, d), raw units, where it leaves.
        fraction: (n,), t in [0, 1], the place on the chord.

    Returns:
        (n, h, w); NaN where there is no chord.

    Raises:
        ValueError: Shapes don't match, a fraction is outside [0, 1], or no row has a chord.

    Example:
        >>> def draw(points):
        ...     return points[:, :, None]
        >>> boundary_blend(draw, [[0.0]], [[1.0]], [0.25])
        array([[[0.25]]], dtype=float32)
    """
    start, end = np.asarray(entry, dtype=np.float64), np.asarray(exit, dtype=np.float64)
    share = np.asarray(fraction, dtype=np.float64)
    if start.ndim != 2 or start.shape != end.shape or share.shape != (len(start),):
        raise ValueError(
            "entry, exit and fraction need the shapes (n, d), (n, d) and (n,), "
            f"got {start.shape}, {end.shape} and {share.shape}"
        )
    rows = np.flatnonzero(np.isfinite(np.column_stack([start, end, share])).all(axis=1))
    if not len(rows):
        raise ValueError("boundary_blend needs at least one row with a chord, got none")
    if share[rows].min() < 0 or share[rows].max() > 1:
        raise ValueError(f"fraction needs values in [0, 1], got {fraction}")
    first = np.asarray(draw(start[rows]), dtype=np.float32)
    last = np.asarray(draw(end[rows]), dtype=np.float32)
    blend = np.full((len(start), *first.shape[1:]), np.nan, dtype=np.float32)
    weight = share[rows].astype(np.float32)[:, None, None]
    blend[rows] = first + weight * (last - first)
    return blend


def _nearest_rows(known: NDArray, block: NDArray[np.float64]) -> NDArray[np.int64]:
    scores = np.empty((len(block), len(known)), dtype=np.float32)
    wanted = block.astype(np.float32)
    step = max(1, _VALUES_A_BLOCK // block.shape[1])
    for start in range(0, len(known), step):
        images = _flat(known[start : start + step], "training images", np.float32)
        energy = np.einsum("ij,ij->i", images, images)
        scores[:, start : start + step] = energy - 2 * (wanted @ images.T)
    count = min(_CANDIDATES, len(known))
    candidates = np.sort(np.argpartition(scores, count - 1, axis=1)[:, :count], axis=1)
    distances = np.empty(candidates.shape)
    for column, rows in enumerate(candidates.T):
        distances[:, column] = np.square(
            _flat(known[rows], "training images", np.float64) - block
        ).sum(1)
    return candidates[np.arange(len(block)), distances.argmin(axis=1)]


def _flat(images: NDArray, name: str, kind: type[np.floating]) -> NDArray:
    if images.dtype == np.uint8:
        return images.reshape(len(images), -1).astype(kind) / kind(255)
    return check_range(images, name).reshape(len(images), -1).astype(kind)


def _wrapped(space: FactorSpace, points: ArrayLike) -> NDArray[np.float64]:
    unit = space.to_unit(points)
    for column, factor in enumerate(space.factors):
        if factor.periodic:
            turned = np.mod(unit[:, column], 1.0)
            unit[:, column] = np.where(turned < 1, turned, 0.0)  # -1e-20 mod 1 rounds to 1
    return unit
