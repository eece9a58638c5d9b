"""The answer of a comparison in words, computed from the numbers, and how to read it."""

from collections.abc import Sequence

from transect.measure.comparison import Ranking
from transect.measure.error.penalty import CrossingRadii
from transect.report.comparison.data import PENALTY, REMOVED, ComparisonData
from transect.report.comparison.radii import crossings, radius_text
from transect.report.parts import Headline
from transect.report.words import bracket, number, seed_count

NAMED = 2
"""So many models at most are called by name; more are counted."""

CROSSING = "The crossing radius r₂, where the hole penalty reaches 2"


def headline(data: ComparisonData, ranked: Ranking) -> Headline:
    """Return the answer of a comparison in one sentence, and the crossing radii beside it."""
    if len(data.models) == 1:
        return Headline(_single_model(data), "")
    return Headline(_verdict(data, ranked), _two_radii(data, ranked))


def how_to_read(data: ComparisonData, ranked: Ranking) -> str:
    """Return how models are compared and how far to trust that."""
    seeds = len(data.seeds)
    if len(data.models) == 1:
        if seeds == 1:
            return "One seed gives no interval."
        return f"Brackets hold 95\u00a0% Student t intervals over {seeds} seeds."
    paired = (
        "Runs of one condition and seed share their images, so models are compared within them: by "
        f"the ratio of their {data.error.label}, the geometric mean over the conditions for each "
        "seed."
    )
    if ranked.seeds < 2:
        return f"{paired} One seed gives no interval, so that chance may explain any difference."
    pairs = len(ranked.places) - 1
    return (
        f"{paired} Brackets hold 95\u00a0% Student t intervals over {ranked.seeds} seeds; models "
        "are not distinguishable if the interval of their ratio contains 1. If nothing differs, "
        "chance alone excludes 1 in 5\u00a0% of comparisons"
        + (f", and there are {pairs} comparisons with the best." if pairs > 1 else ".")
    )


def counts(data: ComparisonData) -> str:
    """Return how many models, conditions, seeds and runs there are.

    Example:
        8 models × 7 conditions × 3 seeds: 167 runs, 1 failed
    """
    models, conditions, runs = len(data.models), len(data.conditions), len(data.scores)
    words = (
        f"{models} {'model' if models == 1 else 'models'} × "
        f"{conditions} {'condition' if conditions == 1 else 'conditions'} × "
        f"{seed_count(len(data.seeds))}: {runs} {'run' if runs == 1 else 'runs'}"
    )
    if data.failed:
        words += f", {len(data.failed)} failed"
    missing = models * conditions * len(data.seeds) - runs - len(data.failed)
    if missing > 0:
        words += f", {missing} combinations have none"
    if data.repeated:
        words += f", {data.repeated} left out that repeat others"
    return words


def _verdict(data: ComparisonData, ranked: Ranking) -> str:
    """Return which model is best and whether it is distinguishable from the others."""
    if not ranked.places:
        return "The models have no condition and seed in common, so they can’t be compared."
    best, inside = ranked.places[0], data.error == REMOVED
    if len(ranked.places) == 1:
        return f"Only “{best.model}” has enough runs, so there is nothing to compare it with."
    where = "inside the hole" if inside else "on validation images"
    least = f"“{best.model}” has the least error {where}"
    if ranked.seeds < 2:
        return f"{least}, but with one seed this may be chance."
    if not ranked.ties:
        second = ranked.places[1]
        what = "reconstructs the removed images best" if inside else "reconstructs best"
        return (
            f"“{best.model}” {what}: the error of the next, “{second.model}”, is "
            f"{number(second.to_best.mean)} times as large{bracket(second.to_best)}."
        )
    if len(ranked.ties) == len(ranked.places) - 1:
        every = "two" if len(ranked.places) == 2 else f"{len(ranked.places)}"
        return f"{least}, but the {every} models are not distinguishable."
    return f"{least}, but is not distinguishable from {_several(ranked.ties)}."


def _several(models: Sequence[str]) -> str:
    if len(models) <= NAMED:
        return " and ".join(f"“{model}”" for model in models)
    return f"{len(models)} others"


def _two_radii(data: ComparisonData, ranked: Ranking) -> str:
    """Return the crossing radii of the best and of the worst model along the first series."""
    for series, found in crossings(data).items():
        known = [model for model in ranked.order if model in found]
        first, last = known[0], known[-1]
        words = f"{CROSSING}{_along(data, series)}, is {radius_text(found[first])} with “{first}”"
        if len(known) == 1:
            return f"{words}."
        place = "the last" if len(ranked.order) > 2 else "the other"
        return f"{words} and {radius_text(found[last])} with “{last}”, {place}."
    return ""


def _along(data: ComparisonData, series: str) -> str:
    return f" along {series}" if len(data.series) > 1 else ""


def _single_model(data: ComparisonData) -> str:
    """Return what is known of a single model: its crossing radius, or else its error."""
    (model,) = data.models
    for series, models in crossings(data).items():
        return _radius_of(models[model], _along(data, series))
    measure = PENALTY if data.has(PENALTY) else data.error
    means = {one.name: data.mean(model, one.name, measure) for one in data.conditions}
    known = sorted((found.mean, name) for name, found in means.items() if found is not None)
    (least, easy), (most, hard) = known[0], known[-1]
    if len(known) > 1:
        return (
            f"The {measure.label} ranges from {number(least)} ({easy}) to {number(most)} ({hard})."
        )
    only = means[easy]
    assert only is not None  # it is known
    return (
        f"The {measure.label} is {number(least)}{bracket(only)} over {seed_count(only.count)}; "
        "there is nothing to compare it with."
    )


def _radius_of(found: CrossingRadii, along: str) -> str:
    if found.beyond == found.count:
        return (
            f"The hole penalty stays at or below 2 up to a radius of {found.limit:g}{along}: "
            f"r₂ {radius_text(found)}."
        )
    return f"{CROSSING}{along}, is {radius_text(found)} over {seed_count(found.count)}."
