"""The first words of a comparison's page, computed from the numbers."""

from collections.abc import Sequence

from transect.report.comparison.averages import mean
from transect.report.comparison.crossing import Crossing, crossings
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.measures import PENALTY, REMOVED
from transect.report.comparison.ranking import Ranking
from transect.report.sentences import Headline, bracket, number, seed_count

NAMED = 2
"""So many models at most are called by name; more are counted."""


def headline(data: ComparisonData, ranked: Ranking) -> Headline:
    """Return the answer of a comparison in one sentence, and the crossing radii beside it."""
    found = crossings(data)
    if len(data.models) == 1:
        return Headline(_alone(data, ranked), "")
    radii = [_radii_of_two(data, ranked, series, of) for series, of in found.items()]
    return Headline(_verdict(ranked), " ".join(radii[:1]))


def how_to_read(data: ComparisonData, ranked: Ranking) -> str:
    """Return how models are compared and how far to trust that."""
    seeds = len(data.seeds)
    if len(data.models) == 1:
        if seeds == 1:
            return "One seed gives no interval."
        return f"In brackets stand 95{NARROW}% Student t intervals over {seeds} seeds."
    paired = (
        "Cells of one condition and seed share their images, so models are compared within them: "
        f"by the ratio of their {ranked.measure.label}, the geometric mean over the conditions for "
        "each seed."
    )
    if ranked.seeds < 2:
        return f"{paired} One seed gives no interval, so no difference can be told from chance."
    pairs = len(ranked.places) - 1
    return (
        f"{paired} In brackets stand 95{NARROW}% Student t intervals over {ranked.seeds} seeds; "
        "models are not distinguishable where that of their ratio holds 1. Where nothing differs, "
        f"chance alone leaves 1 out in 5{NARROW}% of comparisons"
        + (f", and there are {pairs} with the best." if pairs > 1 else ".")
    )


CROSSING = "The crossing radius r₂, where the hole penalty reaches 2"

NARROW = "\u00a0"
"""A space that keeps a number and its sign on one line."""


def counts(data: ComparisonData) -> str:
    """Return how many models, conditions and seeds there are, and how many cells.

    Example:
        8 models × 7 conditions × 3 seeds: 167 cells, 1 failed
    """
    models, conditions = len(data.models), len(data.conditions)
    words = (
        f"{models} {'model' if models == 1 else 'models'} × "
        f"{conditions} {'condition' if conditions == 1 else 'conditions'} × "
        f"{seed_count(len(data.seeds))}: {cell_count(len(data.scores))}"
    )
    if data.failed:
        words += f", {len(data.failed)} failed"
    missing = models * conditions * len(data.seeds) - len(data.scores) - len(data.failed)
    if missing > 0:
        words += f", {missing} combinations have none"
    if data.repeated:
        words += f", {data.repeated} left out that repeat others"
    return words


def cell_count(count: int) -> str:
    """Return a number of cells in words."""
    return f"{count} {'cell' if count == 1 else 'cells'}"


def _verdict(ranked: Ranking) -> str:
    """Return which model is best and whether it can be told from the others."""
    if not ranked.places:
        return "No condition and seed is common to the models, so they can’t be compared."
    best, inside = ranked.places[0], ranked.measure == REMOVED
    if len(ranked.places) == 1:
        return f"Only “{best.model}” has enough cells, so there is nothing to compare it with."
    where = "inside the hole" if inside else "on validation images"
    if ranked.seeds < 2:
        return (
            f"“{best.model}” has the least error {where}, but one seed does not tell that from "
            "chance."
        )
    if not ranked.ties:
        second = ranked.places[1]
        what = "draws the removed images best" if inside else "reconstructs best"
        return (
            f"“{best.model}” {what}: the error of the next, “{second.model}”, is "
            f"{number(second.to_best.mean)} times as large{bracket(second.to_best)}."
        )
    if len(ranked.ties) == len(ranked.places) - 1:
        every = "two" if len(ranked.places) == 2 else f"{len(ranked.places)}"
        return (
            f"“{best.model}” has the least error {where}, but no difference between the {every} "
            "models can be told from chance."
        )
    return (
        f"“{best.model}” has the least error {where}, but is not distinguishable from "
        f"{_several(ranked.ties)}."
    )


def _several(models: Sequence[str]) -> str:
    if len(models) <= NAMED:
        return " and ".join(f"“{model}”" for model in models)
    return f"{len(models)} others"


def _radii_of_two(
    data: ComparisonData, ranked: Ranking, series: str, found: dict[str, Crossing]
) -> str:
    """Return the crossing radius of the best and of the worst model that have one."""
    known = [model for model in ranked.order if model in found]
    of = f" along {series}" if len(data.series) > 1 else ""
    first, last = known[0], known[-1]
    words = f"{CROSSING}{of}, is {found[first].text} with “{first}”"
    if len(known) == 1:
        return f"{words}."
    place = "the last" if len(ranked.order) > 2 else "the other"
    return f"{words} and {found[last].text} with “{last}”, {place}."


def _alone(data: ComparisonData, ranked: Ranking) -> str:
    """Return what is known of a single model."""
    (model,) = data.models
    found = crossings(data)
    if found:
        series, models = next(iter(found.items()))
        one = models[model]
        summary = one.summary
        along = f" along {series}" if len(data.series) > 1 else ""
        if summary.beyond == summary.count:
            return (
                f"The hole penalty stays at most 2 up to a radius of {one.limit:g}{along}: "
                f"r₂ {one.text}."
            )
        return f"{CROSSING}{along}, is {one.text} over {seed_count(summary.count)}."
    measure = PENALTY if data.has(PENALTY.column) else ranked.measure
    means = {
        one.name: average
        for one in data.conditions
        if (average := mean(data, model, one.name, measure)) is not None
    }
    if len(means) == 1:
        ((_, only),) = means.items()
        return (
            f"The {measure.label} is {number(only.mean)}{bracket(only)} over "
            f"{seed_count(only.count)}; there is nothing to compare it with."
        )
    least, most = (pick(means, key=lambda name: means[name].mean) for pick in (min, max))
    return (
        f"The {measure.label} runs from {number(means[least].mean)} ({least}) to "
        f"{number(means[most].mean)} ({most})."
    )
