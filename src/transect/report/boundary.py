"""How the error grows with the distance into the hole."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.measure import catalogue
from transect.measure.key import COMPARED, Source, column
from transect.measure.statistics import bootstrap_interval
from transect.report.style import HOLE, SOURCE_COLORS, WIDTH, log_axis, new_figure, styled

FEWEST = 5
"""Points that a bin needs; a mean of fewer says little."""


def boundary_bins(distance: NDArray[np.float64], width: float) -> NDArray[np.int64]:
    """Return the number of the bin of each boundary distance, (n,).

    The boundary is an edge of a bin: bins below 0 lie within the hole, which its boundary belongs
    to.
    """
    return np.ceil(distance / width).astype(np.int64) - 1


def binned_means(
    distance: NDArray[np.float64], values: NDArray[np.float64], width: float
) -> pd.DataFrame:
    """Return the mean and 95 % bootstrap interval of each bin of the boundary distance.

    Args:
        distance: (n,), negative inside the hole.
        values: (n,); rows that are not finite are left out.
        width: Width of a bin, in the unit of the distance.

    Returns:
        One row a bin of at least `FEWEST` points: `center`, `mean`, `low`, `high`, `count`.
    """
    known = np.isfinite(values) & np.isfinite(distance)
    distance, values = distance[known], values[known]
    numbers = boundary_bins(distance, width)
    rows = []
    for number in np.unique(numbers):
        inside = numbers == number
        if inside.sum() >= FEWEST:
            rows.append(((number + 0.5) * width, *bootstrap_interval(values[inside])))
    return pd.DataFrame(rows, columns=["center", "mean", "low", "high", "count"], dtype=np.float64)


@styled
def boundary_errors(
    points: pd.DataFrame, measures: Sequence[str] = ("nmse", "soft_iou"), bins: int = 6
) -> Figure:
    """Return the error against the boundary distance: binned means with 95 % bands.

    Only points that were not trained on count: those of `validation` and `removed`.

    Args:
        points: One row a point: `split`, `boundary_distance` and `<source><measure>`.
        measures: The measures to show, a panel each.
        bins: Bins from the boundary to the deepest removed point; fewer where points are few.
    """
    unseen = points[points["split"] != "train"]
    distance = unseen["boundary_distance"].to_numpy(dtype=np.float64)
    bins = min(bins, max(2, int((distance <= 0).sum()) // (2 * FEWEST)))
    width = max(-float(distance.min()), 1e-12) / bins
    shown = [name for name in measures if name in unseen and unseen[name].notna().any()]
    figure = new_figure(WIDTH, 2.7)
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, measure in zip(panels, shown, strict=True):
        axes.axvspan(-bins * width, 0, color=HOLE, alpha=0.07, linewidth=0, zorder=0)
        axes.axvline(0, color=HOLE, linewidth=0.9)
        axes.annotate(
            "boundary",
            (0, 1),
            (3, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="bottom",
            color=HOLE,
            fontsize=7,
        )
        axes.annotate(
            "in the hole",
            (0, 1),
            (-3, 2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="bottom",
            ha="right",
            color=HOLE,
            fontsize=7,
        )
        for source in reversed(COMPARED):
            if column(source, measure) in unseen:
                values = unseen[column(source, measure)].to_numpy(dtype=np.float64)
                means = binned_means(distance, values, width)
                strong = source in (Source.MODEL, Source.ORACLE)
                color = SOURCE_COLORS[source]
                axes.plot(
                    means["center"],
                    means["mean"],
                    color=color,
                    label=source.label,
                    marker="o" if strong else None,
                    markersize=3,
                    linewidth=1.8 if strong else 1.0,
                    linestyle="-" if strong else (0, (4, 1.2)),
                )
                axes.fill_between(
                    means["center"],
                    means["low"],
                    means["high"],
                    color=color,
                    alpha=0.2 if strong else 0.1,
                    linewidth=0,
                )
        _finish(axes, measure)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles[::-1],
        labels[::-1],
        loc="outside upper left",
        ncols=5,
        columnspacing=1.4,
        handlelength=1.6,
    )
    return figure


def _finish(axes, measure: str) -> None:
    axes.set_xlabel("distance to the boundary (negative inside)")
    axes.set_ylabel(catalogue.measure(measure).title)
    drawn = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.lines[1:]])
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    if measure in ("soft_iou", "ssim"):
        axes.set_ylim(min(0.0, axes.get_ylim()[0]), 1)
    elif len(drawn) and drawn.max() > 5 * drawn.min():
        axes.set_yscale("log")
        log_axis(axes.yaxis, drawn.min(), drawn.max())
