"""The shape of the embedding: the loop around the hole, ways across it, where it is stretched."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from transect.measure.key import Source
from transect.report.embedding import label_axes, project_tables
from transect.report.planes import draw_outline, map_axes, value_map
from transect.report.sheets import Pixels, paste, show
from transect.report.style import (
    DOTS_PER_INCH,
    FOREGROUND,
    LOOP,
    SOURCE_COLORS,
    SPLIT_COLORS,
    WIDTH,
    clear_frame,
    log_axis,
    new_figure,
    short,
    styled,
)
from transect.space import FactorSpace
from transect.space.hole import Hole

WAYS: dict[str, dict[str, Any]] = {
    "straight": {"color": FOREGROUND, "linestyle": (0, (4, 1.2)), "linewidth": 1.1, "zorder": 3},
    "geodesic": {
        "color": SOURCE_COLORS[Source.MODEL],
        "linewidth": 1.8,
        "marker": "o",
        "markersize": 3,
    },
}
"""Name of a way across the hole: how its error is drawn."""

MOST_WAYS = 4
"""Transects that the figure of the ways has room for."""

MOST_COLUMNS = 15
"""A way of more images shows evenly chosen ones, so that an image stays large enough."""

CURVE = 0.6
"""Height of the errors beneath the images, in inches."""


@styled
def longest_loop(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the points on the longest loop, over the factor space and among the codes.

    The loop was sought among the codes of the points that were kept, so only these are shown.

    Args:
        points: One row a point: `split`, the factors, `on_loop`, at least two codes.
        space: At least two factors; the first two are shown.
        hole: The removed region.
    """
    shown = project_tables(points, None)
    solid = len(shown.labels) > 2
    kept = (points["split"] != "removed").to_numpy()
    loop = points["on_loop"].to_numpy(dtype=bool)
    factors = points[list(space.columns[:2])].to_numpy(dtype=np.float64)
    figure = Figure(figsize=(WIDTH, 3.5), dpi=DOTS_PER_INCH)
    (plane,) = map_axes(figure, space, [(0, 1)])
    plane.set_position((0.07, 0.12, 0.38, 0.78))
    if solid:
        place = (0.48, 0.0, 0.52, 0.97)
        sheet = figure.add_axes(place, projection="3d", computed_zorder=False)
    else:
        sheet = figure.add_axes((0.58, 0.12, 0.38, 0.78))
    size = float(np.clip(9000 / max(len(points), 1), 1.5, 12))
    dots = {"s": size, "color": SPLIT_COLORS["train"], "label": f"kept ({kept.sum()})"}
    ring = {"s": 20, "color": LOOP, "edgecolors": FOREGROUND, "linewidths": 0.6, "zorder": 4}
    ring["label"] = f"on the longest loop ({loop.sum()})"
    if hole is not None:
        draw_outline(plane, hole, space, (0, 1))
    for axes, columns in ((plane, factors), (sheet, shown.points)):
        axes.scatter(*columns[kept].T, linewidths=0, rasterized=True, **dots)
        shade = {"depthshade": False} if axes.name == "3d" else {}
        axes.scatter(*columns[loop].T, **ring, **shade)
    label_axes(sheet, shown.labels, large=True)
    handles, labels = plane.get_legend_handles_labels()
    legend = figure.legend(handles, labels, loc="upper left", ncols=2, borderaxespad=0.2)
    legend.legend_handles[0].set_sizes([12])  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]
    return figure


@styled
def ways_across(
    images: Mapping[str, Mapping[str, Pixels]], ways: pd.DataFrame, dark_foreground: bool = True
) -> Figure:
    """Return the ways across the hole: rows of images by transect, their errors beneath.

    The error of an image stands below it. At most `MOST_WAYS` transects are shown.

    Args:
        images: By transect, (m, h, w) by row: truth, straight, shortest.
        ways: One row an image: `transect`, `way`, `index` and `nmse`.
        dark_foreground: Whether 1 is dark.
    """
    shown = list(images)[:MOST_WAYS]
    sheets = {name: _rows(images[name]) for name in shown}
    width = WIDTH - 0.9
    heights = [
        height
        for sheet in sheets.values()
        for height in (width * sheet.shape[0] / sheet.shape[1], CURVE)
    ]
    figure = new_figure(WIDTH, sum(heights) + 0.4 * len(shown) + 0.5)
    grid = figure.subplots(2 * len(shown), 1, height_ratios=heights, squeeze=False)[:, 0]
    for place, (name, sheet) in enumerate(sheets.items()):
        strip, curve = grid[2 * place : 2 * place + 2]
        _draw_strip(strip, sheet, list(images[name]), dark_foreground=dark_foreground)
        strip.set_title(f"{short(name)}, from boundary to boundary", pad=3)
        curve.set_box_aspect(CURVE / width)
        _draw_errors(curve, ways[ways["transect"] == name], columns=_columns(images[name]))
    handles, labels = grid[1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, handlelength=2.2)
    return figure


@styled
def stretch_map(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return how far the image moves for a step of the codes, over the factor space.

    The scale of colour is logarithmic, cut at the 1st and 99th percentile; dark is stretched.

    Args:
        points: One row a point: the factors and `stretch`, at least one of them above 0.
        space: At least two factors.
        hole: The removed region.
    """
    stretch = points["stretch"].to_numpy(dtype=np.float64)
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    known = stretch > 0
    low, high = np.quantile(stretch[known], [0.01, 0.99])
    norm = LogNorm(low, max(high, low * 1.01), clip=True)
    return value_map({"": (factors[known], stretch[known])}, space, hole, norm, "stretch")


def _chosen(count: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_COLUMNS)).round().astype(int))


def _columns(rows: Mapping[str, Pixels]) -> int:
    return len(_chosen(len(rows["truth"])))


def _rows(rows: Mapping[str, Pixels]) -> Pixels:
    """Return rows of images as one image."""
    chosen = _chosen(len(rows["truth"]))
    gap = max(1, rows["truth"].shape[2] // 32)
    return np.concatenate([paste(row[chosen], len(chosen), gap) for row in rows.values()])


def _draw_strip(axes: Axes, sheet: Pixels, names: Sequence[str], *, dark_foreground: bool) -> None:
    clear_frame(axes)
    axes.set_box_aspect(sheet.shape[0] / sheet.shape[1])
    show(axes, sheet, dark_foreground=dark_foreground, extent=(0, 1, len(names), 0), aspect="auto")
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    axes.tick_params(length=0, pad=2, labelsize=7.5)


def _draw_errors(axes: Axes, table: pd.DataFrame, columns: int) -> None:
    """Draw the error of every way; the first and the last lie below their images' middles."""
    for way, style in WAYS.items():
        part = table[table["way"] == way].sort_values("index")
        along = np.linspace(0.5 / columns, 1 - 0.5 / columns, len(part))
        axes.plot(along, part["nmse"], label=way, **style)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_ylabel("nMSE")
    values = table["nmse"].to_numpy(dtype=np.float64)
    values = values[values > 0]
    if len(values) and values.max() > 5 * values.min():
        axes.set_yscale("log")
        log_axis(axes.yaxis, values.min(), values.max())
        axes.set_ylim(values.min() / 1.25, values.max() * 1.25)
    elif len(values):
        axes.set_ylim(0, values.max() * 1.15)
