"""The section of the page on the latent spaces: do models differ in covariance, axes and shape?

The first model is the reference. The others are compared with it seed by seed; a measure is higher
or lower where the 95 % t interval of the differences leaves out 0, the nMSE where that of the
ratios leaves out 1 (`transect.measure.comparison`). What several measures amount to is decided by
`transect.measure.embedding.change`.

With k factors an embedding is k-dimensional by the rule of `transect.report.dimension`, applied to
the means over seeds. A full space has as many loops as periodic factors.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d import Axes3D
from numpy.typing import NDArray

from transect.measure.catalogue import EMBEDDING_MEASURES, Score, score
from transect.measure.comparison import (
    Change,
    averages,
    change,
    difference_over_seeds,
    ratio_over_seeds,
    seed_means,
)
from transect.measure.embedding.change import alignment_change, covariance_change
from transect.measure.embedding.dimension import (
    compare_dimension,
    dimension_band,
    dimension_places,
)
from transect.measure.statistics import Interval
from transect.report.comparison.averages import average
from transect.report.comparison.data import ComparisonData, Embeddings
from transect.report.comparison.looks import (
    NARROW,
    brief,
    frame,
    has_bar,
    label_log,
    log_ticks,
    looks,
)
from transect.report.comparison.measures import VALIDATION
from transect.report.comparison.tables import MeasureTable
from transect.report.embedding import draw_points, label_axes, project_tables
from transect.report.plate import Plate
from transect.report.sentences import bracket, number, seed_count
from transect.report.sheets import even_columns
from transect.report.style import DOTS_PER_INCH, FAINT, WIDTH, new_figure, styled
from transect.report.tables import MISSING
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
    """Return whether any cell has measured its embedding."""
    return any(data.has(one.column) for one in (*COVARIANCE, *ALIGNMENT, *DIMENSION))


def answers(data: ComparisonData) -> dict[str, list[Answer]]:
    """Return the answers about each model; of the reference those that need no comparison."""
    reference, *others = data.models
    found = {
        model: [_covariance(data, model), _axes(data, model), _error(data, model)]
        for model in others
    }
    means = [_mean_line(data, reference, one) for one in (*COVARIANCE, *ALIGNMENT, VALIDATION)]
    lines = (*filter(None, means), *_verdict_lines(data, reference))
    found[reference] = [Answer("Reference", "the others are compared with it", lines, clear=False)]
    for model, own in found.items():
        if data.embeddings is not None:
            own += [
                _dimension(data, data.embeddings, model),
                _loops(data, data.embeddings, model),
            ]
    return found


def table(data: ComparisonData) -> MeasureTable:
    """Return the means of all measures and, below them, the differences to the reference."""
    names = [one.name.replace("*", str(k)) for one in EMBEDDING_MEASURES for k in _places(one.name)]
    rows = tuple(
        (one.heading, tuple(_cell(data, model, one) for model in data.models))
        for one in _measures(*names)
        if data.has(one.column)
    )
    return MeasureTable("Measures of the codes", tuple(data.models), rows)


def embedding_plates(data: ComparisonData) -> Iterator[Plate]:
    """Yield the figures of the section that the data allow."""
    measures = [one for one in KEY if data.has(one.column)]
    models = list(data.models)[:MOST_MODELS]
    more = f" The first {len(models)} models." if len(models) < len(data.models) else ""
    seeds = seed_count(len(data.seeds))
    bars = ", bars their 95\u00a0% t intervals" if len(data.seeds) > 1 else ""
    over = " Of each seed the mean over the conditions counts." if len(data.conditions) > 1 else ""
    band = ""
    if data.embeddings is not None:
        dimension = data.embeddings.space.dimension
        band = f" Shaded is where the dimension of {dimension} factors lies."
    yield Plate(
        SECTION,
        "embedding_measures",
        "Covariance, axes and shape of every model",
        measure_dots(data, measures, models),
        f"Large marks are means over {seeds}{bars}; small dots are the seeds, and faint lines join "
        f"those of one seed.{over}{band}{more}",
        f"{_alt(data, measures, models)}; means over {seeds}.",
    )
    shown = data.embeddings
    if shown is None:
        return
    factors = len(shown.space.factors)
    fewer = f" Only the first {MOST_FACTORS} factors are shown." if factors > MOST_FACTORS else ""
    where = f" under the condition {shown.condition}" if len(data.conditions) > 1 else ""
    points = {model: shown.points[model] for model in models if model in shown.points}
    seen = ""
    if any(len(code_columns(table.columns)) > 3 for table in points.values()):
        seen = " Of more than three latents the first three principal components are shown."
    yield Plate(
        SECTION,
        "embeddings",
        "Embeddings beside each other",
        embeddings(shown, list(points)),
        f"The codes of seed {shown.seed}{where}, in the same colours for the same points: dark is "
        f"low, light is high.{fewer}{seen} All axes of an embedding have one scale; models differ "
        f"in theirs.{more}",
        f"The codes of {min(MOST_POINTS, *map(len, map(_kept, points.values())))} points for each "
        f"of {len(points)} models. "
        f"{_alt(data, [one for one in (ALIGNMENT[0], *DIMENSION) if one in measures], models)}.",
    )


@styled
def measure_dots(data: ComparisonData, measures: Sequence[Score], models: Sequence[str]) -> Figure:
    """Return a panel a measure, a row a model: the mean with its interval, small dots the seeds."""
    rows = -(-len(measures) // COLUMNS)
    figure = new_figure(WIDTH, rows * (0.5 + ROW * len(models)) + 0.1)
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True).ravel()
    for axes, measure in zip(panels, measures, strict=False):
        _draw_measure(axes, data, measure, models)
    for axes in panels[len(measures) :]:
        axes.remove()
    panels[0].set_ylim(len(models) - 0.5, -0.6)
    panels[0].set_yticks(range(len(models)), [brief(model) for model in models])
    return figure


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
        codes = project_tables(points, None)
        left, top = side * (place % columns), height - block * (place // columns)
        at = ((left + side / 2) / width, (top - 0.04) / height, brief(model))
        figure.text(*at, fontsize=8.5, fontweight="bold", ha="center", va="top")
        for row, name in enumerate(names):
            bottom = top - HEAD - side * (row + 1)
            box = np.array([left / width, bottom / height, side / width, side / height])
            solid = len(codes.labels) == 3
            if solid:
                axes = figure.add_axes(tuple(box), projection="3d", computed_zorder=False)
            else:
                axes = figure.add_axes(tuple(box + box[[2, 3, 2, 3]] * INNER))
            draw_points(axes, codes.points, points, name)
            label_axes(axes, codes.labels, large=False)
            if solid:
                _scale_evenly(cast(Axes3D, axes), codes.points)
    return figure


def _draw_measure(axes: Axes, data: ComparisonData, measure: Score, models: Sequence[str]) -> None:
    axes.set_title(measure.heading)
    axes.tick_params(axis="y", length=0)
    include: list[float] = []
    if measure in DIMENSION and data.embeddings is not None:
        include += dimension_band(data.embeddings.space.dimension)
        axes.axvspan(*include, color="#e6f3ec", linewidth=0, zorder=0)
    rows, drawn = np.arange(len(models)), looks(data)
    seeds = np.array([_by_seed(data, model, measure) for model in models])
    for values in seeds.T:
        known = np.isfinite(values)
        axes.plot(values[known], rows[known], color=FAINT, linewidth=0.6, alpha=0.35)
        axes.scatter(values[known], rows[known], s=8, color=FAINT, alpha=0.8, linewidths=0)
    means = {model: found for model in models if (found := _mean(data, model, measure)) is not None}
    for model, found in means.items():
        look, y = drawn[model], models.index(model) - 0.22
        if has_bar(found):
            axes.plot([found.low, found.high], [y, y], color=look.color, linewidth=1.8)
        axes.plot(found.mean, y, look.marker, color=look.color, markersize=4.5)
    include += seeds[np.isfinite(seeds)].tolist()
    log = measure in COVARIANCE and min(include) > 0 and max(include) > 10 * min(include)
    low, high = frame(list(means.values()), include, log=log)
    if log:
        axes.set_xscale("log")
        label_log(axes.xaxis, log_ticks(low, high, most=NARROW))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=measure == LOOPS))
    axes.set_xlim(low, high)


def _scale_evenly(axes: Axes3D, codes: NDArray[np.float64]) -> None:
    """Give all axes one scale, so that a thin manifold looks thin."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    room = 0.05 * float((high - low).max()) or 0.5
    low, high = low - room, high + room
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), zlim=(low[2], high[2]))
    axes.set_box_aspect(tuple((high - low) / (high - low).max()), zoom=0.9)  # pyright: ignore[reportArgumentType]


