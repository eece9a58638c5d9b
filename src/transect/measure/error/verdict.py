"""What a hole penalty means: the band that it falls into, and when it says little.

A penalty p compares the model with its oracle (`transect.measure.error.penalty`). Its bands:

| penalty | the model reconstructs the removed images |
|---|---|
| p ≤ 0.9 | better than the oracle |
| p ≤ 1.1 | as well as the oracle |
| p ≤ 1.5 | nearly as well as the oracle |
| p ≤ 2 | measurably worse than the oracle |
| p ≤ 5 | much worse than the oracle |
| beyond | hardly at all |

2 is the penalty that defines the crossing radius r₂. Two models that have learnt nothing are alike,
so the penalty says little if the oracle is no better than a baseline (`oracle_fails`). Two
trainings never end alike, and the penalty contains their difference too (`learnt_equally`).
"""

from collections.abc import Iterable
from typing import Literal

import numpy as np

PenaltyBand = Literal[
    "better", "as well", "nearly as well", "measurably worse", "much worse", "hardly at all"
]

PENALTY_BANDS: dict[PenaltyBand, float] = {
    "better": 0.9,
    "as well": 1.1,
    "nearly as well": 1.5,
    "measurably worse": 2.0,
    "much worse": 5.0,
    "hardly at all": np.inf,
}
"""Each band with the highest penalty that falls into it."""

UNEQUAL = 1.2
"""Ratio of two errors from which one of the models has learnt less well than the other."""


def penalty_band(penalty: float) -> PenaltyBand:
    """Return the band that a hole penalty falls into.

    Args:
        penalty: Error of the model ÷ error of its oracle; may be infinite.

    Raises:
        ValueError: The penalty is negative or nan.

    Example:
        >>> penalty_band(1.0), penalty_band(1.42), penalty_band(np.inf)
        ('as well', 'nearly as well', 'hardly at all')
    """
    if not penalty >= 0:
        raise ValueError(f"penalty needs a value that is not negative, got {penalty}")
    return next(band for band, highest in PENALTY_BANDS.items() if penalty <= highest)


def oracle_fails(oracle_error: float, baseline_errors: Iterable[float]) -> bool:
    """Return whether a baseline, which learns nothing, is as good as the oracle or better.

    Args:
        oracle_error: Mean error of the oracle in the hole; nan if there is none.
        baseline_errors: Mean error of each baseline in the hole; nan if it was not measured.

    Example:
        >>> oracle_fails(0.3, [0.5, 0.2]), oracle_fails(0.1, [0.5, float("nan")])
        (True, False)
    """
    return any(oracle_error >= error for error in baseline_errors if np.isfinite(error))


def learnt_equally(error: float, oracle_error: float) -> bool:
    """Return whether the errors of model and oracle outside the hole differ by less than `UNEQUAL`.

    Errors that are not known, or not above 0, are no sign of a difference.

    Args:
        error: Mean error of the model on validation images.
        oracle_error: The same of the oracle.

    Example:
        >>> learnt_equally(0.10, 0.11), learnt_equally(0.10, 0.13)
        (True, False)
    """
    if not (error > 0 and oracle_error > 0):
        return True
    return max(error / oracle_error, oracle_error / error) < UNEQUAL
