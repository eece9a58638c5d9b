"""How much the codes vary together: what losses against covariance mean to lower.

A loss can lower a covariance by shrinking the codes as well as by pulling them apart. So the
covariance stands beside the correlation, which does not change when codes are scaled.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_cloud, merge_values


def covariance(codes: ArrayLike) -> float:
    """Return the mean |covariance| over pairs of latents; 0 with a single latent.

    Args:
        codes: (n, latent), at least two rows of finite numbers.

    Raises:
        ValueError: Codes are not a table of finite numbers, or too few.

    Example:
        >>> covariance([[0, 0], [2, 4]])
        2.0
    """
    centred = _centred(codes)
    return _mean_of_pairs(np.abs(centred.T @ centred) / len(centred))


def correlation(codes: ArrayLike) -> float:
    """Return the mean |correlation| over pairs of latents, in [0, 1]; 0 with a single latent.

    A latent that does not vary correlates with none.

    Args:
        codes: (n, latent), at least two rows of finite numbers.

    Raises:
        ValueError: Codes are not a table of finite numbers, or too few.

    Example:
        >>> round(correlation([[0, 0], [2, -4]]), 9)
        1.0
        >>> correlation([[0, 1], [1, 0], [0, -1], [-1, 0]])
        0.0
    """
    centred = _centred(codes)
    largest = np.abs(centred).max(axis=0)
    moving = largest > 1e-12 * max(float(np.abs(np.asarray(codes)).max()), 1e-300)
    # Scaled first, so that squares neither vanish nor overflow.
    scaled = np.where(moving, centred / np.where(moving, largest, 1), 0)
    length = np.linalg.norm(scaled, axis=0)
    unit = scaled / np.where(moving, length, 1)
    return min(_mean_of_pairs(np.abs(unit.T @ unit)), 1.0)


def entanglement(codes: ArrayLike) -> float:
    """Return E = 2/(d(d−1)) Σ_{i<j} mean |μ_i μ_j|, the term of the second original experiment.

    0 when each code lies on an axis; 0 with a single latent. See
    `transect.model.EntanglementLoss`.

    Args:
        codes: (n, latent), at least one row of finite numbers.

    Raises:
        ValueError: Codes are not a table of finite numbers, or none.

    Example:
        >>> entanglement([[1, 2], [-3, 0]])
        1.0
    """
    size = np.abs(check_cloud(codes))
    return _mean_of_pairs(size.T @ size / len(size))


def _centred(codes: ArrayLike) -> NDArray[np.float64]:
    cloud = merge_values(check_cloud(codes))
    if len(cloud) < 2:
        raise ValueError(f"codes need at least 2 rows, got {len(cloud)}")
    return cloud - cloud.mean(axis=0)


def _mean_of_pairs(table: NDArray[np.float64]) -> float:
    above = table[np.triu_indices(len(table), 1)]
    return float(above.mean()) if len(above) else 0.0
