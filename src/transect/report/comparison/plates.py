"""The figures of a comparison in their order, each with what to see in it."""

from collections.abc import Iterator, Sequence

from transect.measure.catalogue import Score
from transect.report.comparison.averages import mean, mean_of_medians
from transect.report.comparison.categories import category_dots, category_measures
from transect.report.comparison.crossing import crossing
from transect.report.comparison.curves import error_curves, penalty_curves
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.embedding import embedding_plates, has_embeddings
from transect.report.comparison.forest import ratio_forest, ratio_text
from transect.report.comparison.measures import DECODER, ENCODER, ORACLE, PENALTY, REMOVED, SOFT_IOU
from transect.report.comparison.ranking import Ranking, ranking
from transect.report.comparison.shares import error_shares
from transect.report.plate import Plate
from transect.report.sentences import number, seed_count

MOST_MODELS = 10
"""Models that are drawn, the best ones; more could not be told apart."""

MOST_SERIES = 6
"""Series that are drawn."""

MOST_ROWS = 12
"""Conditions in a figure; further ones follow in the next."""

DIFFERENCES, ATTRIBUTION = "Differences between models", "Encoder or decoder"


def comparison_plates(data: ComparisonData) -> Iterator[Plate]:
    """Yield every figure that the data allow, in the order of the page."""
    ranked = ranking(data)
    models = ranked.order[:MOST_MODELS]
    for place, series in enumerate(list(data.series)[:MOST_SERIES]):
        yield from _series_plates(data, series, models, place)
    yield from _category_plates(data, models)
    if len(ranked.places) > 1:
        yield _forest_plate(data, ranked)
    if data.has(ENCODER.column) or data.has(DECODER.column):
        yield _shares_plate(data, models)
    if has_embeddings(data):
        yield from embedding_plates(data)


def _series_plates(
    data: ComparisonData, series: str, models: Sequence[str], place: int
) -> Iterator[Plate]:
    section = f"Over {data.axis_label}"
    of = f": {series}" if series else ""
    more = _words_on_models(data, models)
    if data.has(PENALTY.column):
        yield Plate(
            section,
            f"penalty_{place + 1}",
            f"Hole penalty over {data.axis_label}{of}",
            penalty_curves(data, series, models),
            "The error inside the hole ÷ that of the oracle: 1 is perfect, and r₂ is where a curve "
            f"crosses the dashed line at 2. {_marks(data)}{_shared(data)}{more}",
            _penalty_alt(data, series, models),
        )
    measures = [one for one in (REMOVED, SOFT_IOU) if data.has(one.column)]
    if measures:
        yield Plate(
            section,
            f"errors_{place + 1}",
            f"Errors inside the hole over {data.axis_label}{of}",
            error_curves(data, series, models),
            "Thin dashed curves are the oracles, which have seen the hole. "
            f"{_marks(data)}{_shared(data)}{more}",
            _ends_alt(data, series, models, measures),
        )


def _category_plates(data: ComparisonData, models: Sequence[str]) -> Iterator[Plate]:
    section = "Other conditions" if data.series else "Under each condition"
    if len(data.conditions) == 1:
        section = "All models" if len(models) > 1 else "Measures"
    measures = category_measures(data)
    if not measures:
        return
    for start in range(0, len(data.categories), MOST_ROWS):
        rows = data.categories[start : start + MOST_ROWS]
        said = [
            f"{one.name}: {_means(data, one.name, models, measures[0])}"
            for one in rows
            if _means(data, one.name, models, measures[0])
        ]
        hollow = "Hollow marks are the oracles. " if PENALTY in measures else ""
        yield Plate(
            section,
            f"conditions_{start // MOST_ROWS + 1}",
            "Penalty and errors" if PENALTY in measures else "Errors",
            category_dots(data, rows, models),
            f"{hollow}{_marks(data)}{_shared(data)}{_words_on_models(data, models)}",
            f"{measures[0].label}. {'; '.join(said)}; means over {seed_count(len(data.seeds))}.",
        )


