"""How much worse each model is than the best, paired over seeds."""

from matplotlib.figure import Figure

from transect.report.comparison.data import ComparisonData
from transect.report.comparison.looks import brief, frame, has_bar, label_log, log_ticks, looks
from transect.report.comparison.ranking import Ranked, Ranking
from transect.report.sentences import bracket, number
from transect.report.style import FAINT, FOREGROUND, WIDTH, new_figure, styled

ROW = 0.24
"""Height of a row in inches."""


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
    drawn = looks(data)
    axes.axvline(1.0, color=FAINT, linewidth=0.9, zorder=0)
    for row, place in enumerate(places):
        color, marker = drawn[place.model].color, drawn[place.model].marker
        if row:
            dots = {"s": 7, "color": FOREGROUND, "linewidths": 0, "alpha": 0.6, "zorder": 3}
            axes.scatter(place.by_seed, [row] * len(place.by_seed), **dots)
        if has_bar(place.to_best) and row:
            ends = [place.to_best.low, place.to_best.high]
            axes.plot(ends, [row, row], color=color, linewidth=1.8, alpha=0.6)
        hollow = row > 0 and place.from_best != "higher"
        axes.plot(
            place.to_best.mean,
            row,
            marker,
            markersize=5,
            markerfacecolor="white" if hollow else color,
            markeredgecolor=color,
            markeredgewidth=1.2,
            zorder=4,
        )
        axes.annotate(
            ratio_text(place) if row else "best",
            (1.01, row),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=7.5,
            annotation_clip=False,
        )
    axes.set_xscale("log")
    dots = [ratio for place in places for ratio in place.by_seed]
    low, high = frame([place.to_best for place in places[1:]], [1.0, *dots], log=True)
    axes.set_xlim(low, high)
    label_log(axes.xaxis, log_ticks(low, high, keep=[1.0]))
    axes.set_ylim(len(places) - 0.4, -0.6)
    axes.set_yticks(range(len(places)), [brief(place.model) for place in places])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(f"{ranked.measure.label} ÷ that of the best")
    return figure


def ratio_text(place: Ranked) -> str:
    """Return the ratio to the best with its interval."""
    return f"× {number(place.to_best.mean)}{bracket(place.to_best)}"
