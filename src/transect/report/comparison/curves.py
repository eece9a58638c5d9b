"""Measures as curves over what runs along a series."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from transect.measure.catalogue import Score
from transect.measure.statistics import Interval
from transect.report.comparison.averages import mean
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.looks import (
    Look,
    aside,
    brief,
    frame,
    has_bar,
    label_log,
    log_ticks,
    looks,
    spread,
)
from transect.report.comparison.measures import ORACLE, ORACLE_IOU, PENALTY, REMOVED, SOFT_IOU
from transect.report.style import FAINT, WIDTH, new_figure, styled

THRESHOLD = 2.0
"""The penalty that defines the crossing radius."""

MOST_WITH_SEEDS = 3
"""Models up to which every seed is a faint dot; more would hide the means."""

WIDE_SPAN = 15
"""The axis is logarithmic where its values span more than this factor."""

SIDE = {REMOVED: ORACLE, SOFT_IOU: ORACLE_IOU}
"""A measure and that of the oracle, which is drawn dashed."""


@styled
def penalty_curves(data: ComparisonData, series: str, models: Sequence[str]) -> Figure:
    """Return the hole penalty over the axis of a series, a curve a model, dashed where it is 2.

    Args:
        data: The comparison.
        series: Name of the series.
        models: Which to draw, in the order of the legend.
    """
    figure = new_figure(WIDTH, 3.4)
    axes = figure.add_subplot()
    found = _curves(axes, data, series, models, PENALTY)
    axes.axhline(THRESHOLD, color=FAINT, linewidth=0.9, linestyle=(0, (4, 2)), zorder=0)
    axes.set_ylabel("hole penalty (nMSE)")
    _scale(axes, PENALTY, found, include=(1.0, THRESHOLD))
    _label_axis(axes, data, series)
    if len(data.models) > 1:
        figure.legend(loc="outside right upper")
    return figure


@styled
def error_curves(data: ComparisonData, series: str, models: Sequence[str]) -> Figure:
    """Return nMSE and soft IoU inside the hole over the axis; dashed and thin are the oracles."""
    shown = [one for one in (REMOVED, SOFT_IOU) if data.has(one.column)]
    legend = len(data.models) > 1
    figure = new_figure(WIDTH, 2.8 + (0.18 * -(-len(models) // 4) if legend else 0))
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, measure in zip(panels, shown, strict=True):
        found = _curves(axes, data, series, models, measure)
        oracles = _curves(axes, data, series, models, SIDE[measure], faint=True)
        axes.set_title(measure.label)
        _scale(axes, measure, found, include=[one.mean for one in oracles])
        _label_axis(axes, data, series)
    if legend:
        handles = panels[0].get_legend_handles_labels()
        figure.legend(*handles, loc="outside upper left", ncols=min(len(models), 4))
    return figure


def _curves(
    axes: Axes,
    data: ComparisonData,
    series: str,
    models: Sequence[str],
    measure: Score,
    *,
    faint: bool = False,
) -> list[Interval]:
    """Draw a curve a model, each a little aside of the others.

    Returns:
        All means that they show.
    """
    drawn, found = looks(data), []
    for model, place in zip(models, spread(len(models), 1.6, 11.0), strict=True):
        known = {
            one.value: average
            for one in data.series[series]
            if (average := mean(data, model, one.name, measure)) is not None
        }
        if faint:
            _oracle(axes, known, drawn[model], place)
        elif known:
            _model(axes, known, drawn[model], place, brief(model))
            if len(data.models) <= MOST_WITH_SEEDS:
                _seeds(
                    axes, data, {one.name: one.value for one in data.series[series]}, model, measure
                )
        found += known.values()
    return found


def _model(
    axes: Axes, known: Mapping[float, Interval], look: Look, place: float, label: str
) -> None:
    moved = aside(axes, place)
    for value, found in known.items():
        if has_bar(found):
            axes.plot(
                [value, value],
                [found.low, found.high],
                color=look.color,
                linewidth=0.9,
                alpha=0.6,
                transform=moved,
            )
    axes.plot(
        list(known),
        [found.mean for found in known.values()],
        color=look.color,
        marker=look.marker,
        markersize=4.2,
        markeredgecolor="white",
        markeredgewidth=0.4,
        linestyle=look.line,
        label=label,
        transform=moved,
    )


def _oracle(axes: Axes, known: Mapping[float, Interval], look: Look, place: float) -> None:
    axes.plot(
        list(known),
        [found.mean for found in known.values()],
        color=look.color,
        linewidth=0.9,
        linestyle=(0, (2, 1.5)),
        alpha=0.75,
        zorder=1.5,
        transform=aside(axes, place),
    )


def _seeds(
    axes: Axes, data: ComparisonData, places: Mapping[str, float], model: str, measure: Score
) -> None:
    color = looks(data)[model].color
    for condition, place in places.items():
        values = data.values(model, condition, measure)
        axes.scatter([place] * len(values), values, s=7, color=color, alpha=0.35, linewidths=0)


def _scale(axes: Axes, measure: Score, found: Sequence[Interval], include: Sequence[float]) -> None:
    """Frame the values; errors and penalties are logarithmic."""
    low, high = frame(found, include, log=measure.geometric)
    if measure.geometric:
        axes.set_yscale("log")
        keep = (1.0, THRESHOLD) if measure == PENALTY else ()
        label_log(axes.yaxis, log_ticks(low, high, keep))
    else:
        high = min(high, 1.0 + 0.02 * (high - low))
    axes.set_ylim(low, high)


def _label_axis(axes: Axes, data: ComparisonData, series: str) -> None:
    values = [one.value for one in data.series[series]]
    least, most = min(values), max(values)
    wide = least > 0 and most / least > WIDE_SPAN
    if wide:
        axes.set_xscale("log")
        room = (most / least) ** 0.05
        axes.set_xlim(least / room, most * room)
    else:
        room = 0.06 * (most - least)
        axes.set_xlim(least - room, most + room)
    axes.xaxis.set_major_locator(FixedLocator(_apart(values, wide=wide)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel(brief(data.axis_label))


def _apart(values: Sequence[float], *, wide: bool) -> list[float]:
    """Return values that are far enough from each other to be labels, the first among them."""
    scaled = np.log(values) if wide else np.asarray(values)
    least = (scaled[-1] - scaled[0]) / 14
    kept = [0]
    for place in range(1, len(values)):
        if scaled[place] - scaled[kept[-1]] >= least:
            kept.append(place)
    return [values[place] for place in kept]
