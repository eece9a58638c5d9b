"""Codes and the factors that they belong to, row by row."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.embedding.cloud import check_table, merge_values


def check_paired(
    codes: ArrayLike, factors: ArrayLike, rows: int = 2
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return codes (n, d) and factors (n, k) as float64, or say what is wrong with them.

    Values of a column that differ by rounding become equal (`merge_values`), so that ranks, bins
    and constant columns do not depend on it.

    Args:
        codes: (n, d), any finite values; columns may be constant.
        factors: (n, k), finite; no column may be constant, since nothing can be learned of it.
        rows: Number of rows needed, n at least this.

    Raises:
        ValueError: A shape is wrong, rows differ or are too few, a value is NaN or infinite, or a
            factor is constant.

    Example:
        >>> codes, factors = check_paired([[0], [0]], [[1, 3], [2, 4]])
        >>> codes.shape, factors.shape
        ((2, 1), (2, 2))
    """
    z = merge_values(check_table(codes, "codes", "(n, columns), neither 0"))
    v = merge_values(check_table(factors, "factors", "(n, columns), neither 0"))
    if len(z) != len(v):
        raise ValueError(f"codes and factors need the same rows, got {len(z)} and {len(v)}")
    if len(z) < rows:
        raise ValueError(f"codes and factors need at least {rows} rows here, got {len(z)}")
    constant = np.flatnonzero(np.ptp(v, axis=0) == 0)
    if len(constant):
        column = int(constant[0])
        raise ValueError(
            f"factors need two different values a column, column {column} is {v[0, column]:g} "
            "in every row"
        )
    return z, v


def check_periods(periods: Sequence[float | None] | None, factors: int) -> list[float | None]:
    """Return the period of each factor, None for one without.

    Args:
        periods: Length of the full turn of each factor in its unit; no factor has one if left out.
        factors: Number of factors.

    Raises:
        ValueError: There are more or fewer than factors, or one is not above 0.

    Example:
        >>> check_periods(None, 2)
        [None, None]
    """
    if periods is None:
        return [None] * factors
    if len(periods) != factors or any(p is not None and not p > 0 for p in periods):
        raise ValueError(
            f"periods need {factors} entries, each None or a length above 0, got {list(periods)}"
        )
    return list(periods)


def ranks(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rank of each value in its column, (n, k), 1 to n; ties get their mean rank.

    Example:
        >>> ranks(np.array([[5.0], [1.0], [5.0]])).ravel()
        array([2.5, 1. , 2.5])
    """
    from scipy.stats import rankdata  # noqa: PLC0415 - slow to import, and rarely needed

    return rankdata(columns, axis=0)


def standardised(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the columns with mean 0 and variance 1, (n, k); a constant column becomes 0.

    Example:
        >>> standardised(np.array([[1.0, 7.0], [3.0, 7.0]]))
        array([[-1.,  0.],
               [ 1.,  0.]])
    """
    largest = np.abs(columns).max(axis=0)
    # brought to size 1 first, so that squares neither vanish nor overflow
    scaled = columns / np.where(largest > 0, largest, 1.0)
    spread = np.ptp(scaled, axis=0)
    centred = (scaled - scaled.mean(axis=0)) / np.where(spread > 0, spread, np.inf)
    deviation = centred.std(axis=0)
    return centred / np.where(deviation > 0, deviation, 1.0)


def correlation(
    first: NDArray[np.float64], second: NDArray[np.float64], rank: bool
) -> NDArray[np.float64]:
    """Return the correlation of each column of one matrix with each of another, (d, k).

    The rank correlation of a column of L different values with one whose values all differ is at
    most √(1 − 1/L²).

    Args:
        first: (n, d).
        second: (n, k).
        rank: Whether to correlate ranks (Spearman) in place of values (Pearson).

    Example:
        A constant column correlates with nothing:

        >>> correlation(np.array([[1.0, 5.0], [2.0, 5.0]]), np.array([[2.0], [0.0]]), rank=False)
        array([[-1.],
               [ 0.]])
    """
    if rank:
        first, second = ranks(first), ranks(second)
    return np.clip(standardised(first).T @ standardised(second) / len(first), -1.0, 1.0)
