"""Interpolation across the hole: straight through the latent space, and along the geodesic."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from transect.measure.embedding.interpolation import closer_interpolation
from transect.measure.key import Key, Source, transect_group
from transect.report.data import ReportData
from transect.report.image_grid import Pixels, choose_evenly, paste, show
from transect.report.parts import CaptionedFigure, Finding, Section
from transect.report.style import (
    FOREGROUND,
    SOURCE_COLORS,
    WIDTH,
    clear_frame,
    new_figure,
    scale_values,
    short,
    styled,
)
from transect.report.words import INTERPOLATIONS, number

TITLE = "Interpolation across the hole"

STYLES: dict[str, dict[str, Any]] = {
    "straight": {"color": FOREGROUND, "linestyle": (0, (4, 1.2)), "linewidth": 1.1, "zorder": 3},
    "geodesic": {
        "color": SOURCE_COLORS[Source.MODEL],
        "linewidth": 1.8,
        "marker": "o",
        "markersize": 3,
    },
}
"""Interpolation: how its error is drawn."""

MOST_SHOWN = 4
"""Transects that the figure has room for."""

MOST_COLUMNS = 15
"""An interpolation of more images shows evenly chosen ones, so that an image stays large enough."""

CURVE = 0.6
"""Height of the errors beneath the images, in inches."""


def section(data: ReportData) -> Section:
    """Return the interpolations across the hole; empty if none was measured."""
    found = finding(data)
    return Section(TITLE, _figures(data), () if found is None else (found,))


def _figures(data: ReportData) -> Iterator[CaptionedFigure]:
    if data.interpolation_images and data.interpolations is not None:
        yield CaptionedFigure(
            TITLE,
            "interpolations",
            "Two interpolations across the hole",
            interpolation_strips(
                data.interpolation_images, data.interpolations, data.dark_foreground
            ),
            "Both lead from the code at one boundary to the code at the other: straight through "
            "the latent space, or along the geodesic, on which the images change least. Each image "
            "is compared with the true image that lies as far along; its error stands below. The "
            "geodesic may fade lines out and in again, which the truth never does.",
            " ".join(_described(data)),
        )


def finding(data: ReportData) -> Finding | None:
    """Return which interpolation is closer to the truth, or None if none was measured."""
    errors = _mean_errors(data)
    if not errors:
        return None
    closer = {line: closer_interpolation(*pair) for line, pair in errors.items()}
    kinds = {kind for kind in closer.values() if kind is not None}
    if not kinds:
        claim = (
            "Across the hole straight interpolation and geodesic are equally close to the truth."
        )
    elif len(kinds) == 1:
        alike = ", ".join(line for line, kind in closer.items() if kind is None)
        but = f", except on {alike}, where both are alike" if alike else ""
        claim = f"Across the hole the {INTERPOLATIONS[kinds.pop()]} is closer to the truth{but}."
    else:
        straight, geodesic = (
            ", ".join(line for line, one in closer.items() if one == kind)
            for kind in INTERPOLATIONS
        )
        claim = (
            "Across the hole neither interpolation is closer to the truth throughout: the "
            f"straight one is on {straight}, the geodesic on {geodesic}."
        )
    listed = "; ".join(
        f"{line} {number(straight)} and {number(geodesic)}"
        for line, (straight, geodesic) in errors.items()
    )
    return Finding(claim, f"Mean nMSE along the straight interpolation and the geodesic: {listed}.")


def _value(data: ReportData, line: str, name: str) -> float:
    return data.metric(Key(name, transect_group(line, "embedding")))


def _mean_errors(data: ReportData) -> dict[str, tuple[float, float]]:
    """Return the mean nMSE along the straight interpolation and the geodesic, by transect."""
    found = {}
    for line in data.lines:
        straight, geodesic = (_value(data, line.name, f"{path}_nmse") for path in INTERPOLATIONS)
        if np.isfinite([straight, geodesic]).all():
            found[line.name] = (straight, geodesic)
    return found


def _described(data: ReportData) -> Iterator[str]:
    for line, errors in _mean_errors(data).items():
        parts = ", ".join(
            f"{path} nMSE {number(error)} and length {number(_value(data, line, f'{path}_length'))}"
            for path, error in zip(INTERPOLATIONS, errors, strict=True)
        )
        truth = number(_value(data, line, "true_length"))
        yield f"{line}: {parts}; the true images travel {truth}."


@styled
def interpolation_strips(
    images: Mapping[str, Mapping[str, Pixels]],
    table: pd.DataFrame,
    dark_foreground: bool = True,
) -> Figure:
    """Return the interpolations across the hole: rows of images by transect, errors beneath.

    The error of an image stands below it. At most `MOST_SHOWN` transects are shown.

    Args:
        images: By transect, (m, h, w) by row: truth, straight, geodesic.
        table: One row per image: `transect`, `path`, `index` and `nmse`.
        dark_foreground: Whether 1 is dark.
    """
    shown = list(images)[:MOST_SHOWN]
    grids = {name: _rows(images[name]) for name in shown}
    width = WIDTH - 0.9
    heights = [
        height
        for grid in grids.values()
        for height in (width * grid.shape[0] / grid.shape[1], CURVE)
    ]
    figure = new_figure(WIDTH, sum(heights) + 0.4 * len(shown) + 0.5)
    panels = figure.subplots(2 * len(shown), 1, height_ratios=heights, squeeze=False)[:, 0]
    for place, (name, grid) in enumerate(grids.items()):
        strip, curve = panels[2 * place : 2 * place + 2]
        _draw_strip(strip, grid, list(images[name]), dark_foreground=dark_foreground)
        strip.set_title(f"{short(name)}, from boundary to boundary", pad=3)
        curve.set_box_aspect(CURVE / width)
        columns = len(choose_evenly(len(images[name]["truth"]), MOST_COLUMNS))
        _draw_errors(curve, table[table["transect"] == name], columns)
    handles, labels = panels[1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, handlelength=2.2)
    return figure


def _rows(rows: Mapping[str, Pixels]) -> Pixels:
    """Return rows of images as one image."""
    chosen = choose_evenly(len(rows["truth"]), MOST_COLUMNS)
    gap = max(1, rows["truth"].shape[2] // 32)
    return np.concatenate([paste(row[chosen], len(chosen), gap) for row in rows.values()])


def _draw_strip(axes: Axes, grid: Pixels, names: Sequence[str], *, dark_foreground: bool) -> None:
    clear_frame(axes)
    axes.set_box_aspect(grid.shape[0] / grid.shape[1])
    show(axes, grid, dark_foreground=dark_foreground, extent=(0, 1, len(names), 0), aspect="auto")
    axes.set_yticks(np.arange(len(names)) + 0.5, names)
    axes.tick_params(length=0, pad=2, labelsize=7.5)


def _draw_errors(axes: Axes, table: pd.DataFrame, columns: int) -> None:
    """Draw the errors; the first and the last lie below the middle of their images."""
    for path, style in STYLES.items():
        part = table[table["path"] == path].sort_values("index")
        along = np.linspace(0.5 / columns, 1 - 0.5 / columns, len(part))
        axes.plot(along, part["nmse"], label=path, **style)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.set_ylabel("nMSE")
    values = table["nmse"].to_numpy(dtype=np.float64)
    scale_values(axes, values)
    if axes.get_yscale() == "linear" and (values > 0).any():
        axes.set_ylim(0, values.max() * 1.15)
