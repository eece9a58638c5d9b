"""Clouds of codes: what every measure of their shape does with them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray


def check_cloud(codes: ArrayLike, least: int) -> NDArray[np.float64]:
    """Return `codes` as a float64 array (n, latent), or say what is wrong with them.

    Args:
        codes: (n, latent).
        least: Smallest number of different codes that will do.

    Raises:
        ValueError: They are not a table, one is NaN or infinite, or too few differ.

    Example:
        >>> check_cloud([[0, 1], [2, 3]], least=2)
        array([[0., 1.],
               [2., 3.]])
    """
    cloud = np.asarray(codes, dtype=np.float64)
    if cloud.ndim != 2 or 0 in cloud.shape:
        raise ValueError(f"codes need the shape (n, latent) with n, latent >= 1, got {cloud.shape}")
    if not np.isfinite(cloud).all():
        row, column = np.argwhere(~np.isfinite(cloud))[0]
        raise ValueError(f"codes need finite numbers, got {cloud[row, column]} in row {row}")
    different = len(np.unique(cloud, axis=0))
    if different < least:
        raise ValueError(
            f"codes need at least {least} different rows, got {different} among {len(cloud)}"
        )
    return cloud


def random_halves(count: int, repeats: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of random halves of `count` points, drawn without replacement.

    The mean of a random half varies about the mean of all n points with variance σ²/n, which is
    that of the mean of n points about the truth: of b points drawn without replacement it is
    (σ²/b)(1 − b/n) (D. Politis, J. Romano and M. Wolf, "Subsampling" (1999), treat such draws). So
    halves spread as far as new samples of the whole size would, and unlike a bootstrap sample a
    half has no copies, which would lie at distance 0.

    Args:
        count: Number of points, at least 2.
        repeats: Number of halves, at least 1.
        seed: Seed of the draws.

    Yields:
        Ascending rows, (count // 2,).

    Raises:
        ValueError: There are too few points or repeats.

    Example:
        >>> [len(rows) for rows in random_halves(9, repeats=2, seed=0)]
        [4, 4]
    """
    if count < 2 or repeats < 1:
        raise ValueError(
            f"halves need at least 2 points and 1 repeat, got {count} points, {repeats} repeats"
        )
    generator = np.random.default_rng(seed)
    for _ in range(repeats):
        yield np.sort(generator.permutation(count)[: count // 2])
