"""Means that carry their uncertainty."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from transect.space.seeds import random_generator

LEVEL = 0.95
"""Coverage of every interval."""

_DRAWS_A_BLOCK = 1 << 20


class Interval(NamedTuple):
    """A statistic with its interval.

    Attributes:
        mean: The statistic of the values at hand.
        low: Lower end; NaN where one value is all there is.
        high: Upper end; NaN where one value is all there is.
        count: Number of values that it rests on.
    """

    mean: float
    low: float
    high: float
    count: int


def bootstrap_interval(values: ArrayLike, resamples: int = 2000, seed: int = 0) -> Interval:
    """Return the mean of the values with its percentile bootstrap interval.

    B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), section 13.3. It is
    somewhat too narrow where values are few: of n values it has about √((n−1)/n) of the width
    that it should have, so the count belongs beside it. One value says nothing of its spread, so
    its interval is NaN. Infinite values (the nMSE of a blank truth) are allowed;
    NaN, an empty array and options out of range raise `ValueError`.

    Args:
        values: (n,), at least one, none NaN.
        resamples: How often the values are drawn anew, at least 1.
        seed: Seed of these draws.

    Example:
        >>> bootstrap_interval([3.0, 3.0, 3.0])
        Interval(mean=3.0, low=3.0, high=3.0, count=3)
        >>> bootstrap_interval([3.0])
        Interval(mean=3.0, low=nan, high=nan, count=1)
    """
    array = check_values(values, "values")
    means = resampled_means(array[:, None], resamples, seed)[:, 0]
    return interval(float(array.mean()), means, len(array))


def t_interval(values: ArrayLike) -> Interval:
    """Return the mean of the values with its interval by Student's t.

    Student, "The probable error of a mean", Biometrika 6 (1908) 1-25. With s² the unbiased variance
    of n values and t the quantile of n − 1 degrees of freedom,

        mean ± t s / √n

    covers the mean of a normal distribution as often as `LEVEL` says, however few the values are.
    The percentile bootstrap does not: of three values it leaves out the mean whenever all lie on
    one side of it, in a quarter of all cases. One value says nothing of its spread, so its interval
    is NaN.

    Args:
        values: (n,), at least one, all finite.

    Raises:
        ValueError: There is no value, or one is not finite.

    Example:
        The quantile of two degrees of freedom is 4.303:

        >>> found = t_interval([1.0, 2.0, 3.0])
        >>> found.mean, round(found.low, 3), round(found.high, 3), found.count
        (2.0, -0.484, 4.484, 3)
    """
    array = check_values(values, "values")
    if not np.isfinite(array).all():
        raise ValueError(f"values need to be finite, got {array.tolist()}")
    mean, count = float(array.mean()), len(array)
    if count < 2:
        return Interval(mean, np.nan, np.nan, count)
    half = float(stdtrit(count - 1, (1 + LEVEL) / 2) * array.std(ddof=1) / np.sqrt(count))
    return Interval(mean, mean - half, mean + half, count)


def geometric_interval(values: ArrayLike) -> Interval:
    """Return the geometric mean of the values with `t_interval` of their logarithms, turned back.

    For errors and ratios: it never reaches 0, and that of the inverse values is its inverse.

    Args:
        values: (n,), at least one, all positive and finite.

    Raises:
        ValueError: There is no value, or one is not positive or not finite.

    Example:
        >>> geometric_interval([1.0, 4.0]).mean
        2.0
    """
    array = check_values(values, "values")
    if not (array > 0).all():
        raise ValueError(f"values need to be positive, got {array.tolist()}")
    mean, low, high, count = t_interval(np.log(array))
    return Interval(float(np.exp(mean)), float(np.exp(low)), float(np.exp(high)), count)


def interval(statistic: float, resampled: NDArray[np.float64], count: int) -> Interval:
    """Return a statistic with the percentiles of its resampled values, (resamples,).

    Args:
        statistic: Its value on the values at hand.
        resampled: Its values on bootstrap resamples.
        count: Number of values that it rests on; below 2 the interval is NaN.

    Example:
        >>> interval(2.0, np.arange(1000.0), count=5)
        Interval(mean=2.0, low=25.0, high=974.0, count=5)
    """
    if count < 2:
        return Interval(statistic, np.nan, np.nan, count)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    # "inverted_cdf" picks a value that occurred, so an infinite one doesn't turn into NaN
    low, high = np.quantile(resampled, tails, method="inverted_cdf")
    return Interval(statistic, float(low), float(high), count)


def resampled_means(columns: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    """Return the means of each column over rows drawn with replacement, (resamples, k).

    All columns see the same rows, so that statistics of several columns stay paired.

    Args:
        columns: (n, k), n at least 1.
        resamples: At least 1.
        seed: Seed of the draws.

    Raises:
        ValueError: There are no resamples.

    Example:
        >>> resampled_means(np.array([[1.0, 2.0]]), resamples=2, seed=0)
        array([[1., 2.],
               [1., 2.]])
    """
    if resamples < 1:
        raise ValueError(f"resamples needs at least 1, got {resamples}")
    generator = random_generator(seed)
    count = len(columns)
    means = np.empty((resamples, columns.shape[1]))
    step = max(1, _DRAWS_A_BLOCK // count)
    for start in range(0, resamples, step):
        block = means[start : start + step]
        rows = generator.integers(count, size=(len(block), count))
        for column, values in enumerate(columns.T):
            block[:, column] = values[rows].mean(axis=1)
    return means


def check_values(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return `values` as a float64 array (n,), or say what is wrong with them.

    Raises:
        ValueError: They are not flat, none is given, or one is NaN.

    Example:
        >>> check_values([1, 2], "error")
        array([1., 2.])
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"{name} needs the shape (n,) with n >= 1, got {array.shape}")
    if np.isnan(array).any():
        row = int(np.flatnonzero(np.isnan(array))[0])
        raise ValueError(f"{name} needs numbers, got NaN in row {row}")
    return array
