"""Losses compared over seeds.

Cells of one seed share data, initial weights and order of pictures. So a loss is compared with the
reference, the first loss, seed by seed: the mean of the paired differences with its 95 % bootstrap
interval (`transect.measure.statistics.bootstrap_interval`). A difference whose interval holds 0 is
not distinguishable. One pair gives no interval.

Where seeds are few the interval is too narrow, so that chance alone leaves 0 out more often than in
5 % of cases; `false_alarm` tells how often, and the page says it.
"""

from typing import Literal

import numpy as np
import pandas as pd

from transect.measure.statistics import Interval, bootstrap_interval, resampled_means
from transect.report.study.data import StudyData

Change = Literal["higher", "lower", "same", "unknown", "missing"]
"""Which way a loss differs: `same` is not distinguishable, `unknown` one pair alone."""


def mean(data: StudyData, loss: str, measure: str) -> Interval | None:
    """Return the mean of a measure over seeds, or None where no run has it."""
    values = data.values(loss, measure)
    return bootstrap_interval(values.to_numpy()) if len(values) else None


def difference(data: StudyData, loss: str, measure: str) -> Interval | None:
    """Return the mean difference of a loss to the reference over seeds that both have, or None."""
    paired = data.values(loss, measure) - data.values(data.reference, measure)
    paired = paired.dropna()
    return bootstrap_interval(paired.to_numpy()) if len(paired) else None


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
    logs = bootstrap_interval(np.log(pairs[:, 0] / pairs[:, 1]))
    return logs._replace(mean=np.exp(logs.mean), low=np.exp(logs.low), high=np.exp(logs.high))


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


def false_alarm(pairs: int, trials: int = 2000) -> float:
    """Return how often an interval over so many pairs leaves out 0 where nothing differs.

    By simulation, for differences from a normal distribution, with the draws of
    `bootstrap_interval`.

    Args:
        pairs: Number of seeds, 2 or more.
        trials: Number of simulated comparisons.

    Example:
        With three pairs it does so whenever all have one sign, in a quarter of all cases:

        >>> round(false_alarm(3), 1)
        0.2
    """
    differences = np.random.default_rng(0).normal(size=(pairs, trials))
    means = resampled_means(differences, resamples=2000, seed=0)
    low, high = np.quantile(means, [0.025, 0.975], axis=0, method="inverted_cdf")
    return float(((low > 0) | (high < 0)).mean())
