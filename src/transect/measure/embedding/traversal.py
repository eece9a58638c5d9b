"""Latent traversals: straight lines of codes through the mean of an embedding.

A traversal along an axis shows what one latent does (Higgins et al. 2017, section 4). Where an
embedding is a rotated copy of the factors, no single latent does one thing, but a direction may:
the principal directions order them by how far the codes spread, and the direction of a factor is
the one in which the codes move as it grows, all others kept,

    z ≈ z̄ + Σ_j (f_j − f̄_j) a_j        (least squares; a_j is the direction of factor j)
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_cloud, distinct_codes

Traversals = NDArray[np.float64]


def along_axes(codes: ArrayLike, *, steps: int = 9, share: float = 0.9) -> Traversals:
    """Return codes along each latent, (latent, steps, latent).

    Args:
        codes: (n, latent), at least two different.
        steps: Codes on a traversal, ends included, at least 2.
        share: Share of the codes between the ends of a traversal, above 0 and at most 1.

    Raises:
        ValueError: Codes are not a table of finite numbers or all alike, or an option is out of
            range.

    Example:
        >>> along_axes([[0, 5], [2, 5]], steps=3, share=1).tolist()
        [[[0.0, 5.0], [1.0, 5.0], [2.0, 5.0]], [[1.0, 5.0], [1.0, 5.0], [1.0, 5.0]]]
    """
    cloud = _check_different(codes)
    return _traverse(cloud, np.eye(cloud.shape[1]), steps, share)


def along_principal_directions(
    codes: ArrayLike, *, steps: int = 9, share: float = 0.9
) -> Traversals:
    """Return codes along each principal direction, the widest first, (latent, steps, latent).

    Each points to where its largest coordinate grows.

    Args:
        codes: As in `along_axes`.
        steps: As there.
        share: As there.

    Raises:
        ValueError: As there.

    Example:
        >>> lines = along_principal_directions([[0, 0], [3, 3], [6, 6]], steps=2, share=1)
        >>> lines[0].round(6).tolist()
        [[0.0, 0.0], [6.0, 6.0]]
    """
    cloud = _check_different(codes)
    directions = np.linalg.eigh(np.atleast_2d(np.cov(cloud.T)))[1].T[::-1]
    largest = np.take_along_axis(directions, np.abs(directions).argmax(1)[:, None], axis=1)
    return _traverse(cloud, directions * np.sign(largest), steps, share)


def along_factors(
    codes: ArrayLike, factors: ArrayLike, *, steps: int = 9, share: float = 0.9
) -> Traversals:
    """Return codes in the direction of each factor, from low to high, (factors, steps, latent).

    A factor that the codes do not follow linearly has a short traversal.

    Args:
        codes: As in `along_axes`.
        factors: (n, factors), a row a code.
        steps: As there.
        share: Share of a factor's values between the ends of its traversal.

    Raises:
        ValueError: As there, or the factors are not a table of finite numbers, a row a code.

    Example:
        >>> along_factors([[0, 0], [4, 2]], [[1], [2]], steps=3, share=1).round(6).tolist()
        [[[0.0, 0.0], [2.0, 1.0], [4.0, 2.0]]]
    """
    cloud = _check_different(codes)
    values = np.asarray(factors, dtype=np.float64)
    if values.ndim != 2 or len(values) != len(cloud) or not np.isfinite(values).all():
        raise ValueError(
            f"factors need finite numbers in {len(cloud)} rows, one a code, got the shape "
            f"{values.shape}"
        )
    moved = values - values.mean(axis=0)
    directions = np.linalg.lstsq(moved, cloud - cloud.mean(axis=0), rcond=None)[0]
    return _along(cloud, directions, moved, steps, share)


def _check_different(codes: ArrayLike) -> NDArray[np.float64]:
    distinct_codes(codes, least=2)
    return check_cloud(codes)


def _traverse(
    cloud: NDArray[np.float64], directions: NDArray[np.float64], steps: int, share: float
) -> Traversals:
    return _along(cloud, directions, (cloud - cloud.mean(axis=0)) @ directions.T, steps, share)


def _along(
    cloud: NDArray[np.float64],
    directions: NDArray[np.float64],
    places: NDArray[np.float64],
    steps: int,
    share: float,
) -> Traversals:
    """Return the traversals from the mean code, as far as the places (n, k) along k directions go.

    Raises:
        ValueError: An option is out of range.
    """
    if steps < 2 or not 0 < share <= 1:
        raise ValueError(
            f"steps need at least 2 and share a number above 0 up to 1, got {steps} and {share}"
        )
    tail = (1 - share) / 2
    low, high = np.quantile(places, [tail, 1 - tail], axis=0)
    distances = np.linspace(low, high, steps).T
    return cloud.mean(axis=0) + distances[:, :, None] * directions[:, None]
