"""Errors over the factor space: against the distance to the boundary, and as a map."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.measure.catalogue import measure
from transect.measure.key import COMPARED, Source, column
from transect.measure.statistics import bootstrap_interval
from transect.report.data import ReportData
from transect.report.image_grid import comparison_grid
from transect.report.parts import CaptionedFigure, Section
from transect.report.planes import log_norm, planes, value_map
from transect.report.style import (
    HOLE,
    SOURCE_COLORS,
    WIDTH,
    new_figure,
    note_hole,
    scale_values,
    source_legend,
    source_style,
    styled,
)
from transect.report.words import number
from transect.space import FactorSpace
from transect.space.hole import Hole

TITLE = "Errors over the factor space"

MEASURES = ("nmse", "soft_iou")
"""Measures that are shown against the distance to the boundary."""

BINS = 6
"""Bins from the boundary to the deepest removed point; fewer if points are few."""

FEWEST = 5
"""Points that a bin needs; a mean of fewer says little."""

LEAST = 1e-6
"""Errors below it, of perfect images too, share one colour of the logarithmic map."""


def section(data: ReportData) -> Section:
    """Return the errors over the factor space, and some removed images."""
    return Section(TITLE, _figures(data))


def _figures(data: ReportData) -> Iterator[CaptionedFigure]:
    points = data.points
    if points is None or "nmse" not in points or points["nmse"].isna().all():
        return
    if "boundary_distance" in points and (points["boundary_distance"] <= 0).any():
        yield CaptionedFigure(
            TITLE,
            "error_against_boundary_distance",
            "Error against the distance to the boundary",
            boundary_errors(points),
            "Means over bins of the distance, with 95 % bootstrap bands over the images; 0 is "
            "the boundary and the hole lies to the left. The distance at which the model’s line "
            "leaves its oracle’s shows how deep into the hole the model generalises. Validation "
            "and removed points only.",
            _split_errors(data, MEASURES),
        )
    if planes(data.space):
        yield CaptionedFigure(
            TITLE,
            "error_map",
            "Error over the factor space",
            error_map(points, data.space, data.hole),
            "Each dot is one image; dark dots have large errors. The outline is the boundary of "
            "the hole. Both maps share one logarithmic scale.",
            _split_errors(data, ("nmse",)),
        )
    if data.removed is not None:
        yield CaptionedFigure(
            TITLE,
            "removed_images",
            "Removed images and their reconstructions",
            comparison_grid(data.removed.rows, data.dark_foreground),
            "Images from inside the hole. The model was trained on none of them.",
            f"{len(data.removed.truth)} removed images in rows {', '.join(data.removed.rows)}.",
        )


def _split_errors(data: ReportData, measures: tuple[str, ...]) -> str:
    """Return the mean errors of model and oracle on validation and on removed points."""
    sentences = []
    for name in measures:
        parts = []
        for split in ("validation", "removed"):
            values = {
                source.label: data.value(source, split, name)
                for source in (Source.MODEL, Source.ORACLE)
            }
            known = [f"{label} {number(one)}" for label, one in values.items() if np.isfinite(one)]
            if known:
                parts.append(f"{split} {', '.join(known)}")
        if parts:
            sentences.append(f"Mean {measure(name).title}: {'; '.join(parts)}.")
    return " ".join(sentences)


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
        One row per bin of at least `FEWEST` points: `center`, `mean`, `low`, `high`, `count`.
    """
    known = np.isfinite(values) & np.isfinite(distance)
    distance, values = distance[known], values[known]
    numbers = boundary_bins(distance, width)
    rows = []
    for place in np.unique(numbers):
        inside = numbers == place
        if inside.sum() >= FEWEST:
            rows.append(((place + 0.5) * width, *bootstrap_interval(values[inside])))
    return pd.DataFrame(rows, columns=["center", "mean", "low", "high", "count"], dtype=np.float64)


@styled
def boundary_errors(points: pd.DataFrame) -> Figure:
    """Return the error against the boundary distance: binned means with 95 % bands.

    Only points that were not trained on count: those of `validation` and `removed`.

    Args:
        points: One row per point: `split`, `boundary_distance` and `<source><measure>`.
    """
    unseen = points[points["split"] != "train"]
    distance = unseen["boundary_distance"].to_numpy(dtype=np.float64)
    bins = min(BINS, max(2, int((distance <= 0).sum()) // (2 * FEWEST)))
    width = max(-float(distance.min()), 1e-12) / bins
    shown = [name for name in MEASURES if name in unseen and unseen[name].notna().any()]
    figure = new_figure(WIDTH, 2.7)
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, name in zip(panels, shown, strict=True):
        axes.axvspan(-bins * width, 0, color=HOLE, alpha=0.07, linewidth=0, zorder=0)
        axes.axvline(0, color=HOLE, linewidth=0.9)
        note_hole(axes, "boundary", 0, xytext=(3, 2), ha="left")
        note_hole(axes, "in the hole", 0, xytext=(-3, 2), ha="right")
        bands = []
        for source in reversed(COMPARED):
            if column(source, name) in unseen:
                values = unseen[column(source, name)].to_numpy(dtype=np.float64)
                bands.append(binned_means(distance, values, width))
                _draw_band(axes, source, bands[-1])
        axes.set_xlabel("distance to the boundary (negative inside)")
        axes.set_ylabel(measure(name).title)
        if measure(name).better == "higher":
            axes.set_ylim(min(0.0, axes.get_ylim()[0]), 1)
        else:
            ends = pd.concat(bands)[["mean", "low", "high"]]
            scale_values(axes, ends.to_numpy(dtype=np.float64).ravel())
    source_legend(figure)
    return figure


def _draw_band(axes: Axes, source: Source, means: pd.DataFrame) -> None:
    axes.plot(means["center"], means["mean"], **source_style(source))
    axes.fill_between(
        means["center"],
        means["low"],
        means["high"],
        color=SOURCE_COLORS[source],
        alpha=0.2 if source in (Source.MODEL, Source.ORACLE) else 0.1,
        linewidth=0,
    )


@styled
def error_map(points: pd.DataFrame, space: FactorSpace, hole: Hole | None = None) -> Figure:
    """Return the nMSE of every point over the factor space: the model, and beside it the oracle.

    Both share one logarithmic scale of colour, cut at the 1st and 99th percentile.

    Args:
        points: One row per point: the factors, `nmse` and maybe `oracle.nmse`.
        space: At least two factors.
        hole: The removed region.
    """
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    parts = {}
    for source in (Source.MODEL, Source.ORACLE):
        if column(source, "nmse") in points:
            values = points[column(source, "nmse")].to_numpy(dtype=np.float64)
            known = np.isfinite(values)
            if known.any():
                parts[source.label] = (factors[known], np.maximum(values[known], LEAST))
    norm = log_norm(np.concatenate([values for _, values in parts.values()]))
    return value_map(parts, space, hole, norm, measure("nmse").title)
