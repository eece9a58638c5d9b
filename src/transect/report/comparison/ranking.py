"""Models in the order of their errors, and which of them chance alone may have put there."""

from dataclasses import dataclass

import numpy as np

from transect.measure.catalogue import Score
from transect.measure.comparison import Change, change, rank, seed_means, shared_blocks
from transect.measure.statistics import Interval
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.measures import ERRORS

LEAST_SHARE = 0.5
"""A model with fewer of the blocks is not ranked, since its gaps would cost all others theirs."""


@dataclass(frozen=True)
class Ranked:
    """A model in its place.

    Attributes:
        model: Its name.
        error: Its geometric mean error over conditions and seeds.
        to_best: Its error ÷ that of the best, paired over seeds.
        to_next: Its error ÷ that of the next better one, paired over seeds.
        by_seed: Its error ÷ that of the best for each seed that counts.
    """

    model: str
    error: Interval
    to_best: Interval
    to_next: Interval
    by_seed: tuple[float, ...]

    @property
    def from_best(self) -> Change:
        """Whether it is worse than the best: `higher`, or `same`, or `unknown` with one seed."""
        return change(self.to_best, nothing=1.0)

    @property
    def from_next(self) -> Change:
        """Whether it is worse than the next better one, in the same words."""
        return change(self.to_next, nothing=1.0)


@dataclass(frozen=True)
class Ranking:
    """Models in the order of their errors.

    Attributes:
        measure: The error.
        places: The best first; empty where no condition and seed is common to all.
        unranked: Models that lack too many cells.
        blocks: How many pairs of condition and seed count.
        conditions: How many conditions these have.
        seeds: How many seeds these have.
    """

    measure: Score
    places: tuple[Ranked, ...]
    unranked: tuple[str, ...]
    blocks: int
    conditions: int
    seeds: int

    @property
    def ties(self) -> list[str]:
        """The models that are not distinguishable from the best, without it."""
        return [place.model for place in self.places[1:] if place.from_best == "same"]

    @property
    def order(self) -> list[str]:
        """All models: the ranked ones and then the others."""
        return [place.model for place in self.places] + list(self.unranked)


def ranking(data: ComparisonData) -> Ranking:
    """Return the models in the order of the first of `ERRORS` that any cell has.

    Raises:
        ValueError: No cell has any.
    """
    measure = next((one for one in ERRORS if data.has(one.column)), None)
    if measure is None:
        raise ValueError("nothing to rank: no cell has a " + " or ".join(e.column for e in ERRORS))
    errors = data.array(measure.column)
    known = np.isfinite(errors) & (errors > 0)
    share = known.sum(axis=(1, 2)) / max(int(known.any(axis=0).sum()), 1)
    kept = np.flatnonzero(share >= LEAST_SHARE)
    names = list(data.models)
    unranked = tuple(name for place, name in enumerate(names) if share[place] < LEAST_SHARE)
    if not len(kept):
        return Ranking(measure, (), unranked, 0, 0, 0)
    means, shared = seed_means(errors[kept]), shared_blocks(errors[kept])
    means = means[:, np.isfinite(means).all(axis=0)]
    found = rank(means)
    if not found:
        return Ranking(measure, (), tuple(names), 0, 0, 0)
    best = means[found[0].model]
    places = tuple(
        Ranked(names[kept[place.model]], *place[1:], tuple((means[place.model] / best).tolist()))
        for place in found
    )
    used, seeds = shared.any(axis=1), shared.any(axis=0)
    return Ranking(measure, places, unranked, int(shared.sum()), int(used.sum()), int(seeds.sum()))
