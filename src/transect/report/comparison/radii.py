"""Crossing radii in words and in tables; `transect.measure.error.penalty` defines them."""

from collections.abc import Sequence

import numpy as np

from transect.measure.error.penalty import CrossingRadii, crossing_radii
from transect.measure.statistics import Interval
from transect.report.comparison.data import PENALTY, RADIUS, ComparisonData
from transect.report.parts import Cell, Table
from transect.report.words import bracket, number, seed_count


def crossings(data: ComparisonData) -> dict[str, dict[str, CrossingRadii]]:
    """Return the crossing radii by series and model, for those that have any."""
    if data.axis != RADIUS:
        return {}
    names = [one.name for one in data.conditions]
    found: dict[str, dict[str, CrossingRadii]] = {}
    for series, conditions in data.series.items():
        rows = [names.index(one.name) for one in conditions]
        places = [one.value for one in conditions]
        for model in data.models:
            radii = crossing_radii(places, data.table(model, PENALTY)[rows])
            if radii is not None:
                found.setdefault(series, {})[model] = radii
    return found


def radius_text(found: CrossingRadii) -> str:
    """Return a crossing radius with its interval, or what is known of it."""
    limit = f"> {found.limit:g}"
    if found.beyond == found.count:
        return limit
    if found.beyond:
        middle = number(found.center) if np.isfinite(found.center) else limit
        return f"{middle} (median; {found.beyond} of {seed_count(found.count)} {limit})"
    center, low, high = found.center, found.low, found.high
    return number(center) + bracket(Interval(center, low, high, found.count))


def seeds_text(found: CrossingRadii) -> str:
    """Return the crossing radius of each seed that has one."""
    known = [radius for radius in found.by_seed if not np.isnan(radius)]
    return ", ".join(number(one) if np.isfinite(one) else f"> {found.limit:g}" for one in known)


def crossing_tables(data: ComparisonData, models: Sequence[str]) -> list[Table]:
    """Return the crossing radii of the models, a table a series of hole radii."""
    tables = []
    for series, known in crossings(data).items():
        of = f", {series}" if len(data.series) > 1 else ""
        rows = tuple(
            (model, tuple(map(Cell, (radius_text(one), seeds_text(one), str(one.count)))))
            for model in models
            if (one := known.get(model)) is not None
        )
        title = f"Crossing radius r₂: where the hole penalty reaches 2{of}"
        tables.append(Table(title, ("r₂", "by seed", "seeds"), rows))
    return tables
