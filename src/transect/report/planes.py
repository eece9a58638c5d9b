"""Maps over the factor space, and values on them.

In every map the first factor grows to the right and the second downwards, as in the grid of
images, so that a place on the map is the image at the same place of the grid.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.report.style import (
    FRAME,
    HOLE,
    WIDTH,
    log_axis,
    new_figure,
    short,
)
from transect.space import FactorSpace
from transect.space.boundary import outline
from transect.space.hole import Hole

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


def value_map(
    parts: dict[str, tuple[NDArray[np.float64], NDArray[np.floating]]],
    space: FactorSpace,
    hole: Hole | None,
    norm: Normalize,
    label: str,
    *,
    zoom: bool = False,
) -> Figure:
    """Return values over every plane of the factor space, with one bar of colour; dark is high.

    Args:
        parts: By title, the points (n, d) and their values (n,).
        space: At least two factors.
        hole: Its outline is drawn.
        norm: From values to colours.
        label: Name of the values.
        zoom: Whether a map shows the region of the points alone.
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
        if zoom:
            axes.set_xlim(*_around(factors[:, plane[0]], space.span[plane[0]]))
            axes.set_ylim(*_around(factors[:, plane[1]], space.span[plane[1]])[::-1])
    colors = ScalarMappable(norm=norm, cmap="viridis_r")
    bar = figure.colorbar(colors, ax=every, label=label, shrink=0.9, pad=0.02, aspect=30)
    bar.outline.set_edgecolor(FRAME)  # pyright: ignore[reportCallIssue]
    if isinstance(norm, LogNorm):
        log_axis(bar.ax.yaxis, float(norm.vmin or 1e-6), float(norm.vmax or 1.0))
    return figure


def log_norm(values: NDArray[np.floating]) -> LogNorm:
    """Return a logarithmic scale of colour, cut at the 1st and 99th percentile of the values."""
    low, high = np.quantile(values, [0.01, 0.99])
    return LogNorm(low, max(high, low * 1.01), clip=True)


def _around(values: NDArray[np.float64], span: float) -> tuple[float, float]:
    """Return the range of the values with a margin."""
    margin = max(0.12 * float(np.ptp(values)), 0.02 * span)
    return float(values.min()) - margin, float(values.max()) + margin
