"""The rule by which pages say whether an embedding has as many dimensions as there are factors."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BELOW, ABOVE = 0.2, 0.3
"""How far an estimate may lie below and above the number of factors and still mean it."""

DimensionKind = Literal["as many", "more", "fewer", "undecided"]


def dimension_band(factors: int) -> tuple[float, float]:
    """Return the least and the greatest estimate that means as many dimensions as factors."""
    return factors - BELOW, factors + ABOVE


def dimension_places(estimates: Sequence[float] | NDArray[np.floating], factors: int) -> list[int]:
    """Return for each estimate of the dimension −1 below the band, 0 in it and 1 above.

    Example:
        >>> dimension_places([1.5, 1.9, 2.5], factors=2)
        [-1, 0, 1]
    """
    low, high = dimension_band(factors)
    return [int(value > high) - int(value < low) for value in estimates]


def dimension_kind(places: Sequence[int]) -> DimensionKind:
    """Return whether an embedding has as many dimensions as factors; two estimators decide.

    Args:
        places: From `dimension_places`.

    Example:
        >>> dimension_kind([0, 0, 1]), dimension_kind([-1, 0, 1])
        ('as many', 'undecided')
    """
    if places.count(0) > 1:
        return "as many"
    if places.count(1) > 1:
        return "more"
    return "fewer" if places.count(-1) > 1 else "undecided"
