"""Errors of images by their refitted factors; one number per image.

With f the true factors, f̂ those that the search finds in x̂, and r(f̂) their rendering:

- `factor_error` = RMS over factors of |f̂ − f| / (high − low)
- `off_manifold` = Σ (x̂ − r(f̂))² / Σ r(f̂)²

A sharp image of the wrong point has a large `factor_error` and no `off_manifold`; a blurred image
of the right point the reverse.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.error.pixel import nmse
from transect.measure.recovery.search import FactorSearch
from transect.space import FactorSpace


def recovery_errors(
    search: FactorSearch, truth: ArrayLike, images: ArrayLike, recovered: ArrayLike
) -> dict[str, NDArray[np.float64]]:
    """Return every measure of refitted factors by name, each (n,).

    Args:
        search: The search, which has the renderer.
        truth: (n, d), the true factors, raw units.
        images: (n, h, w), in [0, 1].
        recovered: (n, d), the factors that were found in the images, raw units.

    Raises:
        ValueError: Shapes differ, or a value is not finite or out of range.
    """
    rendered = search.render(recovered)
    return {
        "factor_error": factor_error(search.space, truth, recovered),
        "off_manifold": nmse(rendered, images),
    }


def factor_error(space: FactorSpace, truth: ArrayLike, recovered: ArrayLike) -> NDArray[np.float64]:
    """Return how far recovered factors are off, (n,): RMS over factors of |f̂ − f| / (high − low).

    Periodic factors go the shortest way round, so one of them is off by at most 0.5.

    Args:
        space: The space of the factors.
        truth: (n, d), raw units.
        recovered: (n, d), raw units.

    Raises:
        ValueError: Shapes differ or are not (n, d), or a value is not finite.

    Example:
        >>> from transect.space import Factor
        >>> space = FactorSpace([Factor("a", 0, 2), Factor("b", 0, 360, periodic=True)])
        >>> factor_error(space, [[1.0, 350.0]], [[1.0, 10.0]]).round(4)  # √((0² + (20/360)²) / 2)
        array([0.0393])
    """
    one, other = space.to_unit(truth), space.to_unit(recovered)
    if one.shape != other.shape:
        raise ValueError(
            f"truth and recovered need as many points, got {len(one)} and {len(other)}"
        )
    difference = one - other
    periodic = [factor.periodic for factor in space.factors]
    difference -= np.where(periodic, np.round(difference), 0.0)
    return np.sqrt(np.square(difference).mean(axis=1))
