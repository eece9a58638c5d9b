"""Crossing radii of models: where the hole penalty reaches 2 along a series of hole radii."""

from typing import NamedTuple

import numpy as np

from transect.measure.comparison import CrossingSummary, summarise_crossings
from transect.measure.error.penalty import crossing_radius
from transect.measure.statistics import Interval
from transect.report.comparison.data import RADIUS, ComparisonData
from transect.report.comparison.measures import PENALTY
from transect.report.sentences import bracket, number, seed_count

LEAST_RADII = 2
"""Radii that a seed needs to have a crossing radius."""


class Crossing(NamedTuple):
    """The crossing radius r₂ of a model along a series.

    Attributes:
        summary: Over the seeds.
        by_seed: Seed -> radius, infinite where the penalty stays at most 2.
        limit: The largest radius up to which all seeds were measured.
    """

    summary: CrossingSummary
    by_seed: dict[int, float]
    limit: float

    @property
    def text(self) -> str:
        """The radius with its interval, or what is known of it."""
        center, low, high, beyond, count = self.summary
        if beyond == count:
            return f"> {self.limit:g}"
        if beyond:
            middle = number(center) if np.isfinite(center) else f"> {self.limit:g}"
            return f"{middle} (median; {beyond} of {seed_count(count)} > {self.limit:g})"
        return number(center) + bracket(Interval(center, low, high, count))

    @property
    def seeds_text(self) -> str:
        """The radius of each seed."""
        return ", ".join(
            number(radius) if np.isfinite(radius) else f"> {self.limit:g}"
            for radius in self.by_seed.values()
        )


def crossing(data: ComparisonData, model: str, series: str) -> Crossing | None:
    """Return the crossing radius of a model along a series of hole radii.

    None where the axis is no hole radius or no seed has penalties at two radii.
    """
    if data.axis != RADIUS:
        return None
    penalties: dict[int, dict[float, float]] = {}
    for condition in data.series[series]:
        for seed, value in data.values(model, condition.name, PENALTY).items():
            penalties.setdefault(int(seed), {})[condition.value] = value  # pyright: ignore[reportArgumentType]
    known = {seed: found for seed, found in penalties.items() if len(found) >= LEAST_RADII}
    if not known:
        return None
    by_seed = {
        seed: crossing_radius(list(found), list(found.values()))
        for seed, found in sorted(known.items())
    }
    limit = min(max(found) for found in known.values())
    return Crossing(summarise_crossings(list(by_seed.values())), by_seed, limit)


def crossings(data: ComparisonData) -> dict[str, dict[str, Crossing]]:
    """Return the crossing radii of all models by series, those that have any."""
    found = {
        series: {
            model: one
            for model in data.models
            if (one := crossing(data, model, series)) is not None
        }
        for series in data.series
    }
    return {series: models for series, models in found.items() if models}
