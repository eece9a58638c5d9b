"""Clouds of codes, alone and paired row by row with factors: what every measure does with them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.seeds import random_generator


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


_ROUNDINGS = 8
"""Roundings of the size of a value by which two computations of it may differ."""

_NOISE = 96 * float(np.finfo(np.float32).eps)
"""Share of the extent of a cloud by which two computations of one code may differ. Models compute
in single precision, and a batch of another size adds up in another order."""

_WIDEST = 4
"""Tolerances that a group of copies may span. A wider one is a continuum of codes that lie closer
than rounding resolves, and stays as it is."""

_WIDER = 4
"""Tolerances within which points count that come close by chance."""


class Distinct(NamedTuple):
    """The different codes of a cloud; see `distinct_codes`.

    Attributes:
        points: (m, latent), in lexicographic order.
        rows: (m,), the row of the cloud that each is taken from.
        place: (n,), the place of each code of the cloud among the points.
    """

    points: NDArray[np.float64]
    rows: NDArray[np.int64]
    place: NDArray[np.int64]


def check_cloud(codes: ArrayLike) -> NDArray[np.float64]:
    """Return `codes` as a float64 array (n, latent), or say what is wrong with them.

    Args:
        codes: (n, latent).

    Raises:
        ValueError: They are not a table, or one is no number, NaN or infinite.

    Example:
        >>> check_cloud([[0, 1], [2, 3]])
        array([[0., 1.],
               [2., 3.]])
    """
    return check_table(codes, "codes", "(n, latent) with n, latent >= 1")


def check_table(values: ArrayLike, name: str, shape: str) -> NDArray[np.float64]:
    """Return `values` as a float64 array with two axes, or say what is wrong with them.

    Args:
        values: The table.
        name: What it is called in a message.
        shape: The shape that it needs, in words.

    Raises:
        ValueError: It is not a table with at least one row and column, or an entry is no number,
            NaN or infinite.

    Example:
        >>> check_table([[1, 2]], "factors", "(n, columns)")
        array([[1., 2.]])
    """
    try:
        found = np.asarray(values)
        # A cast that drops imaginary parts only warns.
        table = np.asarray(found, dtype=np.float64) if found.dtype.kind != "c" else None
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} need numbers in the shape {shape}: {error}") from error
    if table is None:
        raise ValueError(f"{name} need real numbers in the shape {shape}, got complex ones")
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(f"{name} need the shape {shape}, got {table.shape}")
    if not np.isfinite(table).all():
        row, column = np.argwhere(~np.isfinite(table))[0]
        raise ValueError(
            f"{name} need finite numbers, got {table[row, column]} in row {row}, column {column}"
        )
    return table


def distinct_codes(codes: ArrayLike, least: int = 1) -> Distinct:
    """Return the different codes of a cloud; those that differ by rounding count once.

    Two copies of a code, from batches of two sizes say, differ in the last digits. Their distance
    is no distance between codes, so each group of copies is replaced by its first member in
    lexicographic order. Copies are codes that no axis separates by a gap wider than the tolerance
    of rounding. That is 8 roundings of the values beside the gap (of single precision, or of double
    where single could not hold the values), and 96 roundings in single precision of the extent of
    the cloud. Where more points come close by chance than are copies, as on a densely covered
    line, none are merged but equal ones. The order of the rows does not matter.

    Args:
        codes: (n, latent).
        least: Smallest number of different codes that will do.

    Raises:
        ValueError: They are not a table of finite numbers, or too few differ.

    Example:
        >>> distinct_codes([[1, 0], [0, 0], [1 + 1e-7, 0]]).points.tolist()
        [[0.0, 0.0], [1.0, 0.0]]
    """
    cloud = check_cloud(codes)
    points, rows, place = np.unique(cloud, axis=0, return_index=True, return_inverse=True)
    # A group is numbered by its first member, which keeps the points in order.
    groups = _copies(points, _rounding(codes, points))
    chosen, number = np.unique(groups, return_inverse=True)
    if len(chosen) < least:
        raise ValueError(
            f"codes need at least {least} different rows, got {len(chosen)} among {len(cloud)}"
        )
    return Distinct(points[chosen], rows[chosen], number[place.ravel()])


def merge_values(columns: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return columns in which values that differ by rounding are equal, (n, k).

    The rule is that of `distinct_codes`, for each column alone. It makes a latent constant that
    moves in its last digits only, and a factor discrete that takes each of its values in several
    roundings. A column stays as it is unless merging halves the number of its values at least:
    where few are so close, their order makes no difference.

    Args:
        columns: (n, k), finite.

    Example:
        >>> merge_values(np.array([[0.1 + 0.2], [0.3], [0.1 * 6], [0.6]])).ravel().tolist()
        [0.3, 0.3, 0.6, 0.6]
    """
    merged = np.array(columns, dtype=np.float64)
    for column, values in enumerate(merged.T):
        points, _, place = distinct_codes(values[:, None])
        if 2 * len(points) <= len(np.unique(values)):
            merged[:, column] = points[place, 0]
    return merged