def _places(name: str) -> range:
    """Return the principal axes that a measure is shown of; one of a measure that has none."""
    return range(1, 4 if "*" in name else 2)


def _kept(points: pd.DataFrame) -> pd.DataFrame:
    return points[points["split"] != "removed"]


def _thinned(points: pd.DataFrame) -> pd.DataFrame:
    """Return so many points that they can be drawn; the same ones of each model."""
    chosen = np.random.default_rng(0).permutation(len(points))[:MOST_POINTS]
    return points.iloc[np.sort(chosen)]


def _covariance(data: ComparisonData, model: str) -> Answer:
    kind = covariance_change(*_changes(data, model, COVARIANCE))
    words = (COVARIANCE_WORDS | UNCLEAR)[kind]
    return Answer("Covariance", words, _difference_lines(data, model, COVARIANCE), _clear(kind))


def _axes(data: ComparisonData, model: str) -> Answer:
    kind = alignment_change(_changes(data, model, ALIGNMENT))
    lines = (*_difference_lines(data, model, ALIGNMENT), *_verdict_lines(data, model))
    return Answer("Axes", (ALIGNMENT_WORDS | UNCLEAR)[kind], lines, _clear(kind))


def _error(data: ComparisonData, model: str) -> Answer:
    errors = [_values(data, name, VALIDATION) for name in (model, _reference(data))]
    ours, theirs = seed_means(errors)
    known = np.isfinite(ours) & np.isfinite(theirs)
    found = ratio_over_seeds(ours[known], theirs[known]) if known.any() else None
    kind = change(found, nothing=1.0)
    lines = ()
    if found is not None:
        lines = (f"{VALIDATION.label} × {number(found.mean)}{bracket(found)}{_few(data, found)}",)
    return Answer("Reconstruction", (ERROR_WORDS | UNCLEAR)[kind], lines, _clear(kind))


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
    values = _values(data, model, LOOPS)
    values = values[np.isfinite(values)]
    if not len(values):
        return Answer("Loops", UNMEASURED, (), clear=False)
    line = f"by cell: {', '.join(f'{value:g}' for value in values)}"
    if not shown.full:
        some = int((values > 0).sum())
        words = f"in {some} of {len(values)} cells; a hole may leave one"
        return Answer("Loops", words, (line,), clear=False)
    wanted = sum(factor.periodic for factor in shown.space.factors)
    right = int((values == wanted).sum())
    words = f"{wanted} in {right} of {len(values)} cells; a full space has {wanted}"
    return Answer("Loops", words, (line,), right == len(values))