def _forest_plate(data: ComparisonData, ranked: Ranking) -> Plate:
    best = ranked.places[0].model
    seeds = (
        f"Bars are 95 % t intervals over {seed_count(ranked.seeds)}, small dots the seeds. Filled "
        "marks are distinguishable from the best, hollow ones are not."
        if ranked.seeds > 1
        else "One seed gives no interval, so no difference can be told from chance."
    )
    over = f", geometric mean over {ranked.conditions} conditions" if ranked.conditions > 1 else ""
    said = "; ".join(f"{place.model} {ratio_text(place)}" for place in ranked.places[1:])
    return Plate(
        DIFFERENCES,
        "ratios",
        f"Ratio to the best: {ranked.measure.label}",
        ratio_forest(data, ranked),
        f"The error of each model ÷ that of “{best}” under the same condition with the same seed"
        f"{over}. {seeds}".replace(" %", "\u00a0%"),
        f"Ratios to {best}: {said}.",
    )


def _shares_plate(data: ComparisonData, models: Sequence[str]) -> Plate:
    error = "error beyond the oracle’s" if data.has(ORACLE.column) else "error"
    said = []
    for model in models:
        found = {"encoder": ENCODER, "decoder": DECODER}
        parts = [
            f"{name} {number(one.mean)}"
            for name, measure in found.items()
            if (one := mean_of_medians(data, model, measure)) is not None
        ]
        if parts:
            said.append(f"{model}: {', '.join(parts)}")
    return Plate(
        ATTRIBUTION,
        "shares",
        "Who makes the error inside the hole",
        error_shares(data, models),
        f"The encoder’s share of the {error} is what the best code saves, the decoder’s what no "
        "code can save. The shares add up to 1; one below 0 means that this half "
        "does better than that of the oracle. Errors are those of the encoder’s own codes, not of "
        "refined ones as elsewhere. Of each seed the median over the conditions counts. "
        + _marks(data),
        f"{'; '.join(said)}; means over {seed_count(len(data.seeds))}.",
    )


def _marks(data: ComparisonData) -> str:
    """Return what marks and bars are."""
    count = len(data.seeds)
    if count == 1:
        return "There is one seed, so there are no intervals."
    return (
        f"Marks are means over {seed_count(count)}, bars their 95\u00a0% t intervals; one that "
        "reaches the frame goes on."
    )


def _shared(data: ComparisonData) -> str:
    """Return why bars that overlap are not the last word."""
    if len(data.seeds) == 1 or len(data.models) == 1:
        return ""
    return (
        " Much of what seeds differ in is common to all models, so bars that overlap may still be "
        "told apart: the ratios below tell."
    )


def _words_on_models(data: ComparisonData, models: Sequence[str]) -> str:
    missing = len(data.models) - len(models)
    return f" Drawn are the {len(models)} best of {len(data.models)} models." if missing else ""


def _penalty_alt(data: ComparisonData, series: str, models: Sequence[str]) -> str:
    words = _ends_alt(data, series, models, [PENALTY])
    radii = [
        f"{model} {one.text}"
        for model in models
        if (one := crossing(data, model, series)) is not None
    ]
    return f"{words} Crossing radii: {'; '.join(radii)}." if radii else words


def _ends_alt(
    data: ComparisonData, series: str, models: Sequence[str], measures: Sequence[Score]
) -> str:
    """Return the means of measures at the ends of a series, in words."""
    first, last = data.series[series][0], data.series[series][-1]
    parts = []
    for measure in measures:
        at = [
            f"at {data.axis_label} {one.value:g}: {_means(data, one.name, models, measure)}"
            for one in (first, last)
        ]
        parts.append(f"{measure.label}, {'; '.join(at)}.")
    return " ".join(parts)


def _means(data: ComparisonData, condition: str, models: Sequence[str], measure: Score) -> str:
    found = {model: mean(data, model, condition, measure) for model in models}
    return ", ".join(f"{m} {number(one.mean)}" for m, one in found.items() if one is not None)
