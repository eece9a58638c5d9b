"""Weights of samples that follow from their factors."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def sample_weights(
    factors: ArrayLike, names: Sequence[str], coefficients: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return a linear combination of factors, scaled to [0, 1] over the dataset, (n,).

    The original work weighs by {"b": -1.5}: the sample of smallest b weighs 1, that of greatest b
    nothing. Only the ratios and signs of the coefficients matter.

    Args:
        factors: (n, d), raw units.
        names: Names of the d factors.
        coefficients: Coefficient of each factor that counts, by its name.

    Raises:
        ValueError: A factor is unknown, the shapes disagree, a value is not finite, or the
            combination is the same for every sample.
    """
    array = np.asarray(factors, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != len(names):
        raise ValueError(f"factors need the shape (n, {len(names)}), got {array.shape}")
    combination = np.zeros(len(array))
    for name, coefficient in coefficients.items():
        if name not in names:
            raise ValueError(f"no factor {name!r} to weigh by; choose from {', '.join(names)}")
        combination += coefficient * array[:, list(names).index(name)]
    span = np.ptp(combination) if len(array) else 0.0
    if not (np.isfinite(span) and span > 0):
        raise ValueError(
            f"weights need factors that differ between samples and are finite, "
            f"got coefficients {dict(coefficients)} over {len(array)} samples"
        )
    return (combination - combination.min()) / span
