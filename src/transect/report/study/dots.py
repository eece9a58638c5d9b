"""The key measures of every loss, with every seed and the interval over them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from transect.report.dimension import dimension_band
from transect.report.measure import Measure
from transect.report.study.comparison import mean
from transect.report.study.data import StudyData
from transect.report.study.measures import COVARIANCE, DIMENSION, KEY, LOOPS
from transect.report.study.shape import expected_loops
from transect.report.study.weights import Scale, loss_scale
from transect.report.style import (
    FAINT,
    FOREGROUND,
    SOURCE_COLORS,
    WIDTH,
    log_axis,
    new_figure,
    styled,
)

COLUMNS = 3
BREAK = "//"
ASIDE = 0.035
"""How far means stand beside the seeds, as a share of the axis."""

LEAST_SPAN = 0.2
"""Least span of the values of a panel, as a share of the largest: less is nothing to look at."""

LEVEL_LETTERS = 26
"""Letters of all names together that fit below a panel without being slanted."""


def key_measures(data: StudyData) -> list[Measure]:
    """Return the measures that are drawn: the key ones that some run has."""
    return [m for m in KEY if any(len(data.values(loss, m.column)) for loss in data.losses)]


@styled
def measure_dots(data: StudyData) -> Figure:
    """Return a panel a key measure: means with 95 % intervals over seeds, faint dots the seeds.

    Faint lines join runs of one seed. Black is the reference. Shaded is where the dimension of a
    sheet lies, dashed the number of loops of a full space. Losses that are a series stand on a
    logarithmic axis, 0 left of a break.

    Raises:
        ValueError: No run has any of the measures.
    """
    measures = key_measures(data)
    if not measures:
        raise ValueError("a figure of measures needs at least one of them, got none")
    scale = loss_scale(data.losses)
    rows = -(-len(measures) // COLUMNS)
    slanted = not scale.title and sum(len(tick) for tick in scale.ticks.values()) > LEVEL_LETTERS
    figure = new_figure(WIDTH, 1.5 * rows + (0.9 if slanted else 0.4))
    panels = figure.subplots(rows, COLUMNS, squeeze=False, sharex=True).ravel()
    for axes, measure in zip(panels, measures, strict=False):
        _draw(axes, data, measure, scale)
    for axes in panels[len(measures) :]:
        axes.remove()
    for place, axes in enumerate(panels[: len(measures)]):
        _label(axes, scale, slanted=slanted, last=place + COLUMNS >= len(measures))
    return figure


def _draw(axes: Axes, data: StudyData, measure: Measure, scale: Scale) -> None:
    axes.set_title(measure.label)
    if measure in DIMENSION:
        low, high = dimension_band(data.space.dimension)
        axes.axhspan(low, high, color="#e6f3ec", linewidth=0, zorder=0)
    if measure == LOOPS and data.full:
        axes.axhline(expected_loops(data), color=FAINT, linewidth=0.8, linestyle=(0, (4, 2)))
    for seed in data.seeds:
        values = {loss: data.values(loss, measure.column).get(seed) for loss in data.losses}
        known = {scale.places[loss]: value for loss, value in values.items() if value is not None}
        known = dict(sorted(known.items()))
        axes.plot(list(known), list(known.values()), color=FAINT, linewidth=0.6, alpha=0.35)
        axes.scatter(list(known), list(known.values()), s=8, color=FAINT, alpha=0.8, linewidths=0)
    aside = ASIDE * (max(scale.places.values()) - min(scale.places.values()) or 1)
    for loss in data.losses:
        found = mean(data, loss, measure.column)
        if found is not None:
            color = FOREGROUND if loss == data.reference else SOURCE_COLORS[""]
            place = scale.places[loss] + aside
            axes.plot([place, place], [found.low, found.high], color=color, linewidth=1.8)
            axes.plot(place, found.mean, "o", color=color, markersize=4.5)
    _scale(axes, data, measure)


def _scale(axes: Axes, data: StudyData, measure: Measure) -> None:
    """Scale the values: logarithmic where a covariance spans more than a decade."""
    values = np.concatenate([data.values(loss, measure.column) for loss in data.losses])
    if measure in COVARIANCE and values.min() > 0 and values.max() > 10 * values.min():
        axes.set_yscale("log")
        log_axis(axes.yaxis, values.min(), values.max())
    elif measure == LOOPS:
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.set_ylim(-0.4, max(values.max(), 1) + 0.4)
    else:
        low, high = axes.get_ylim()
        least = LEAST_SPAN * max(abs(low), abs(high))
        if high - low < least:
            middle = (low + high) / 2
            axes.set_ylim(middle - least / 2, middle + least / 2)


def _label(axes: Axes, scale: Scale, *, slanted: bool, last: bool) -> None:
    places = list(scale.places.values())
    margin = 0.06 * (max(places) - min(places)) if scale.title else 0.5
    axes.set_xlim(min(places) - margin, max(places) + margin)
    axes.set_xticks(places, list(scale.ticks.values()))
    axes.tick_params(axis="x", labelbottom=last)
    if slanted:
        for label in axes.get_xticklabels():
            label.set(rotation=35, ha="right", rotation_mode="anchor")
    if scale.title and last:
        axes.set_xlabel(scale.title)
    if scale.broken is not None:
        at = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "center"}
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axes.text(scale.broken, 0, BREAK, color=FAINT, fontsize=8, bbox=paper, zorder=5, **at)
