"""The section on differences between models: each error ÷ that of the best, paired over seeds.

`transect.measure.comparison.rank` decides who is ranked and who is distinguishable.
"""

from collections.abc import Iterator

from matplotlib.figure import Figure

from transect.measure.comparison import Place, Ranking, rank
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.style import draw_mean, name_rows, scale, styles
from transect.report.parts import CaptionedFigure, Cell, Table
from transect.report.style import FAINT, FOREGROUND, WIDTH, new_figure, styled
from transect.report.words import MISSING, bracket, number, seed_count

VERDICTS = {"higher": "worse", "same": "not distinguishable", "unknown": "unknown: one seed"}
"""Change of an error against another: what it means."""

ROW = 0.24
"""Height of a row in inches."""


def ranking(data: ComparisonData) -> Ranking:
    """Return the models in the order of their errors.

    Raises:
        ValueError: No run has an error.
    """
    return rank({model: data.table(model, data.error) for model in data.models})


def ranking_figures(data: ComparisonData, ranked: Ranking) -> Iterator[CaptionedFigure]:
    """Yield the figure of the ratios, if there are two models or more."""
    if len(ranked.places) < 2:
        return
    best = ranked.places[0].model
    seeds = (
        f"Bars are 95\u00a0% t intervals over {seed_count(ranked.seeds)}, small dots the seeds. "
        "Filled marks are distinguishable from the best, hollow ones are not."
        if ranked.seeds > 1
        else "One seed gives no interval, so that chance may explain any difference."
    )
    over = f", geometric mean over {ranked.conditions} conditions" if ranked.conditions > 1 else ""
    ratios = "; ".join(f"{place.model} {ratio_text(place)}" for place in ranked.places[1:])
    yield CaptionedFigure(
        "Differences between models",
        "ratios",
        f"Ratio to the best: {data.error.label}",
        ratio_forest(data, ranked),
        f"The error of each model ÷ the error of “{best}” under the same condition with the same "
        f"seed{over}. {seeds}",
        f"Ratios to {best}: {ratios}.",
    )


@styled
def ratio_forest(data: ComparisonData, ranked: Ranking) -> Figure:
    """Return the ratio of each model's error to that of the best, with its interval.

    Filled are models that are distinguishable from the best, hollow those that are not; small dots
    are the seeds. The line is where nothing differs.

    Args:
        data: The comparison.
        ranked: Its ranking, with two places or more.
    """
    places = ranked.places
    figure = new_figure(WIDTH, 0.65 + ROW * len(places))
    axes = figure.add_subplot()
    drawn = styles(data)
    axes.axvline(1.0, color=FAINT, linewidth=0.9, zorder=0)
    for row, place in enumerate(places):
        hollow = row > 0 and place.from_best != "higher"
        draw_mean(axes, place.to_best, row, drawn[place.model], hollow=hollow)
        if row:
            dots = {"s": 7, "color": FOREGROUND, "linewidths": 0, "alpha": 0.6, "zorder": 3}
            axes.scatter(place.by_seed, [row] * len(place.by_seed), **dots)
        axes.annotate(
            ratio_text(place) if row else "best",
            (1.01, row),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=7.5,
            annotation_clip=False,
        )
    seeds = [ratio for place in places for ratio in place.by_seed]
    scale(axes, "x", data.error, [place.to_best for place in places[1:]], seeds, keep=[1.0])
    name_rows(axes, [place.model for place in places])
    axes.set_xlabel(f"{data.error.label} ÷ that of the best")
    return figure


def ratio_text(place: Place) -> str:
    """Return the ratio to the best with its interval."""
    return f"× {number(place.to_best.mean)}{bracket(place.to_best)}"


def ranking_table(data: ComparisonData, ranked: Ranking) -> Table | None:
    """Return the models in their order with the ratios to the best and to the next better one."""
    if len(ranked.places) < 2:
        return None
    rows = [
        (f"{row + 1}. {place.model}", _cells(place, first=row == 0))
        for row, place in enumerate(ranked.places)
    ]
    missing = (Cell(MISSING),) * 6
    rows += [(f"{model} (too few runs)", missing) for model in ranked.unranked]
    columns = (
        data.error.heading,
        "÷ best",
        "against the best",
        "÷ next better",
        "against the next better",
        "seeds",
    )
    return Table("Ranking", columns, tuple(rows))


def _cells(place: Place, *, first: bool) -> tuple[Cell, ...]:
    error = Cell(f"{number(place.error.mean)}{bracket(place.error)}", best=first)
    count = Cell(f"{place.error.count}")
    if first:
        return (error, Cell("1"), Cell("best"), Cell(MISSING), Cell(MISSING), count)
    compared = []
    for ratio, change in ((place.to_best, place.from_best), (place.to_next, place.from_next)):
        compared += [Cell(f"{number(ratio.mean)}{bracket(ratio)}"), Cell(VERDICTS[change])]
    return (error, *compared, count)