def _rounding(codes: ArrayLike, points: NDArray[np.float64]) -> tuple[float, float]:
    """Return by how much copies may differ: a share of their size, and a length for all."""
    with np.errstate(over="ignore", under="ignore"):
        single = np.array_equal(points, points.astype(np.float32))
    share = _ROUNDINGS * float(np.finfo(np.float32 if single else np.float64).eps)
    kind = getattr(codes, "dtype", None)
    if kind == np.float16:
        share = max(share, float(np.finfo(np.float16).eps))
    largest = float(np.abs(points).max()) or 1.0
    scaled = points / largest  # so that differences do not overflow
    reach = np.abs(scaled - np.median(scaled, axis=0)).max(axis=1)
    # Of most codes, so that a code far away does not blur the others.
    return share, _NOISE * 2 * float(np.quantile(reach, 0.9)) * largest


def _copies(points: NDArray[np.float64], rounding: tuple[float, float]) -> NDArray[np.int64]:
    """Return for each point the first member of its group of copies, (m,)."""
    share, length = rounding
    first = np.arange(len(points))
    rows, label = _near(points, share, length)
    if not len(rows):
        return first
    starts = np.flatnonzero(np.diff(label, prepend=-1))
    members = points[rows]
    low, high = np.minimum.reduceat(members, starts), np.maximum.reduceat(members, starts)
    widest = _WIDEST * (share * np.maximum(np.abs(low), np.abs(high)) + length)
    narrow = np.all(high - low <= widest, axis=1)[label]
    # Points on a line come as close by chance. Of these more do so within a wider tolerance; of
    # copies no more.
    by_chance = len(_near(points, _WIDER * share, _WIDER * length)[0])
    if 2 * narrow.sum() > by_chance:
        first[rows[narrow]] = np.minimum.reduceat(rows, starts)[label][narrow]
    return first


def _near(
    points: NDArray[np.float64], share: float, length: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the points that no axis separates from all others, and the group of each, ascending.

    Groups are split wherever the points of one, in the order of a coordinate, leave a gap wider
    than `share` of their size plus `length`, until no coordinate splits any.
    """
    rows, label = np.arange(len(points)), np.zeros(len(points), dtype=np.int64)
    columns = points.shape[1]
    column, unsplit = 0, 0
    while len(rows) and unsplit < columns:
        values = points[rows, column]
        order = np.lexsort((values, label))
        rows, label, values = rows[order], label[order], values[order]
        size = np.maximum(np.abs(values[:-1]), np.abs(values[1:]))
        with np.errstate(over="ignore"):
            apart = np.diff(values) > share * size + length
        split = np.concatenate([[0], np.cumsum(apart | (np.diff(label) > 0))])
        unsplit = 0 if split[-1] > label[-1] else unsplit + 1
        several = np.bincount(split)[split] > 1
        rows, label = rows[several], np.unique(split[several], return_inverse=True)[1]
        column = (column + 1) % columns
    return rows, label


def random_halves(count: int, repeats: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of random halves of `count` points, drawn without replacement.

    The mean of a random half varies about the mean of all n points with variance σ²/n, which is
    that of the mean of n points about the truth: of b points drawn without replacement it is
    (σ²/b)(1 − b/n) (D. Politis, J. Romano and M. Wolf, "Subsampling" (1999), treat such draws). So
    halves spread as far as new samples of the whole size would, and unlike a bootstrap sample a
    half has no copies, which would lie at distance 0.

    Args:
        count: Number of points, at least 2.
        repeats: Number of halves, at least 1.
        seed: Seed of the draws.

    Yields:
        Ascending rows, (count // 2,).

    Raises:
        ValueError: There are too few points or repeats.

    Example:
        >>> [len(rows) for rows in random_halves(9, repeats=2, seed=0)]
        [4, 4]
    """
    if count < 2 or repeats < 1:
        raise ValueError(
            f"halves need at least 2 points and 1 repeat, got {count} points, {repeats} repeats"
        )
    generator = random_generator(seed)
    for _ in range(repeats):
        yield np.sort(generator.permutation(count)[: count // 2])
