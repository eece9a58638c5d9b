"""Whose fault the errors in the hole are: the errors with other codes, and a map of the parts."""

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.measure.code.attribution import column_parts
from transect.measure.key import Source
from transect.measure.statistics import Interval, bootstrap_interval
from transect.report.planes import draw_outline, map_axes, map_figure, scatter
from transect.report.sentences import number
from transect.report.style import FRAME, SOURCE_COLORS, WIDTH, log_axis, new_figure, styled
from transect.space import FactorSpace
from transect.space.hole import Hole

WAYS = {
    "amortised.nmse": "model, encoder’s code",
    "nmse": "model, refined code",
    "best_code.nmse": "model, best code",
    "straight.nmse": "model, straight between boundary codes",
    "geodesic.nmse": "model, shortest path between them",
    "oracle_amortised.nmse": "oracle, encoder’s code",
    "oracle.nmse": "oracle, refined code",
    "oracle_best_code.nmse": "oracle, best code",
}
"""Column of an error: whose image it is of, and with which code."""

CUT = 0.02
"""Share of the points at each end of the scale of colour that it does not reach."""


def attribution_points(points: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the points whose errors were taken apart, or None where none were.

    Columns of refined codes are left out where no code was refined.
    """
    if points is None or "amortised.nmse" not in points:
        return None
    known = points[points["best_code.nmse"].notna()]
    plain = [
        refined
        for refined, own in (("nmse", "amortised.nmse"), ("oracle.nmse", "oracle_amortised.nmse"))
        if refined in known and np.allclose(known[refined], known[own], rtol=1e-3)
    ]
    return known.drop(columns=plain) if len(known) else None


def way_means(points: pd.DataFrame) -> dict[str, Interval]:
    """Return the mean error with each code and its 95 % bootstrap interval, by column.

    Args:
        points: From `attribution_points`.
    """
    return {
        name: bootstrap_interval(points[name].dropna().to_numpy())
        for name in WAYS
        if name in points and points[name].notna().any()
    }


@styled
def way_errors(points: pd.DataFrame) -> Figure:
    """Return the mean error with each code, a row each, with 95 % bootstrap intervals.

    Args:
        points: From `attribution_points`.
    """
    means = way_means(points)
    figure = new_figure(WIDTH, 0.55 + 0.27 * len(means))
    axes = figure.add_subplot()
    for row, (name, one) in enumerate(means.items()):
        color = SOURCE_COLORS[Source.ORACLE if name.startswith("oracle") else Source.MODEL]
        axes.plot([one.low, one.high], [row, row], color=color, linewidth=2.2)
        axes.plot(one.mean, row, "o", color=color, markersize=5)
        text = f"{number(one.mean)}  ({one.count} points)"
        axes.annotate(text, (1.01, row), xycoords=("axes fraction", "data"), va="center")
    axes.set_yticks(range(len(means)), [WAYS[name] for name in means])
    axes.set_ylim(len(means) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0, labelsize=8)
    axes.grid(axis="x")
    axes.set_xlabel("mean nMSE in the hole")
    ends = np.array([[one.low, one.mean, one.high] for one in means.values()])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    if low > 0 and high > 3 * low:
        axes.set_xscale("log")
        axes.set_xlim(low / 1.3, high * 1.3)
        log_axis(axes.xaxis, low / 1.3, high * 1.3)
    else:
        axes.set_xlim(0, 1.1 * high or 1)
    return figure


@styled
def part_map(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the encoder's and the decoder's part over the first two factors, around the hole.

    Both share one scale of colour, cut at the 2nd and 98th percentile; dark is a large part.

    Args:
        points: From `attribution_points`.
        space: At least two factors.
        hole: The removed region.
    """
    parts = column_parts(points)
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    low, high = np.quantile(np.concatenate(parts), [CUT, 1 - CUT])
    norm = Normalize(low, max(high, low + 1e-9), clip=True)
    size = float(np.clip(9000 / len(points), 6, 40))
    figure = map_figure(2, bar=True)
    every = map_axes(figure, space, [(0, 1), (0, 1)])
    titles = ("encoder’s part", "decoder’s part")
    for axes, values, title in zip(every, parts, titles, strict=True):
        scatter(axes, factors, (0, 1), s=size, c=values, cmap="viridis_r", norm=norm)
        axes.set_title(title)
        if hole is not None:
            draw_outline(axes, hole, space, (0, 1))
        x, y = (_around(factors[:, column], space.span[column]) for column in (0, 1))
        axes.set_xlim(*x)
        axes.set_ylim(*y[::-1])
    colors = ScalarMappable(norm=norm, cmap="viridis_r")
    label = "part of the nMSE"
    bar = figure.colorbar(colors, ax=every, label=label, shrink=0.9, pad=0.02, aspect=30)
    bar.outline.set_edgecolor(FRAME)  # pyright: ignore[reportCallIssue]
    return figure


def _around(values: NDArray[np.float64], span: float) -> tuple[float, float]:
    """Return the range of the values with a margin."""
    margin = max(0.12 * float(np.ptp(values)), 0.02 * span)
    return float(values.min()) - margin, float(values.max()) + margin
