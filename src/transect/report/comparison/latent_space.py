"""The section on the latent spaces: do models differ in covariance, axes and shape?

The first model is the reference. The others are compared with it seed by seed; a measure is higher
or lower if the 95 % t interval of the differences excludes 0, the nMSE if the interval of the
ratios excludes 1 (`transect.measure.comparison`). `transect.measure.embedding.change` decides what
several measures amount to.

With k factors an embedding is k-dimensional by the rule of `transect.measure.embedding.dimension`,
applied to the means over seeds. A full space has as many loops as periodic factors.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d import Axes3D
from numpy.typing import NDArray

from transect.measure.catalogue import EMBEDDING_MEASURES, Score, score
from transect.measure.comparison import (
    Change,
    change,
    difference_over_seeds,
    mean_over_conditions,
    mean_over_seeds,
    ratio_over_seeds,
)
from transect.measure.embedding.change import alignment_change, covariance_change
from transect.measure.embedding.dimension import (
    compare_dimension,
    dimension_band,
    dimension_places,
)
from transect.measure.key import Key
from transect.measure.statistics import Interval
from transect.report.codes import directions, draw_points, label_axes, read_codes
from transect.report.comparison.data import VALIDATION, ComparisonData, Embeddings
from transect.report.comparison.style import (
    NARROW,
    brief,
    draw_mean,
    name_rows,
    scale,
    styles,
)
from transect.report.comparison.tables import MeasureTable
from transect.report.image_grid import even_columns
from transect.report.parts import CaptionedFigure
from transect.report.style import DOTS_PER_INCH, FAINT, WIDTH, new_figure, styled
from transect.report.words import MISSING, bracket, number, seed_count
from transect.space import code_columns

SECTION = "Latent space"


def _measures(*names: str) -> tuple[Score, ...]:
    return tuple(score(name, "embedding") for name in names)


COVARIANCE = _measures("entanglement", "covariance", "correlation")
ALIGNMENT = _measures("as_it_stands", "mig", "mcc")
"""The three that decide whether axes are aligned; a higher value is better."""

DIMENSION = _measures("two_nn", "maximum_likelihood", "local_pca")
(BEND, LOOPS) = _measures("bend", "loops")
KEY = (*COVARIANCE, *ALIGNMENT, VALIDATION, BEND, LOOPS, *DIMENSION)
"""The measures that are drawn, three in a row."""

ONE_SEED, UNMEASURED, SAME = "unknown: one seed", "not measured", "not distinguishable"
COVARIANCE_WORDS = {
    "decorrelated": "lower, by more than smaller codes explain",
    "shrunk": "lower, as smaller codes alone explain",
    "shrunk, correlated": "lower by smaller codes alone: the correlation is higher",
    "lower": "lower; the correlation was not measured",
    "higher": "higher",
    "mixed": "one measure is lower, one higher",
    "correlation lower": "not distinguishable, but the correlation is lower",
    "correlation higher": "not distinguishable, but the correlation is higher",
}
ALIGNMENT_WORDS = {
    "better": "better aligned with the factors",
    "worse": "worse aligned with the factors",
    "mixed": "better aligned by some measures, worse by others",
    "better by one": "better aligned by one measure alone",
    "worse by one": "worse aligned by one measure alone",
}
ERROR_WORDS = {"higher": "larger errors", "lower": "smaller errors"}
VERDICT = str(Key("verdict", "embedding"))
"""The column on how the axes of an embedding lie to the factors."""

UNCLEAR = {"same": SAME, "unknown": ONE_SEED, "missing": UNMEASURED}

COLUMNS, ROW = 3, 0.2
"""Panels side by side, and inches of a row."""

MOST_MODELS, MOST_COLUMNS, MOST_FACTORS, MOST_POINTS = 8, 4, 3, 1500
"""Models whose embeddings are drawn, in how many columns, by how many factors, points of each."""

HEAD, INNER = 0.4, (0.2, 0.16, -0.26, -0.28)
"""Inches of a name above an embedding; shares of its square that labels of flat axes take."""


class Answer(NamedTuple):
    """The answer to one question about one model.

    Attributes:
        question: What is asked, in one or two words.
        verdict: The answer.
        evidence: The numbers that it rests on, one line each.
        clear: Whether it says more than that nothing can be told.
    """

    question: str
    verdict: str
    evidence: tuple[str, ...]
    clear: bool = True


def has_embeddings(data: ComparisonData) -> bool:
    """Return whether any run has measured its embedding."""
    return any(data.has(one) for one in (*COVARIANCE, *ALIGNMENT, *DIMENSION))


def answers(data: ComparisonData) -> dict[str, list[Answer]]:
    """Return the answers about each model, the reference last; empty if nothing was measured."""
    if not has_embeddings(data):
        return {}
    shown, reference = data.embeddings, data.reference
    found = {model: _compared(data, model) for model in data.models if model != reference}
    means = [_mean_line(data, reference, one) for one in (*COVARIANCE, *ALIGNMENT, VALIDATION)]
    lines = (*filter(None, means), *_verdict_lines(data, reference))
    found[reference] = [Answer("Reference", "the others are compared with it", lines, clear=False)]
    for model, own in found.items():
        if shown is not None:
            own += [_dimension(data, shown, model), _loops(data, shown, model)]
    return found


def table(data: ComparisonData) -> MeasureTable:
    """Return the means of all measures and, below them, the differences to the reference."""
    names = [
        one.name.replace("*", str(axis))
        for one in EMBEDDING_MEASURES
        for axis in range(1, 4 if "*" in one.name else 2)
    ]
    rows = tuple(
        (one.heading, tuple(_cell(data, model, one) for model in data.models))
        for one in _measures(*names)
        if data.has(one)
    )
    return MeasureTable("Measures of the codes", tuple(data.models), rows)


def embedding_figures(data: ComparisonData) -> Iterator[CaptionedFigure]:
    """Yield the figures of the section that the data allow."""
    if not has_embeddings(data):
        return
    measures = [one for one in KEY if data.has(one)]
    models = list(data.models)[:MOST_MODELS]
    more = f" The first {len(models)} models." if len(models) < len(data.models) else ""
    seeds, several = seed_count(len(data.seeds)), len(data.conditions) > 1
    bars = ", bars their 95\u00a0% t intervals" if len(data.seeds) > 1 else ""
    over = " For each seed the mean over the conditions counts." if several else ""
    shown, band = data.embeddings, ""
    if shown is not None:
        dimension = shown.space.dimension
        band = f" Shaded is the range that counts as a dimension of {dimension}."
    yield CaptionedFigure(
        SECTION,
        "embedding_measures",
        "Covariance, axes and shape of every model",
        measure_dots(data, measures, models),
        f"Large marks are means over {seeds}{bars}; small dots are the seeds, and faint lines join "
        f"the dots of one seed.{over}{band}{more}",
        f"{_alt(data, measures, models)}; means over {seeds}.",
    )
    if shown is None:
        return
    factors = len(shown.space.factors)
    fewer = f" Only the first {MOST_FACTORS} factors are shown." if factors > MOST_FACTORS else ""
    where = f" under the condition {shown.condition}" if several else ""
    points = {model: shown.points[model] for model in models if model in shown.points}
    fewest = min(MOST_POINTS, *(len(_kept(table)) for table in points.values()))
    if any(len(code_columns(table.columns)) > 3 for table in points.values()):
        fewer += " For more than three latents the first three principal components are shown."
    yield CaptionedFigure(
        SECTION,
        "embeddings",
        "Embeddings beside each other",
        embeddings(shown, list(points)),
        f"The codes of seed {shown.seed}{where}, in the same colours for the same points: dark is "
        f"low, light is high.{fewer} All axes of an embedding have one scale; models differ in "
        f"theirs.{more}",
        f"The codes of {fewest} points for each of {len(points)} models. "
        f"{_alt(data, [one for one in (ALIGNMENT[0], *DIMENSION) if one in measures], models)}.",
    )


@styled
def measure_dots(data: ComparisonData, measures: Sequence[Score], models: Sequence[str]) -> Figure:
    """Return a panel a measure, a row a model: the mean with its interval, small dots the seeds."""
    rows = -(-len(measures) // COLUMNS)
    figure = new_figure(WIDTH, rows * (0.5 + ROW * len(models)) + 0.1)
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
    name_rows(panels[0], models)
    for axes, measure in zip(panels, measures, strict=False):
        _draw_measure(axes, data, measure, models)
    for axes in panels[len(measures) :]:
        axes.remove()
    return figure


def _draw_measure(axes: Axes, data: ComparisonData, measure: Score, models: Sequence[str]) -> None:
    axes.set_title(measure.heading)
    axes.tick_params(axis="y", length=0)
    include: list[float] = []
    if measure in DIMENSION and data.embeddings is not None:
        include += dimension_band(data.embeddings.space.dimension)
        axes.axvspan(*include, color="#e6f3ec", linewidth=0, zorder=0)
    rows, drawn, means = np.arange(len(models)), styles(data), []
    tables = [data.table(model, measure) for model in models]
    seeds = np.array([mean_over_conditions(one, geometric=measure.geometric) for one in tables])
    for values in seeds.T:
        known = np.isfinite(values)
        axes.plot(values[known], rows[known], color=FAINT, linewidth=0.6, alpha=0.35)
        axes.scatter(values[known], rows[known], s=8, color=FAINT, alpha=0.8, linewidths=0)
    for row, model in enumerate(models):
        found = _mean(data, model, measure)
        if found is not None:
            draw_mean(axes, found, row - 0.22, drawn[model])
            means.append(found)
    include += seeds[np.isfinite(seeds)].tolist()
    log = measure in COVARIANCE and min(include) > 0 and max(include) > 10 * min(include)
    scale(axes, "x", measure, means, include, log=log, most=NARROW)


@styled
def embeddings(shown: Embeddings, models: Sequence[str]) -> Figure:
    """Return embeddings, models in columns and factors in rows; many models go on below."""
    names = shown.space.names[:MOST_FACTORS]
    columns = even_columns(len(models), MOST_COLUMNS)
    side = min(WIDTH / columns, 3.2)
    block = HEAD + side * len(names)
    width, height = side * columns, block * -(-len(models) // columns)
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH)
    for place, model in enumerate(models):
        points = _thinned(_kept(shown.points[model]))
        shown_axes = directions(read_codes(points))
        codes = shown_axes.project(read_codes(points))
        left, top = side * (place % columns), height - block * (place // columns)
        at = ((left + side / 2) / width, (top - 0.04) / height, brief(model))
        figure.text(*at, fontsize=8.5, fontweight="bold", ha="center", va="top")
        for row, name in enumerate(names):
            bottom = top - HEAD - side * (row + 1)
            box = np.array([left / width, bottom / height, side / width, side / height])
            solid = len(shown_axes.labels) == 3
            if solid:
                axes = figure.add_axes(tuple(box), projection="3d", computed_zorder=False)
            else:
                axes = figure.add_axes(tuple(box + box[[2, 3, 2, 3]] * INNER))
            draw_points(axes, codes, points, name)
            label_axes(axes, shown_axes.labels, large=False)
            if solid:
                _scale_evenly(cast(Axes3D, axes), codes)
    return figure


def _scale_evenly(axes: Axes3D, codes: NDArray[np.float64]) -> None:
    """Give all axes one scale, so that a thin manifold looks thin."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    room = 0.05 * float((high - low).max()) or 0.5
    low, high = low - room, high + room
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), zlim=(low[2], high[2]))
    axes.set_box_aspect(tuple((high - low) / (high - low).max()), zoom=0.9)  # pyright: ignore[reportArgumentType]


