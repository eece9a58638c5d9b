"""Models compared over conditions and seeds.

Runs of one condition and one seed share their images, so models are compared within such a block
and never across blocks. Errors of easy and hard conditions differ by orders of magnitude, so errors
are compared by their ratios: with e[m, c, s] the error of model m under condition c with seed s,

    log ē[m, s] = mean over conditions of log e[m, c, s]

and the ratio of two models is the ratio of their ē, seed by seed, with Student's t interval of its
logarithm over the seeds (`transect.measure.statistics.geometric_interval`). Only blocks that all
models have count, so that ratios fit together: a to c is a to b times b to c.

Other measures are compared by their differences: for each seed the mean over the conditions that
both models have, with Student's t interval over the seeds.

Seeds are repetitions. Conditions are not: they are chosen and belong to the question.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.statistics import Interval, geometric_interval, t_interval

Change = Literal["higher", "lower", "same", "unknown", "missing"]
"""Which way a model differs: `same` is not distinguishable, `unknown` is one seed alone."""

LEAST_SHARE = 0.5
"""Share of the blocks that a model needs to be ranked."""


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


@dataclass(frozen=True)
class Place:
    """A model's place in a ranking.

    Attributes:
        model: Its name.
        error: Its geometric mean error over conditions and seeds.
        to_best: Its error ÷ the error of the best, paired over seeds; exactly 1 for the best.
        to_next: Its error ÷ the error of the next better model, paired over seeds; as above.
        by_seed: Its error ÷ the error of the best for each seed.
    """

    model: str
    error: Interval
    to_best: Interval
    to_next: Interval
    by_seed: tuple[float, ...]

    @property
    def from_best(self) -> Change:
        """Whether it is worse than the best: `higher`, `same`, or `unknown` for one seed."""
        return change(self.to_best, nothing=1.0)

    @property
    def from_next(self) -> Change:
        """Whether it is worse than the next better model, in the same words."""
        return change(self.to_next, nothing=1.0)


@dataclass(frozen=True)
class Ranking:
    """Models in the order of their errors.

    Attributes:
        places: The best model first; empty if the models have no block in common.
        unranked: The models that lack too many blocks.
        blocks: Number of pairs of condition and seed that count.
        conditions: Number of conditions in these blocks.
        seeds: Number of seeds in these blocks.
    """

    places: tuple[Place, ...]
    unranked: tuple[str, ...]
    blocks: int
    conditions: int
    seeds: int

    @property
    def ties(self) -> list[str]:
        """The other models that are not distinguishable from the best."""
        return [place.model for place in self.places[1:] if place.from_best == "same"]

    @property
    def order(self) -> list[str]:
        """All models: the ranked ones and then the others."""
        return [place.model for place in self.places] + list(self.unranked)


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


def mean_over_conditions(values: ArrayLike, *, geometric: bool = False) -> NDArray[np.float64]:
    """Return the mean over the conditions, (seeds,); NaN for a seed without any value.

    Args:
        values: (conditions, seeds); what is not finite, or not positive for a geometric mean, is
            missing.
        geometric: Whether the mean is geometric.

    Example:
        >>> mean_over_conditions([[1.0, np.nan], [3.0, np.nan]])
        array([ 2., nan])
    """
    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array) & ((array > 0) | (not geometric))
    scaled = np.log(np.where(known, array, 1.0)) if geometric else np.where(known, array, 0.0)
    count = known.sum(axis=0)
    means = scaled.sum(axis=0) / np.maximum(count, 1)
    return np.where(count > 0, np.exp(means) if geometric else means, np.nan)


def mean_over_seeds(values: ArrayLike, *, geometric: bool = False) -> Interval | None:
    """Return the mean of a measure with its t interval over the seeds.

    Args:
        values: (conditions, seeds); for each seed the mean over the conditions counts. What is not
            finite, or not positive for a geometric mean, is missing.
        geometric: Whether both means are geometric.

    Returns:
        The interval, or None if all values are missing.

    Example:
        >>> mean_over_seeds([[1.0, 2.0], [3.0, 2.0]])
        Interval(mean=2.0, low=2.0, high=2.0, count=2)
    """
    return _over_seeds(mean_over_conditions(values, geometric=geometric), geometric=geometric)


def median_over_seeds(values: ArrayLike) -> Interval | None:
    """Return the mean over seeds of each seed's median over the conditions, or None without any.

    For shares of an error, which can be anything if the error is close to 0.

    Args:
        values: (conditions, seeds); what is not finite is missing.

    Example:
        >>> median_over_seeds([[0.5, 0.25], [0.5, 0.25], [99.0, np.nan]]).mean
        0.375
    """
    columns = np.asarray(values, dtype=np.float64).T
    known = [column[np.isfinite(column)] for column in columns]
    return _over_seeds(np.array([np.median(column) for column in known if len(column)]))


def ratio_over_seeds(errors: ArrayLike, others: ArrayLike) -> Interval | None:
    """Return the ratio of two models with its t interval, paired over seeds.

    Args:
        errors: (conditions, seeds); what is not finite and positive is missing.
        others: Errors of the model that it is compared with, of the same shape.

    Returns:
        The interval, which counts the seeds that both have, or None if there is none.

    Raises:
        ValueError: Shapes are wrong or differ.

    Example:
        >>> round(ratio_over_seeds([[2.0, 20.0]], [[1.0, 10.0]]).mean, 6)
        2.0
    """
    ours, theirs = seed_means(_check_pair(errors, others))
    return _over_seeds(ours / theirs, geometric=True)


def difference_over_seeds(values: ArrayLike, others: ArrayLike) -> Interval | None:
    """Return the mean difference of two models with its t interval, paired over seeds.

    Args:
        values: (conditions, seeds); what is not finite is missing.
        others: Values of the model that it is compared with, of the same shape.

    Returns:
        The interval, which counts the seeds that both have, or None if there is none.

    Raises:
        ValueError: Shapes are wrong or differ.

    Example:
        >>> difference_over_seeds([[2.0, 5.0, 9.0]], [[1.0, 4.0, np.nan]])
        Interval(mean=1.0, low=1.0, high=1.0, count=2)
    """
    ours, theirs = _check_pair(values, others)
    with np.errstate(invalid="ignore"):
        return _over_seeds(mean_over_conditions(ours - theirs))


def rank(errors: Mapping[str, ArrayLike]) -> Ranking:
    """Return models in the order of their errors, and how each differs from the best and the next.

    A model with less than `LEAST_SHARE` of the blocks that any model has is not ranked, since the
    blocks that it lacks would be lost for all others.

    Args:
        errors: Model -> its errors, (conditions, seeds); a value that is not finite and positive is
            missing.

    Raises:
        ValueError: There is no model, or a shape is wrong.

    Example:
        >>> found = rank({"a": [[2.0, 2.0]], "b": [[1.0, 1.0]]})
        >>> found.order, found.places[1].to_best.mean, found.places[1].from_best
        (['b', 'a'], 2.0, 'higher')
    """
    names = list(errors)
    array = _check_errors([np.asarray(one, dtype=np.float64) for one in errors.values()])
    known = np.isfinite(array) & (array > 0)
    share = known.sum(axis=(1, 2)) / max(int(known.any(axis=0).sum()), 1)
    kept = np.flatnonzero(share >= LEAST_SHARE)
    if not len(kept):
        return Ranking((), tuple(names), 0, 0, 0)
    shared, means = shared_blocks(array[kept]), seed_means(array[kept])
    means = means[:, shared.any(axis=0)]
    if not means.size:
        return Ranking((), tuple(names), 0, 0, 0)
    order = np.argsort(np.log(means).mean(axis=1), kind="stable")
    ratios = means[order] / means[order[0]]
    places = tuple(
        Place(
            names[kept[model]],
            geometric_interval(means[model]),
            geometric_interval(ratios[place]),
            geometric_interval(means[model] / means[order[max(place - 1, 0)]]),
            tuple(ratios[place].tolist()),
        )
        for place, model in enumerate(order)
    )
    unranked = tuple(name for name, part in zip(names, share, strict=True) if part < LEAST_SHARE)
    used, seeds = shared.any(axis=1), shared.any(axis=0)
    return Ranking(places, unranked, int(shared.sum()), int(used.sum()), int(seeds.sum()))


def _over_seeds(values: NDArray[np.float64], *, geometric: bool = False) -> Interval | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    return geometric_interval(known) if geometric else t_interval(known)


def _check_errors(errors: ArrayLike | list[NDArray[np.float64]]) -> NDArray[np.float64]:
    array = np.asarray(errors, dtype=np.float64)
    if array.ndim != 3 or 0 in array.shape:
        raise ValueError(
            f"errors need the shape (models, conditions, seeds), none 0, got {array.shape}"
        )
    return array


def _check_pair(values: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    ours, theirs = np.asarray(values, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if ours.ndim != 2 or ours.shape != theirs.shape:
        raise ValueError(
            "both models need values of one shape (conditions, seeds), "
            f"got {ours.shape} and {theirs.shape}"
        )
    return np.stack([ours, theirs])
