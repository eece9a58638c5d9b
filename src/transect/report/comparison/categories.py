"""Measures under conditions that stand for themselves, as dots with intervals."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from transect.measure.catalogue import Score
from transect.measure.statistics import Interval
from transect.report.comparison.averages import mean
from transect.report.comparison.curves import SIDE, THRESHOLD
from transect.report.comparison.data import ComparisonData, Condition
from transect.report.comparison.looks import (
    NARROW,
    Look,
    brief,
    frame,
    has_bar,
    label_log,
    log_ticks,
    looks,
)
from transect.report.comparison.measures import (
    PENALTY,
    REMOVED,
    SOFT_IOU,
    VALIDATION,
    VALIDATION_IOU,
)
from transect.report.style import FAINT, FRAME, WIDTH, new_figure, styled

ROW, GAP = 0.15, 0.12
"""Height of a row and of the gap between conditions, in inches."""


def category_measures(data: ComparisonData) -> list[Score]:
    """Return the measures that are drawn: those inside the hole, or else those outside."""
    inside = [one for one in (PENALTY, REMOVED, SOFT_IOU) if data.has(one.column)]
    return inside or [one for one in (VALIDATION, VALIDATION_IOU) if data.has(one.column)]


@styled
def category_dots(
    data: ComparisonData, conditions: Sequence[Condition], models: Sequence[str]
) -> Figure:
    """Return a panel a measure: conditions in rows, in each a dot a model with its interval.

    Hollow are the oracles. A single condition has the names of the models beside its rows.

    Args:
        data: The comparison.
        conditions: Which to draw.
        models: Which to draw, from top to bottom.
    """
    measures = category_measures(data)
    alone = len(conditions) == 1
    legend = len(models) > 1 and not alone
    pitch = max(len(models) * ROW, 0.22) + GAP
    height = 0.75 + pitch * len(conditions) + (0.2 * -(-len(models) // 4) if legend else 0)
    figure = new_figure(WIDTH, height)
    panels = figure.subplots(1, len(measures), squeeze=False, sharey=True)[0]
    for axes, measure in zip(panels, measures, strict=True):
        _panel(axes, data, conditions, models, measure)
        axes.set_title(measure.label.replace(" inside the hole", ""))
    _label_rows(panels[0], conditions, models, alone=alone)
    if legend:
        handles, names = panels[0].get_legend_handles_labels()
        found = dict(zip(names, handles, strict=True))
        figure.legend(
            found.values(), found.keys(), loc="outside upper left", ncols=min(len(models), 4)
        )
    return figure


def _panel(
    axes: Axes,
    data: ComparisonData,
    conditions: Sequence[Condition],
    models: Sequence[str],
    measure: Score,
) -> None:
    drawn, found, oracles = looks(data), [], []
    side = SIDE.get(measure)
    for place, condition in enumerate(conditions):
        for row, model in enumerate(models):
            y = place + _offset(row, len(models))
            oracle = mean(data, model, condition.name, side) if side is not None else None
            if oracle is not None:
                _oracle(axes, oracle, drawn[model], y)
                oracles.append(oracle.mean)
            average = mean(data, model, condition.name, measure)
            if average is not None:
                _model(axes, average, drawn[model], y, brief(model))
                found.append(average)
        if place:
            axes.axhline(place - 0.5, color=FRAME, linewidth=0.5, zorder=0)
    axes.tick_params(axis="y", length=0)
    if not found:
        return
    if measure == PENALTY:
        axes.axvline(THRESHOLD, color=FAINT, linewidth=0.9, linestyle=(0, (4, 2)), zorder=0)
        oracles += [1.0, THRESHOLD]
    low, high = frame(found, oracles, log=measure.geometric)
    if measure.geometric:
        axes.set_xscale("log")
        keep = (1.0, THRESHOLD) if measure == PENALTY else ()
        inside = (high / low) ** 0.06  # labels at the very ends would meet those of other panels
        label_log(axes.xaxis, log_ticks(low * inside, high / inside, keep, NARROW))
    else:
        axes.xaxis.set_major_locator(MaxNLocator(NARROW - 1))
    axes.set_xlim(low, high)


def _oracle(axes: Axes, found: Interval, look: Look, y: float) -> None:
    axes.plot(
        found.mean,
        y,
        look.marker,
        markersize=3.6,
        markerfacecolor="white",
        markeredgecolor=look.color,
        markeredgewidth=0.7,
    )


def _model(axes: Axes, found: Interval, look: Look, y: float, label: str) -> None:
    if has_bar(found):
        axes.plot([found.low, found.high], [y, y], color=look.color, linewidth=1.0, alpha=0.7)
    axes.plot(
        found.mean, y, look.marker, color=look.color, markersize=4.2, markeredgewidth=0, label=label
    )


def _label_rows(
    axes: Axes, conditions: Sequence[Condition], models: Sequence[str], *, alone: bool
) -> None:
    if alone and len(models) > 1:
        places = [_offset(row, len(models)) for row in range(len(models))]
        axes.set_yticks(places, [brief(model) for model in models])
    else:
        axes.set_yticks(range(len(conditions)), [brief(one.name) for one in conditions])
    axes.set_ylim(len(conditions) - 0.5, -0.5)


def _offset(row: int, count: int) -> float:
    """Return how far a model stands below the middle of its condition, in pitches of conditions."""
    return 0.82 * ((row + 0.5) / count - 0.5)
