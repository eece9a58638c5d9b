"""Maps over the factor space: what was removed, what weighed much, where the errors lie.

In every map the first factor grows to the right and the second downwards, as in the grid of
images, so that a place on the map is the image at the same place of the grid.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from transect.measure.key import Source, column
from transect.report.style import (
    FOREGROUND,
    FRAME,
    HOLE,
    SPLIT_COLORS,
    WIDTH,
    log_axis,
    new_figure,
    short,
    styled,
)
from transect.space import FactorSpace
from transect.space.boundary import outline
from transect.space.hole import Hole
from transect.space.transect import Transect

Plane = tuple[int, int]
MOST_PLANES = 6
"""A space of many factors shows its first planes; more would be too small to read."""

LEAST = 1e-6
"""Errors below it, those of perfect images too, share one colour of the logarithmic map."""


def planes(space: FactorSpace) -> list[Plane]:
    """Return the pairs of factors that maps show: all of them, or the first `MOST_PLANES`."""
    return list(combinations(range(space.dimension), 2))[:MOST_PLANES]


def plane_name(space: FactorSpace, plane: Plane) -> str:
    """Return the names of the two factors of a plane."""
    return " × ".join(short(space.names[column]) for column in plane)


def draw_outline(axes: Axes, hole: Hole, space: FactorSpace, plane: Plane) -> None:
    """Draw the boundary of a hole in a plane through the middle of the other factors."""
    for line in outline(hole, space, factors=[space.names[axis] for axis in plane]):
        axes.plot(*line.T, color=HOLE, linewidth=1.4, label="_boundary", zorder=2.5)


def map_axes(figure: Figure, space: FactorSpace, panels: Sequence[Plane]) -> list[Axes]:
    """Return axes for maps of some planes, at most three in a row, labelled and oriented."""
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    made = []
    for place, (right, down) in enumerate(panels):
        axes = figure.add_subplot(rows, columns, place + 1)
        margin = 0.03 * space.span
        axes.set_xlim(space.low[right] - margin[right], space.high[right] + margin[right])
        axes.set_ylim(space.high[down] + margin[down], space.low[down] - margin[down])
        axes.set_xlabel(short(space.factors[right].label))
        axes.set_ylabel(short(space.factors[down].label))
        axes.spines[:].set_visible(True)
        axes.set_box_aspect(1)
        made.append(axes)
    return made


def map_figure(panels: int, *, bar: bool = False) -> Figure:
    """Return an empty figure for a number of square maps, with room for a bar of colour."""
    columns = min(3, panels)
    width = {1: 0.56, 2: 0.95}.get(columns, 1.0) * WIDTH
    side = (width - (0.75 if bar else 0)) / columns
    return new_figure(width, -(-panels // columns) * (0.93 * side + 0.25))


def scatter(
    axes: Axes, points: NDArray[np.float64], plane: Plane, **options: object
) -> PathCollection:
    """Return points (n, d) scattered in a plane, as pixels in an SVG, so that it stays small."""
    return axes.scatter(
        points[:, plane[0]],
        points[:, plane[1]],
        linewidths=0,
        rasterized=True,
        **options,  # pyright: ignore[reportArgumentType]
    )


@styled
def sampled_space(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the points of every split over the factor space, with the outline of the hole.

    Args:
        points: One row a point: `split` and the factors.
        space: At least two factors.
        hole: The removed region.
    """
    panels = planes(space)
    figure = map_figure(len(panels))
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    split = points["split"].to_numpy()
    size = float(np.clip(12000 / max(len(points), 1), 2.5, 14))
    every = map_axes(figure, space, panels)
    for axes, plane in zip(every, panels, strict=True):
        for name, color in SPLIT_COLORS.items():
            rows = split == name
            if rows.any():
                label = f"{name} ({rows.sum()})"
                scatter(axes, factors[rows], plane, s=size, color=color, label=label)
        if hole is not None:
            draw_outline(axes, hole, space, plane)
    handles, labels = every[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=3, markerscale=2.2)
    return figure


@styled
def weight_map(
    points: pd.DataFrame,
    weights: NDArray[np.floating],
    space: FactorSpace,
    hole: Hole | None = None,
) -> Figure:
    """Return the weight of each point in the loss over the factor space.

    Args:
        points: One row a point: the factors.
        weights: (n,), nan where a point has none.
        space: At least two factors.
        hole: The removed region.
    """
    known = np.isfinite(weights)
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)[known]
    norm = Normalize(*_range(weights[known]))
    return value_map({"": (factors, weights[known])}, space, hole, norm, "weight in the loss")


