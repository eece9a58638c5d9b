"""The factor space: a grid of its images, the points of every split, the transects."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from transect.report.data import ReportData, split_counts
from transect.report.image_grid import Pixels, paste, show
from transect.report.parts import CaptionedFigure, Section
from transect.report.planes import (
    draw_outline,
    map_axes,
    map_figure,
    plane_name,
    planes,
    scatter,
)
from transect.report.style import (
    FOREGROUND,
    HOLE,
    SPLIT_COLORS,
    WIDTH,
    new_figure,
    short,
    styled,
)
from transect.space import FactorSpace
from transect.space.hole import Hole
from transect.space.transect import Transect

TITLE = "Factor space"

SIDE = 10
"""Images along each side of the grid."""


def section(data: ReportData) -> Section:
    """Return the factor space and what was removed from it."""
    return Section(TITLE, _figures(data) if planes(data.space) else ())


def _figures(data: ReportData) -> Iterator[CaptionedFigure]:
    space, points = data.space, data.points
    if data.draw is not None:
        ranges = ", ".join(f"{one.label} from {one.low:g} to {one.high:g}" for one in space.factors)
        yield CaptionedFigure(
            TITLE,
            "factor_grid",
            "True images",
            factor_grid(data.draw, space, data.hole, dark_foreground=data.dark_foreground),
            f"True images on a grid: {space.names[0]} grows to the right, {space.names[1]} "
            "downwards, here and in every map. The line is the boundary of the hole.",
            f"A {SIDE} by {SIDE} grid of true images with {ranges}.",
        )
    if points is not None:
        yield CaptionedFigure(
            TITLE,
            "sampled_space",
            "Points kept and removed",
            sampled_space(points, space, data.hole),
            "The model is trained on the grey points alone. The blue points decide when training "
            "ends; the vermilion points are only evaluated.",
            f"Points over the factor space: {split_counts(points)}.",
        )
    if data.lines:
        yield CaptionedFigure(
            TITLE,
            "transects",
            "Transects",
            transect_map(data.lines, space, data.hole),
            "Straight lines of equally spaced points; those in the hole are vermilion.",
            f"{len(data.lines)} transects over the factor space: "
            + ", ".join(f"{line.name} of {line.count} points" for line in data.lines)
            + ".",
        )


def grid_points(space: FactorSpace, count: int) -> NDArray[np.float64]:
    """Return the points of a grid over the first two factors, (count², d), the rest at the middle.

    Row by row: the first factor grows along a row, the second from row to row. Points are snapped
    to the values that exist.
    """
    points = np.tile(space.center, (count * count, 1))
    points[:, 0] = np.tile(np.linspace(space.low[0], space.high[0], count), count)
    points[:, 1] = np.repeat(np.linspace(space.low[1], space.high[1], count), count)
    return space.snap(points)


@styled
def factor_grid(
    draw: Callable[[NDArray[np.float64]], Pixels],
    space: FactorSpace,
    hole: Hole | None = None,
    *,
    dark_foreground: bool = True,
) -> Figure:
    """Return the images of a grid over the first two factors, with the hole drawn over them.

    The first factor grows to the right and the second downwards, as in every figure over the
    factor space. The axes are in raw units, so that the outline lies where the hole is.

    Args:
        draw: Points (n, d) -> images (n, h, w) in [0, 1].
        space: At least two factors.
        hole: Its outline is drawn in their plane.
        dark_foreground: Whether 1 is dark.
    """
    images = np.asarray(draw(grid_points(space, SIDE)))
    gap = max(1, images.shape[2] // 32)
    image = paste(images, SIDE, gap)
    shape = image.shape[0] / image.shape[1]
    figure = new_figure(WIDTH * 0.75, WIDTH * 0.7 * shape + 0.5)
    axes = figure.add_subplot()
    axes.set_box_aspect(shape)
    # an image is centred on its point, so the grid reaches half a step beyond the box
    step = space.span / (SIDE - 1) / 2
    extent = (
        space.low[0] - step[0],
        space.high[0] + step[0],
        space.high[1] + step[1],
        space.low[1] - step[1],
    )
    show(axes, image, dark_foreground=dark_foreground, extent=extent, aspect="auto")
    axes.set_xlabel(f"{short(space.factors[0].label)} →")
    axes.set_ylabel(f"← {short(space.factors[1].label)}")
    axes.spines[:].set_visible(False)
    for axis, column in ((axes.xaxis, 0), (axes.yaxis, 1)):
        ticks = MaxNLocator(5).tick_values(space.low[column], space.high[column])
        inside = (ticks >= space.low[column]) & (ticks <= space.high[column])
        axis.set_ticks(ticks[inside].tolist())
    if hole is not None:
        draw_outline(axes, hole, space, (0, 1))
    if space.dimension > 2:
        axes.set_title(f"{plane_name(space, (0, 1))}; the other factors at their middle")
    return figure


@styled
def sampled_space(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the points of every split over the factor space, with the outline of the hole.

    Args:
        points: One row per point: `split` and the factors.
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


def _name_line(
    axes: Axes, name: str, start: NDArray[np.float64], along: NDArray[np.float64]
) -> None:
    """Write the name beside the start of a line; both arguments in axes units, y upwards."""
    along = along / max(float(np.hypot(*along)), 1e-12)
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
