"""Means of a measure over seeds."""

import numpy as np
import pandas as pd

from transect.measure.catalogue import Score
from transect.measure.statistics import Interval, geometric_interval, t_interval
from transect.report.comparison.data import ComparisonData


def mean(data: ComparisonData, model: str, condition: str, measure: Score) -> Interval | None:
    """Return the mean over seeds with its t interval, or None where no cell has the measure."""
    return average(data.values(model, condition, measure), measure)


def mean_of_medians(data: ComparisonData, model: str, measure: Score) -> Interval | None:
    """Return the mean over seeds of each seed's median over the conditions, or None.

    The median, since a share of an error close to 0 can be anything.
    """
    found = [data.values(model, condition.name, measure) for condition in data.conditions]
    known = [values for values in found if len(values)]
    if not known:
        return None
    return average(pd.concat(known, axis=1).median(axis=1), measure)


def average(values: pd.Series, measure: Score) -> Interval | None:
    """Return the mean of some values as a measure wants it, geometric or not; None of none."""
    if not len(values):
        return None
    numbers = values.to_numpy(dtype=np.float64)
    return geometric_interval(numbers) if measure.geometric else t_interval(numbers)
