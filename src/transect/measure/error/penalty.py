"""The hole penalty: how much worse a model draws what it was never shown."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.catalogue import IMAGE_MEASURES
from transect.measure.statistics import (
    Interval,
    check_values,
    interval,
    resampled_means,
    t_interval,
)

THRESHOLD = 2.0
"""The penalty that defines the crossing radius r₂."""

LEAST_RADII = 2
"""Radii with a penalty that a seed needs to have a crossing radius."""


class CrossingRadii(NamedTuple):
    """Crossing radii of several seeds.

    A radius beyond the sweep is known to be large, but not how large, so that there is no mean: if
    some are infinite, the median stands for them without an interval.

    Attributes:
        by_seed: (seeds,), infinite for a seed whose penalty never exceeds the threshold, NaN for
            one with too few radii.
        center: Their mean, or their median if some are infinite; it may be infinite itself.
        low: Lower end of the 95 % t interval; NaN for one seed and if some are infinite.
        high: Upper end of it.
        beyond: Number of infinite ones.
        count: Number of seeds that have one.
        limit: The largest radius up to which all these seeds were measured.
    """

    by_seed: tuple[float, ...]
    center: float
    low: float
    high: float
    beyond: int
    count: int
    limit: float


def penalty(error: ArrayLike, oracle_error: ArrayLike, measure: str) -> float:
    """Return the hole penalty: mean error of the model ÷ mean error of its oracle.

    1 is perfect: the model draws the hole as well as the same model that has seen it. For a
    measure that grows with quality (`soft_iou`, `ssim`) the errors are its defects, 1 − mean.
    Where the oracle makes no error the penalty is 1 if the model makes none either, else infinite.
    An unknown measure and values that are not flat, empty or NaN raise `ValueError`.

    Args:
        error: (n,), the measure of the model on images inside the hole.
        oracle_error: (m,), the same of the oracle.
        measure: Name of one of `catalogue.IMAGE_MEASURES` that has a penalty.

    Example:
        >>> penalty([0.2, 0.4], [0.1, 0.1], "nmse").__round__(6)
        3.0
        >>> penalty([0.7], [0.9], "soft_iou").__round__(6)  # 0.3 / 0.1
        3.0
    """
    defects = [
        _defect(check_values(values, name), measure).mean()
        for values, name in ((error, "error"), (oracle_error, "oracle_error"))
    ]
    return float(_ratio(np.array([defects]))[0])


def penalty_interval(
    error: ArrayLike,
    oracle_error: ArrayLike,
    measure: str,
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Return the hole penalty with its bootstrap interval, paired over images.

    Both models are resampled on the same images, so what makes an image hard for both cancels.
    The interval tells of the choice of images only, not of the training's randomness: that takes
    several seeds. `Interval.mean` is the penalty itself, the ratio of means.

    Args:
        error: (n,), the measure of the model on images inside the hole.
        oracle_error: (n,), the same of the oracle on the same images, in the same order.
        measure: Name of one of `catalogue.IMAGE_MEASURES` that has a penalty.
        resamples: How often the images are drawn anew, at least 1.
        seed: Seed of these draws.

    Raises:
        ValueError: The measure is unknown, values are not flat, empty or NaN, lengths differ, or
            an option is out of range.

    Example:
        >>> penalty_interval([0.2, 0.4, 0.6], [0.1, 0.2, 0.3], "nmse")
        Interval(mean=2.0, low=2.0, high=2.0, count=3)
    """
    model, oracle = check_values(error, "error"), check_values(oracle_error, "oracle_error")
    if model.shape != oracle.shape:
        raise ValueError(
            f"error and oracle_error need the same images, got {len(model)} and {len(oracle)}"
        )
    pairs = np.stack([_defect(model, measure), _defect(oracle, measure)], axis=1)
    ratios = _ratio(resampled_means(pairs, resamples, seed))
    return interval(float(_ratio(pairs.mean(axis=0)[None])[0]), ratios, len(pairs))