def _kept(points: pd.DataFrame) -> pd.DataFrame:
    return points[points["split"] != "removed"]


def _thinned(points: pd.DataFrame) -> pd.DataFrame:
    """Return so many points that they can be drawn; the same ones of each model."""
    chosen = np.random.default_rng(0).permutation(len(points))[:MOST_POINTS]
    return points.iloc[np.sort(chosen)]


def _compared(data: ComparisonData, model: str) -> list[Answer]:
    """Return what differs from the reference: covariance, axes and reconstruction."""
    measures, count = (*COVARIANCE, *ALIGNMENT), len(COVARIANCE)
    differences = [_difference(data, model, one) for one in measures]
    changes: list[Change] = [change(found) for found in differences]
    lines = [
        "" if found is None else f"{one.label} {_signed(found.mean)}{_rest(data, found)}"
        for one, found in zip(measures, differences, strict=True)
    ]
    error = ratio_over_seeds(*(data.table(name, VALIDATION) for name in (model, data.reference)))
    ratio = (
        "" if error is None else f"{VALIDATION.label} × {number(error.mean)}{_rest(data, error)}"
    )
    axes = [*lines[count:], *_verdict_lines(data, model)]
    return [
        _answer("Covariance", covariance_change(*changes[:count]), COVARIANCE_WORDS, lines[:count]),
        _answer("Axes", alignment_change(changes[count:]), ALIGNMENT_WORDS, axes),
        _answer("Reconstruction", change(error, nothing=1.0), ERROR_WORDS, [ratio]),
    ]