@styled
def error_map(
    points: pd.DataFrame,
    space: FactorSpace,
    hole: Hole | None = None,
    measure: str = "nmse",
    label: str = "nMSE",
) -> Figure:
    """Return the error of every point over the factor space: the model, and beside it the oracle.

    Both share one logarithmic scale of colour, cut at the 1st and 99th percentile.

    Args:
        points: One row a point: the factors, `<measure>` and maybe `oracle.<measure>`.
        space: At least two factors.
        hole: The removed region.
        measure: An error, 0 the best.
        label: Its name.
    """
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    parts = {}
    for source in (Source.MODEL, Source.ORACLE):
        if column(source, measure) in points:
            values = points[column(source, measure)].to_numpy(dtype=np.float64)
            known = np.isfinite(values)
            if known.any():
                parts[source.label] = (factors[known], np.maximum(values[known], LEAST))
    every = np.concatenate([values for _, values in parts.values()])
    low, high = np.quantile(every, [0.01, 0.99])
    norm = LogNorm(low, max(high, low * 1.01), clip=True)
    return value_map(parts, space, hole, norm, label)


@styled
def transect_map(lines: Sequence[Transect], space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the transects over the factor space: black outside the hole, vermilion inside.

    Args:
        lines: The transects.
        space: At least two factors.
        hole: The removed region.
    """
    panels = planes(space)
    figure = map_figure(len(panels))
    for axes, plane in zip(map_axes(figure, space, panels), panels, strict=True):
        if hole is not None:
            draw_outline(axes, hole, space, plane)
        for line in lines:
            points = line.points
            inside = np.zeros(len(points), bool) if hole is None else hole.contains(points)
            x, y = points[:, plane[0]], points[:, plane[1]]
            axes.plot(x, y, color=FOREGROUND, linewidth=0.8)
            axes.scatter(x, y, s=16, c=np.where(inside, HOLE, FOREGROUND), linewidths=0, zorder=3)
            to_axes = axes.transData + axes.transAxes.inverted()
            first, last = to_axes.transform([(x[0], y[0]), (x[-1], y[-1])])
            # A line along other factors is a point here; names of several would cover each other.
            if np.hypot(*(last - first)) > 1e-9:
                _name_line(axes, short(line.name), first, last - first)
    return figure


def _name_line(axes: Axes, name: str, start: NDArray[np.float64], way: NDArray[np.float64]) -> None:
    """Write the name beside the start of a line; both arguments in axes units, y upwards."""
    along = way / max(float(np.hypot(*way)), 1e-12)
    beside = np.array([-along[1], along[0]])
    inwards = beside if beside @ (0.5 - start) + 0.01 * beside[0] >= 0 else -beside
    x, y = 7 * along + 13 * inwards
    axes.annotate(
        name,
        start.tolist(),
        (x, y),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        va="center",
        fontweight="bold",
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )


def _range(values: NDArray[np.floating]) -> tuple[float, float]:
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)


def value_map(
    parts: dict[str, tuple[NDArray[np.float64], NDArray[np.floating]]],
    space: FactorSpace,
    hole: Hole | None,
    norm: Normalize,
    label: str,
) -> Figure:
    """Return values over every plane of the factor space, with one bar of colour; dark is high.

    Args:
        parts: By title, the points (n, d) and their values (n,).
        space: At least two factors.
        hole: Its outline is drawn.
        norm: From values to colours.
        label: Name of the values.
    """
    panels = [(name, plane) for plane in planes(space) for name in parts]
    figure = map_figure(len(panels), bar=True)
    every = map_axes(figure, space, [plane for _, plane in panels])
    most = max(len(values) for _, values in parts.values())
    size = float(np.clip(16000 / max(most, 1), 4, 22))
    for axes, (name, plane) in zip(every, panels, strict=True):
        factors, values = parts[name]
        scatter(axes, factors, plane, s=size, c=values, cmap="viridis_r", norm=norm)
        axes.set_title(name)
        if hole is not None:
            draw_outline(axes, hole, space, plane)
    colors = ScalarMappable(norm=norm, cmap="viridis_r")
    bar = figure.colorbar(colors, ax=every, label=label, shrink=0.9, pad=0.02, aspect=30)
    bar.outline.set_edgecolor(FRAME)  # pyright: ignore[reportCallIssue]
    if isinstance(norm, LogNorm):
        log_axis(bar.ax.yaxis, float(norm.vmin or 1e-6), float(norm.vmax or 1.0))
    return figure