def crossing_radius(radii: ArrayLike, penalties: ArrayLike, threshold: float = THRESHOLD) -> float:
    """Return the hole radius at which the penalty first exceeds the threshold (r₂ for 2).

    Penalties are interpolated linearly between the radii of a sweep. A hole of radius 0 takes
    nothing away, so the line starts at penalty 1 there, unless the sweep has that radius itself.
    Later returns below the threshold don't count.

    Args:
        radii: (k,), different and not negative, in any order.
        penalties: (k,), the penalty at each radius.
        threshold: Above 1.

    Returns:
        The radius, or infinity where no penalty of the sweep exceeds the threshold: r₂ then lies
        beyond the largest radius.

    Raises:
        ValueError: Values are not flat, empty or NaN, lengths differ, a radius is negative,
            infinite or given twice, or the threshold is not above 1.

    Example:
        >>> crossing_radius([0.2, 0.4], [1.0, 3.0]).__round__(6)
        0.3
        >>> crossing_radius([0.2, 0.4], [1.0, 1.5])
        inf
    """
    radius, value = check_values(radii, "radii"), check_values(penalties, "penalties")
    if radius.shape != value.shape:
        raise ValueError(f"radii and penalties need one length, got {len(radius)}, {len(value)}")
    if not (np.isfinite(radius).all() and radius.min() >= 0):
        raise ValueError(f"radii need finite values that are not negative, got {radius.tolist()}")
    if len(np.unique(radius)) < len(radius):
        raise ValueError(f"radii need different values, got {radius.tolist()}")
    if not threshold > 1:
        raise ValueError(f"threshold needs a value above 1, got {threshold}")
    if radius.min() > 0:
        radius, value = np.append(radius, 0.0), np.append(value, 1.0)
    order = np.argsort(radius)
    radius, value = radius[order], value[order]
    above = np.flatnonzero(value > threshold)
    if not len(above):
        return np.inf
    after = int(above[0])
    if after == 0:
        return float(radius[0])
    before = after - 1
    share = (threshold - value[before]) / (value[after] - value[before])
    return float(radius[before] + share * (radius[after] - radius[before]))


def crossing_radii(
    radii: ArrayLike, penalties: ArrayLike, threshold: float = THRESHOLD
) -> CrossingRadii | None:
    """Return the crossing radius of each seed of a model, and their mean.

    Args:
        radii: (k,), different and not negative, in any order.
        penalties: (k, seeds), the penalty at each radius; NaN is missing.
        threshold: Above 1.

    Returns:
        The radii, or None if no seed has penalties at two radii.

    Raises:
        ValueError: As in `crossing_radius`.

    Example:
        >>> found = crossing_radii([0.2, 0.4], [[1.0, 1.0, 1.0], [3.0, 3.0, 1.5]])
        >>> round(found.center, 6), found.low, found.beyond, found.limit
        (0.3, nan, 1, 0.4)
    """
    places, values = np.asarray(radii, dtype=np.float64), np.asarray(penalties, dtype=np.float64)
    if values.ndim != 2 or len(places) != len(values):
        raise ValueError(
            f"penalties need the shape (radii, seeds), got {values.shape} for {len(places)} radii"
        )
    known = ~np.isnan(values)
    measured = known.sum(axis=0) >= LEAST_RADII
    if not measured.any():
        return None
    by_seed = np.full(len(measured), np.nan)
    for seed in np.flatnonzero(measured):
        rows = known[:, seed]
        by_seed[seed] = crossing_radius(places[rows], values[rows, seed], threshold)
    limit = min(float(places[known[:, seed]].max()) for seed in np.flatnonzero(measured))
    found = by_seed[measured]
    beyond = int(np.isinf(found).sum())
    if beyond:
        # the upper of two middle values may be infinite, and then their mean is infinite as well
        mean = Interval(float(np.median(found)), np.nan, np.nan, len(found))
    else:
        mean = t_interval(found)
    center, low, high, count = mean
    return CrossingRadii(tuple(by_seed.tolist()), center, low, high, beyond, count, limit)


def _defect(values: NDArray[np.float64], measure: str) -> NDArray[np.float64]:
    known = {one.name: one for one in IMAGE_MEASURES if one.has_penalty}
    if measure not in known:
        raise ValueError(f"no penalty by {measure!r}; choose from {', '.join(known)}")
    return 1 - values if known[measure].better == "higher" else values


def _ratio(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return model ÷ oracle of mean defects (k, 2), (k,)."""
    model, oracle = pairs.T
    without_oracle = np.where(model == oracle, 1.0, np.inf)
    usable = (oracle > 0) & np.isfinite(oracle)
    return np.divide(model, oracle, out=without_oracle, where=usable)