def _answer(question: str, kind: str, words: Mapping[str, str], lines: Sequence[str]) -> Answer:
    verdict = {**words, **UNCLEAR}[kind]
    return Answer(question, verdict, tuple(filter(None, lines)), kind not in UNCLEAR)


def _dimension(data: ComparisonData, shown: Embeddings, model: str) -> Answer:
    count = shown.space.dimension
    known = [one for measure in DIMENSION if (one := _mean(data, model, measure)) is not None]
    places = dimension_places([one.mean for one in known], count)
    lines = tuple(line for one in DIMENSION if (line := _mean_line(data, model, one)))
    if len(places) < 2:
        return Answer("Dimension", UNMEASURED, lines, clear=False)
    kind = compare_dimension([one.mean for one in known], count)
    words = {
        "as many": f"{count} by {places.count(0)} of {len(places)} estimators",
        "more": f"more than {count}",
        "fewer": f"less than {count}",
        "undecided": f"the estimators disagree whether it is {count}",
    }[kind]
    return Answer("Dimension", words, lines, kind == "as many")


def _loops(data: ComparisonData, shown: Embeddings, model: str) -> Answer:
    values = data.table(model, LOOPS)
    values = values[np.isfinite(values)]
    if not len(values):
        return Answer("Loops", UNMEASURED, (), clear=False)
    line = f"by run: {', '.join(f'{value:g}' for value in values)}"
    if not shown.full:
        words = f"in {int((values > 0).sum())} of {len(values)} runs; a hole may leave one"
        return Answer("Loops", words, (line,), clear=False)
    wanted = sum(factor.periodic for factor in shown.space.factors)
    right = int((values == wanted).sum())
    words = f"{wanted} in {right} of {len(values)} runs; a full space has {wanted}"
    return Answer("Loops", words, (line,), right == len(values))


