"""What happens along a transect: the images, and the error from one end to the other."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from transect.measure import catalogue
from transect.measure.key import COMPARED, Source, column
from transect.report.data import Images
from transect.report.sheets import paste, show
from transect.report.style import (
    HOLE,
    SOURCE_COLORS,
    WIDTH,
    clear_frame,
    log_axis,
    new_figure,
    short,
    styled,
)
from transect.space.hole import Hole
from transect.space.transect import Transect

MOST_COLUMNS = 21
"""A transect of more points shows evenly chosen ones, so that an image stays large enough."""

MOST_LETTERS = 8
"""Letters of a factor's name that fit beside a strip."""

ROUTE, NAME = 44, 9
"""Letters from which a title above a strip or a panel would run into the word over the hole."""

LEAST = {"factor_error": 1e-5}
"""Measure: the error below which it is as good as none, and a logarithmic axis does not reach.

Rounding decides what is left where a search has found the very point.
"""

MOST_ACROSS = 4
"""Transects side by side; further ones follow beneath."""


def stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the runs of true values of (n,) as half-open ranges (start, stop)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


@styled
def crossing_strip(
    line: Transect,
    images: Images,
    in_hole: NDArray[np.bool_],
    dark_foreground: bool = True,
) -> Figure:
    """Return a transect as rows of images, truth above model above oracle, with the hole framed.

    The frame runs exactly around the columns whose points lie in the hole. The two ends carry
    their factors, and of those in between only what the line changes.

    Args:
        line: The transect.
        images: Its images, one for each of its points.
        in_hole: (count,), whether each point lies in the hole.
        dark_foreground: Whether 1 is dark.
    """
    count, height, width = images.truth.shape
    chosen = np.unique(np.linspace(0, count - 1, min(count, MOST_COLUMNS)).round().astype(int))
    gap = max(1, width // 32)
    across, down = width + 2 * gap, height + 2 * gap
    rows = {
        name: paste(np.asarray(stack)[chosen], len(chosen), gap)
        for name, stack in images.rows.items()
    }
    tall, wide = len(rows) * down, len(chosen) * across
    figure = new_figure(WIDTH, (WIDTH - 0.6) * tall / wide + 0.42)
    axes = figure.add_subplot()
    clear_frame(axes)
    show(
        axes,
        np.concatenate(list(rows.values())),
        dark_foreground=dark_foreground,
        extent=(0, wide, tall, 0),
    )
    axes.set_yticks((np.arange(len(rows)) + 0.5) * down, list(rows))
    axes.set_xticks((np.arange(len(chosen)) + 0.5) * across, _tick_labels(line, chosen))
    axes.tick_params(length=0, pad=2, labelsize=7.5)
    axes.tick_params(axis="x", labelsize=6.5)
    axes.set_xlim(-gap, wide + gap)
    axes.set_ylim(tall + gap, -gap)
    moved = np.flatnonzero(line.start != line.end)
    if len(moved):
        name = short(line.space.names[moved[0]])
        axes.annotate(
            name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…",
            (0, 0),
            (-6, -3),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=6.5,
        )
    route = _route(line)
    axes.set_title(route, pad=5 if len(route) < ROUTE else 14)
    for start, stop in stretches(in_hole[chosen]):
        frame = Rectangle(
            (start * across, 0),
            (stop - start) * across,
            tall,
            fill=False,
            edgecolor=HOLE,
            linewidth=1.8,
            label="hole",
            clip_on=False,
        )
        axes.add_patch(frame)
        axes.annotate(
            "hole",
            ((start + stop) / 2 * across, 0),
            (0, 3),
            textcoords="offset points",
            ha="center",
            color=HOLE,
            fontweight="bold",
            fontsize=7.5,
        )
    return figure


def _route(line: Transect) -> str:
    """Return the name of a transect and what it changes; what it keeps, where factors are few."""
    moved = line.start != line.end
    columns = range(line.space.dimension) if line.space.dimension <= 3 else np.flatnonzero(moved)
    parts = [
        f"{short(line.space.names[k])} {line.start[k]:g} → {line.end[k]:g}"
        if moved[k]
        else f"{short(line.space.names[k])} = {line.start[k]:g}"
        for k in columns
    ]
    return f"{short(line.name)}:  " + ",  ".join(parts[:6])


def _tick_labels(line: Transect, chosen: NDArray[np.int64]) -> list[str]:
    moved = np.flatnonzero(line.start != line.end)
    if not len(moved):
        return [""] * len(chosen)
    return [f"{value:.3g}" for value in line.points[chosen, moved[0]]]


@styled
def crossing_errors(
    table: pd.DataFrame,
    lines: Sequence[Transect],
    hole: Hole | None = None,
    measures: Sequence[str] = ("nmse", "soft_iou", "factor_error"),
) -> Figure:
    """Return the errors along each transect: a column a transect, a row a measure.

    The hole is shaded from entry to exit. The model is a strong line; its oracle and the baselines
    are thin ones.

    Args:
        table: One row a point of a transect: `transect`, `fraction` and `<source><measure>`.
        lines: The transects to show.
        hole: Gives entries and exits.
        measures: The measures to show; those without any value are left out.
    """
    shown = [name for name in measures if name in table and table[name].notna().any()]
    across = min(len(lines), MOST_ACROSS)
    bands = -(-len(lines) // across)
    figure = new_figure(WIDTH, 1.55 * len(shown) * bands + 0.5)
    grid = figure.subplots(len(shown) * bands, across, sharex="col", sharey="row", squeeze=False)
    for place, line in enumerate(lines):
        band, column = divmod(place, across)
        part = table[table["transect"] == line.name].sort_values("fraction")
        for row, measure in enumerate(shown):
            axes = grid[band * len(shown) + row, column]
            _shade_hole(axes, line, hole, labelled=row == 0)
            _draw_sources(axes, part, measure)
            if row == 0:
                name = short(line.name)
                axes.set_title(name, fontweight="bold", pad=5 if len(name) < NAME else 14)
            if column == 0:
                axes.set_ylabel(catalogue.measure(measure).title)
                _scale(axes, table, measure)
    for axes in grid.flat:
        axes.set_visible(axes.has_data())
    for axes in grid[-1]:
        axes.set_xlabel("fraction of the way")
    found = {
        text: handle
        for axes in grid.flat
        for handle, text in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    names = [source.label for source in COMPARED if source.label in found]
    figure.legend(
        [found[name] for name in names],
        names,
        loc="outside upper left",
        ncols=5,
        columnspacing=1.4,
        handlelength=1.6,
    )
    return figure


def _shade_hole(axes: Axes, line: Transect, hole: Hole | None, *, labelled: bool) -> None:
    axes.set_xlim(0, 1)
    if hole is None:
        return
    for entry, leave in line.crossings(hole):
        axes.axvspan(entry, leave, color=HOLE, alpha=0.09, linewidth=0, zorder=0)
        for edge in (entry, leave):
            axes.axvline(edge, color=HOLE, linewidth=0.8, linestyle=(0, (3, 2)), zorder=0.5)
        if labelled:
            axes.annotate(
                "hole",
                ((entry + leave) / 2, 1),
                (0, 2),
                ha="center",
                va="bottom",
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                color=HOLE,
                fontsize=7,
            )


def _draw_sources(axes: Axes, part: pd.DataFrame, measure: str) -> None:
    # the model last, so that it lies on top
    for source in reversed(COMPARED):
        name = column(source, measure)
        if name not in part or not part[name].notna().any():
            continue
        known = part[part[name].notna()]
        strong = source is Source.MODEL
        axes.plot(
            known["fraction"],
            known[name],
            label=source.label,
            color=SOURCE_COLORS[source],
            linewidth=2.0 if strong else 1.1,
            marker="o" if strong else None,
            markersize=3,
            linestyle="-" if source in (Source.MODEL, Source.ORACLE) else (0, (4, 1.2)),
        )


def _scale(axes: Axes, table: pd.DataFrame, measure: str) -> None:
    columns = [column(one, measure) for one in COMPARED if column(one, measure) in table]
    values = table[columns].to_numpy(dtype=np.float64)
    values = values[np.isfinite(values) & (values > LEAST.get(measure, 0))]
    if measure in ("soft_iou", "ssim"):
        axes.set_ylim(min(0.0, axes.get_ylim()[0]), 1)
    elif len(values) and values.max() > 5 * values.min():
        axes.set_yscale("log")
        log_axis(axes.yaxis, values.min(), values.max())
        axes.set_ylim(values.min() / 1.25, values.max() * 1.25)
