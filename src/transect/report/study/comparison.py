"""Losses compared over seeds.

Cells of one seed share data, initial weights and order of images. So a loss is compared with the
reference, the first loss, seed by seed: the mean of the paired differences with its 95 % interval
by Student's t (`transect.measure.statistics.t_interval`). A difference whose interval holds 0 is
not distinguishable. One pair gives no interval.
"""

from typing import Literal

import numpy as np
import pandas as pd

from transect.measure.statistics import Interval, geometric_interval, t_interval
from transect.report.study.data import StudyData

Change = Literal["higher", "lower", "same", "unknown", "missing"]
"""Which way a loss differs: `same` is not distinguishable, `unknown` one pair alone."""


def mean(data: StudyData, loss: str, measure: str) -> Interval | None:
    """Return the mean of a measure over seeds, or None where no run has it."""
    values = data.values(loss, measure)
    return t_interval(values.to_numpy()) if len(values) else None


def difference(data: StudyData, loss: str, measure: str) -> Interval | None:
    """Return the mean difference of a loss to the reference over seeds that both have, or None."""
    paired = data.values(loss, measure) - data.values(data.reference, measure)
    paired = paired.dropna()
    return t_interval(paired.to_numpy()) if len(paired) else None


def ratio(data: StudyData, loss: str, measure: str) -> Interval | None:
    """Return the geometric mean of the ratios of a loss to the reference, seed by seed, or None.

    Unlike the arithmetic mean it does not depend on which of two losses is the reference. Seeds
    where either is not above 0 are left out.
    """
    pairs = pd.concat(
        [data.values(loss, measure), data.values(data.reference, measure)], axis=1
    ).to_numpy()
    pairs = pairs[(pairs > 0).all(axis=1)]
    if not len(pairs):
        return None
    return geometric_interval(pairs[:, 0] / pairs[:, 1])


def change(found: Interval | None, nothing: float = 0.0) -> Change:
    """Return which way an interval lies.

    Args:
        found: From `difference` or `ratio`.
        nothing: The value that means no difference: 0, or 1 for ratios.

    Example:
        >>> change(Interval(0.2, 0.1, 0.3, 5)), change(Interval(0.2, -0.1, 0.3, 5))
        ('higher', 'same')
        >>> change(Interval(0.2, np.nan, np.nan, 1)), change(None)
        ('unknown', 'missing')
    """
    if found is None:
        return "missing"
    if np.isnan(found.low):
        return "unknown"
    if found.low > nothing:
        return "higher"
    return "lower" if found.high < nothing else "same"