def _cell(data: ComparisonData, model: str, measure: Score) -> tuple[str, str]:
    found = _mean(data, model, measure)
    if found is None:
        return MISSING, ""
    text = f"{number(found.mean)}{bracket(found)}"
    paired = None if model == data.reference else _difference(data, model, measure)
    if paired is None:
        return text, ""
    kind = change(paired)
    word = "" if kind in UNCLEAR else f"{kind}: "
    return text, f"{word}{_signed(paired.mean)}{bracket(paired)}"


def _verdict_lines(data: ComparisonData, model: str) -> tuple[str, ...]:
    """Return how the axes lie to the factors, and in how many runs."""
    if VERDICT not in data.scores:
        return ()
    found = data.scores.loc[data.scores["model"] == model, VERDICT].dropna()
    kinds = ", ".join(f"{kind} in {count}" for kind, count in found.value_counts().items())
    return (f"of {len(found)} runs: {kinds}",) if kinds else ()


def _mean_line(data: ComparisonData, model: str, measure: Score) -> str:
    found = _mean(data, model, measure)
    return "" if found is None else f"{measure.label} {number(found.mean)}{bracket(found)}"


def _alt(data: ComparisonData, measures: Sequence[Score], models: Sequence[str]) -> str:
    parts = []
    for measure in measures:
        found = {model: _mean(data, model, measure) for model in models}
        known = [f"{m} {number(one.mean)}" for m, one in found.items() if one is not None]
        parts.append(f"{measure.label}: {', '.join(known)}")
    return "; ".join(parts)


def _rest(data: ComparisonData, found: Interval) -> str:
    """Return the interval of a comparison, and the number of its seeds if some lack it."""
    every = len(data.seeds)
    few = "" if found.count == every else f", {found.count} of {seed_count(every)}"
    return f"{bracket(found)}{few}"


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def _mean(data: ComparisonData, model: str, measure: Score) -> Interval | None:
    return mean_over_seeds(data.table(model, measure), geometric=measure.geometric)


def _difference(data: ComparisonData, model: str, measure: Score) -> Interval | None:
    return difference_over_seeds(*(data.table(name, measure) for name in (model, data.reference)))
