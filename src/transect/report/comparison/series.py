"""The sections over the axis of a series: hole penalty and errors as curves, with their oracles."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from transect.measure.catalogue import Score
from transect.measure.error.penalty import THRESHOLD
from transect.measure.statistics import Interval
from transect.report.comparison.data import (
    ORACLE_OF,
    PENALTY,
    REMOVED,
    SOFT_IOU,
    ComparisonData,
)
from transect.report.comparison.radii import crossings, radius_text
from transect.report.comparison.style import (
    THRESHOLD_LINE,
    Style,
    add_legend,
    aside,
    bars_text,
    brief,
    has_bar,
    legend_height,
    means_text,
    offsets,
    pairing_text,
    scale,
    selection_text,
    styles,
)
from transect.report.parts import CaptionedFigure
from transect.report.style import FAINT, WIDTH, new_figure, styled

MOST_SERIES = 6
"""Series that are drawn."""

MOST_WITH_SEEDS = 3
"""Models up to which every seed is a faint dot; more would hide the means."""

WIDE_SPAN = 15
"""The axis is logarithmic if its values span more than this factor."""


def series_figures(data: ComparisonData, models: Sequence[str]) -> Iterator[CaptionedFigure]:
    """Yield the figures of every series: penalty, then errors."""
    section = f"Over {data.axis_label}"
    errors = [one for one in (REMOVED, SOFT_IOU) if data.has(one)]
    notes = f"{bars_text(data)}{pairing_text(data)}{selection_text(data, models)}"
    for place, series in enumerate(list(data.series)[:MOST_SERIES], start=1):
        of = f": {series}" if series else ""
        if data.has(PENALTY):
            yield CaptionedFigure(
                section,
                f"penalty_{place}",
                f"Hole penalty over {data.axis_label}{of}",
                penalty_curves(data, series, models),
                "The error inside the hole ÷ the error of the oracle: 1 means that the hole costs "
                f"nothing. The crossing radius r₂ is where a curve reaches the dashed line at 2. "
                f"{notes}",
                _penalty_alt(data, series, models),
            )
        if errors:
            yield CaptionedFigure(
                section,
                f"errors_{place}",
                f"Errors inside the hole over {data.axis_label}{of}",
                error_curves(data, series, models),
                f"Thin dashed curves are the oracles, which were trained with the hole. {notes}",
                _ends_alt(data, series, models, errors),
            )


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
    axes.axhline(THRESHOLD, color=FAINT, linewidth=0.9, linestyle=THRESHOLD_LINE, zorder=0)
    axes.set_ylabel("hole penalty (nMSE)")
    scale(axes, "y", PENALTY, found)
    _label_axis(axes, data, series)
    if len(data.models) > 1:
        figure.legend(loc="outside right upper")
    return figure


@styled
def error_curves(data: ComparisonData, series: str, models: Sequence[str]) -> Figure:
    """Return nMSE and soft IoU inside the hole over the axis; dashed and thin are the oracles."""
    shown = [one for one in (REMOVED, SOFT_IOU) if data.has(one)]
    legend = len(data.models) > 1
    figure = new_figure(WIDTH, 2.8 + (legend_height(len(models)) if legend else 0))
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, measure in zip(panels, shown, strict=True):
        found = _curves(axes, data, series, models, measure)
        oracles = _curves(axes, data, series, models, ORACLE_OF[measure], oracle=True)
        axes.set_title(measure.label)
        scale(axes, "y", measure, found, [one.mean for one in oracles])
        _label_axis(axes, data, series)
    if legend:
        add_legend(figure, panels[0])
    return figure


def _curves(
    axes: Axes,
    data: ComparisonData,
    series: str,
    models: Sequence[str],
    measure: Score,
    *,
    oracle: bool = False,
) -> list[Interval]:
    """Draw a curve a model, each a little aside of the others.

    Returns:
        All means that they show.
    """
    drawn, shown = styles(data), []
    for model, place in zip(models, offsets(len(models), 1.6, 11.0), strict=True):
        means = {one.value: data.mean(model, one.name, measure) for one in data.series[series]}
        known = {value: found for value, found in means.items() if found is not None}
        shown += known.values()
        if known:
            _curve(axes, known, drawn[model], place, "" if oracle else brief(model))
        if not oracle and len(data.models) <= MOST_WITH_SEEDS:
            for one in data.series[series]:
                values = data.values(model, one.name, measure)
                dots = {"s": 7, "color": drawn[model].color, "alpha": 0.35, "linewidths": 0}
                axes.scatter([one.value] * len(values), values, **dots)
    return shown


def _curve(
    axes: Axes, known: Mapping[float, Interval], style: Style, place: float, label: str
) -> None:
    """Draw the means of a model with their bars, or those of its oracle, which has no label."""
    moved, means = aside(axes, place), [found.mean for found in known.values()]
    if not label:
        thin = {"linewidth": 0.9, "linestyle": (0, (2, 1.5)), "alpha": 0.75, "zorder": 1.5}
        axes.plot(list(known), means, color=style.color, transform=moved, **thin)
        return
    for value, found in known.items():
        if has_bar(found):
            bar = {"color": style.color, "linewidth": 0.9, "alpha": 0.6}
            axes.plot([value, value], [found.low, found.high], transform=moved, **bar)
    axes.plot(
        list(known),
        means,
        color=style.color,
        marker=style.marker,
        markersize=4.2,
        markeredgecolor="white",
        markeredgewidth=0.4,
        linestyle=style.line,
        label=label,
        transform=moved,
    )


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


def _penalty_alt(data: ComparisonData, series: str, models: Sequence[str]) -> str:
    words = _ends_alt(data, series, models, [PENALTY])
    known = crossings(data).get(series, {})
    radii = [f"{model} {radius_text(known[model])}" for model in models if model in known]
    return f"{words} Crossing radii: {'; '.join(radii)}." if radii else words


def _ends_alt(
    data: ComparisonData, series: str, models: Sequence[str], measures: Sequence[Score]
) -> str:
    """Return the means of measures at the ends of a series, in words."""
    ends = (data.series[series][0], data.series[series][-1])
    parts = []
    for measure in measures:
        at = [
            f"at {data.axis_label} {one.value:g}: {means_text(data, one.name, models, measure)}"
            for one in ends
        ]
        parts.append(f"{measure.label}, {'; '.join(at)}.")
    return " ".join(parts)
