"""Models compared over conditions and seeds.

Cells of one condition and one seed share their images, so models are compared within such a
block and never across. Errors of easy and hard conditions differ by orders of magnitude, so it is
their ratios that count: with e[m, c, s] the error of model m under condition c with seed s,

    log ē[m, s] = mean over conditions of log e[m, c, s]

and the ratio of two models is that of their ē, seed by seed, with Student's t interval of its
logarithm over the seeds (`transect.measure.statistics.geometric_interval`). Only blocks that all
models have count, so ratios fit together: a to c is a to b times b to c.

Measures of another kind are compared by their differences: of each seed counts the mean over the
conditions that both models have, with Student's t interval over the seeds.

Seeds are the repetitions, conditions are not: they are chosen and belong to the question.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.statistics import Interval, check_values, geometric_interval, t_interval

Change = Literal["higher", "lower", "same", "unknown", "missing"]
"""Which way a model differs: `same` is not distinguishable, `unknown` is one seed alone."""


def change(found: Interval | None, nothing: float = 0.0) -> Change:
    """Return which way an interval lies.

    Args:
        found: Of a difference or a ratio; None where there is none.
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


class Place(NamedTuple):
    """A model's place in a ranking.

    Attributes:
        model: Which one, counted from 0.
        error: Its geometric mean error.
        to_best: Its error ÷ that of the best, paired over seeds; of the best itself exactly 1.
        to_next: Its error ÷ that of the next better one, paired over seeds; as above.
    """

    model: int
    error: Interval
    to_best: Interval
    to_next: Interval


class CrossingSummary(NamedTuple):
    """Crossing radii of several seeds.

    Attributes:
        center: Their mean; the median where some are infinite, which may be infinite itself.
        low: Lower end of the 95 % t interval; NaN for one seed and where some are infinite.
        high: Upper end of it.
        beyond: How many are infinite.
        count: How many there are.
    """

    center: float
    low: float
    high: float
    beyond: int
    count: int


def shared_blocks(errors: ArrayLike) -> NDArray[np.bool_]:
    """Return which blocks all models have, (conditions, seeds).

    Args:
        errors: (models, conditions, seeds); a value that is not finite and positive is missing.
    """
    array = _check_errors(errors)
    return np.all(np.isfinite(array) & (array > 0), axis=0)


def seed_means(errors: ArrayLike) -> NDArray[np.float64]:
    """Return the geometric mean error over the conditions, (models, seeds).

    Args:
        errors: (models, conditions, seeds); only blocks that all models have are used. NaN where
            a seed has none.

    Raises:
        ValueError: The shape is wrong.

    Example:
        The second condition is used with no seed, since the second model lacks it:

        >>> seed_means([[[1.0, 2.0], [9.0, 9.0]], [[3.0, 4.0], [np.nan, np.inf]]])
        array([[1., 2.],
               [3., 4.]])
    """
    array, shared = _check_errors(errors), shared_blocks(errors)
    logs = np.log(np.where(shared, array, 1.0))
    blocks = shared.sum(axis=0)
    means = logs.sum(axis=1) / np.maximum(blocks, 1)
    return np.where(blocks > 0, np.exp(means), np.nan)


def ratio_over_seeds(errors: ArrayLike, others: ArrayLike) -> Interval:
    """Return the ratio of two models with its t interval, paired over seeds.

    Args:
        errors: (seeds,), positive.
        others: (seeds,), of the model that it is compared with, in the same order.

    Raises:
        ValueError: Lengths differ, or a value is not positive and finite.

    Example:
        >>> ratio_over_seeds([2.0, 20.0], [1.0, 10.0])
        Interval(mean=2.0, low=2.0, high=2.0, count=2)
    """
    ours, theirs = check_values(errors, "errors"), check_values(others, "others")
    if ours.shape != theirs.shape:
        raise ValueError(f"errors and others need one length, got {len(ours)} and {len(theirs)}")
    return geometric_interval(ours / theirs)


def averages(values: ArrayLike) -> NDArray[np.float64]:
    """Return the arithmetic mean over the conditions, (seeds,).

    Args:
        values: (conditions, seeds); what is not finite is missing. NaN where a seed has none.

    Example:
        >>> averages([[1.0, np.nan], [3.0, np.nan]])
        array([ 2., nan])
    """
    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array)
    count = known.sum(axis=0)
    total = np.where(known, array, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def difference_over_seeds(values: ArrayLike, others: ArrayLike) -> Interval | None:
    """Return the mean difference of two models with its t interval, paired over seeds.

    Args:
        values: (conditions, seeds); what is not finite is missing.
        others: Those of the model that it is compared with, of the same shape.

    Returns:
        The interval, which counts the seeds that both have, or None where there is none.

    Example:
        >>> difference_over_seeds([[2.0, 5.0, 9.0]], [[1.0, 4.0, np.nan]])
        Interval(mean=1.0, low=1.0, high=1.0, count=2)
    """
    with np.errstate(invalid="ignore"):
        found = averages(np.subtract(values, others))
    known = found[np.isfinite(found)]
    return t_interval(known) if len(known) else None


def rank(means: ArrayLike) -> list[Place]:
    """Return the places of models, that of the least error first.

    Args:
        means: (models, seeds), from `seed_means`; seeds without a value are left out.

    Returns:
        A place a model; none where no seed has values.

    Raises:
        ValueError: The shape is wrong.

    Example:
        >>> [place.model for place in rank([[2.0, 2.0], [1.0, 1.0]])]
        [1, 0]
    """
    array = np.asarray(means, dtype=np.float64)
    if array.ndim != 2:
        raise ValueError(f"means need the shape (models, seeds), got {array.shape}")
    array = array[:, np.isfinite(array).all(axis=0)]
    if not array.size:
        return []
    order = np.argsort(np.log(array).mean(axis=1), kind="stable")
    return [
        Place(
            int(model),
            geometric_interval(array[model]),
            ratio_over_seeds(array[model], array[order[0]]),
            ratio_over_seeds(array[model], array[order[max(place - 1, 0)]]),
        )
        for place, model in enumerate(order)
    ]


def summarise_crossings(radii: ArrayLike) -> CrossingSummary:
    """Return what crossing radii of several seeds amount to.

    A radius beyond the sweep is known to be large but not how large, so that there is no mean:
    where some are infinite the median stands for them, without an interval.

    Args:
        radii: (seeds,), from `transect.measure.error.penalty.crossing_radius`.

    Raises:
        ValueError: There is none, or one is NaN.

    Example:
        >>> summarise_crossings([0.3, 0.3, np.inf])
        CrossingSummary(center=0.3, low=nan, high=nan, beyond=1, count=3)
    """
    array = check_values(radii, "radii")
    beyond = int(np.isinf(array).sum())
    if beyond:
        # the upper of two middle values may be infinite, and their mean is then as well
        return CrossingSummary(float(np.median(array)), np.nan, np.nan, beyond, len(array))
    mean, low, high, count = t_interval(array)
    return CrossingSummary(mean, low, high, 0, count)


def _check_errors(errors: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(errors, dtype=np.float64)
    if array.ndim != 3 or 0 in array.shape:
        raise ValueError(
            f"errors need the shape (models, conditions, seeds), none 0, got {array.shape}"
        )
    return array