def _cell(data: ComparisonData, model: str, measure: Score) -> tuple[str, str]:
    found = _mean(data, model, measure)
    if found is None:
        return MISSING, ""
    text = f"{number(found.mean)}{bracket(found)}"
    paired = None if model == _reference(data) else _difference(data, model, measure)
    if paired is None:
        return text, ""
    kind = change(paired)
    word = f"{kind}: " if _clear(kind) else ""
    return text, f"{word}{_signed(paired.mean)}{bracket(paired)}"


def _changes(data: ComparisonData, model: str, measures: Sequence[Score]) -> list[Change]:
    return [change(_difference(data, model, one)) for one in measures]


def _difference_lines(
    data: ComparisonData, model: str, measures: Sequence[Score]
) -> tuple[str, ...]:
    found = {one: _difference(data, model, one) for one in measures}
    return tuple(
        f"{one.label} {_signed(paired.mean)}{bracket(paired)}{_few(data, paired)}"
        for one, paired in found.items()
        if paired is not None
    )


def _verdict_lines(data: ComparisonData, model: str) -> tuple[str, ...]:
    """Return in how many cells the axes lie in which way to the factors."""
    column = data.scores.get("embedding.verdict", pd.Series(dtype=object))
    found = column[data.scores["model"] == model].dropna() if len(column) else column
    kinds = ", ".join(f"{kind} in {count}" for kind, count in found.value_counts().items())
    return (f"of {len(found)} cells: {kinds}",) if kinds else ()


def _mean_line(data: ComparisonData, model: str, measure: Score) -> str:
    found = _mean(data, model, measure)
    return "" if found is None else f"{measure.label} {number(found.mean)}{bracket(found)}"


def _alt(data: ComparisonData, measures: Sequence[Score], models: Sequence[str]) -> str:
    parts = []
    for measure in measures:
        found = {model: _mean(data, model, measure) for model in models}
        said = [f"{m} {number(one.mean)}" for m, one in found.items() if one is not None]
        parts.append(f"{measure.label}: {', '.join(said)}")
    return "; ".join(parts)


def _few(data: ComparisonData, found: Interval) -> str:
    """Return how many seeds a comparison rests on where some lack it."""
    every = len(data.seeds)
    return "" if found.count == every else f", {found.count} of {seed_count(every)}"


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def _clear(kind: str) -> bool:
    return kind not in UNCLEAR


def _reference(data: ComparisonData) -> str:
    return next(iter(data.models))


def _by_seed(data: ComparisonData, model: str, measure: Score) -> NDArray[np.float64]:
    """Return the mean over the conditions, (seeds,); NaN where a seed has none."""
    values = _values(data, model, measure)
    return seed_means([values])[0] if measure.geometric else averages(values)


def _mean(data: ComparisonData, model: str, measure: Score) -> Interval | None:
    known = pd.Series(_by_seed(data, model, measure)).dropna()
    return average(known, measure)


def _difference(data: ComparisonData, model: str, measure: Score) -> Interval | None:
    values, others = (_values(data, name, measure) for name in (model, _reference(data)))
    return difference_over_seeds(values, others)


def _values(data: ComparisonData, model: str, measure: Score) -> NDArray[np.float64]:
    """Return a number of the cells of a model, (conditions, seeds); NaN where there is none."""
    return data.array(measure.column)[list(data.models).index(model)]
