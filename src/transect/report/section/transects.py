"""Along the transects: the images, and the error from one end to the other."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from transect.measure.catalogue import measure
from transect.measure.key import COMPARED, Source, column
from transect.report.data import Images, ReportData
from transect.report.image_grid import choose_evenly, paste, show
from transect.report.parts import CaptionedFigure, Section, Table, best_cells
from transect.report.style import (
    HOLE,
    WIDTH,
    clear_frame,
    new_figure,
    note_hole,
    scale_values,
    short,
    source_legend,
    source_style,
    styled,
)
from transect.report.words import number
from transect.space.hole import Hole
from transect.space.transect import Transect

TITLE = "Errors along the transects"

MEASURES = ("nmse", "soft_iou", "factor_error")

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


def section(data: ReportData) -> Section:
    """Return the errors along each transect."""
    table = transect_table(data)
    return Section(TITLE, _figures(data), tables=() if table is None else (table,))


def _figures(data: ReportData) -> Iterator[CaptionedFigure]:
    table = data.transects
    if table is None or not data.lines or "nmse" not in table or table["nmse"].isna().all():
        return
    yield CaptionedFigure(
        TITLE,
        "errors_along_transects",
        "Error along the transects",
        transect_errors(table, data.lines, data.hole),
        "The hole is shaded from entry to exit. The error of a model that fills the hole stays "
        "level there; the error of one that only remembers rises towards the baselines. nMSE and "
        "factor error are better when small, soft IoU when large.",
        " ".join(f"{line.name}: {_mean_errors(table, line)}" for line in data.lines),
    )


def strips(data: ReportData, title: str) -> Iterator[CaptionedFigure]:
    """Yield the images along each transect, as figures of the section with that title."""
    for place, line in enumerate(data.lines):
        if line.name not in data.transect_images:
            continue
        points = line.points
        inside = np.zeros(len(points), bool) if data.hole is None else data.hole.contains(points)
        images = data.transect_images[line.name]
        slug = re.sub(r"[^a-z0-9]+", "_", line.name.lower()).strip("_")[:40]
        numbers = "" if data.transects is None else _mean_errors(data.transects, line)
        yield CaptionedFigure(
            title,
            f"transect_{place + 1}_{slug}".rstrip("_"),
            line.name,
            transect_strip(line, images, inside, data.dark_foreground),
            "",
            f"Transect {line.name}, rows {', '.join(images.rows)}. {_in_hole(inside)} {numbers}",
        )


def _in_hole(inside: NDArray[np.bool_]) -> str:
    """Return which points of a transect lie in the hole, counted from 1."""
    runs = stretches(inside)
    if not runs:
        return f"None of its {len(inside)} points lies in the hole."
    places = " and ".join(
        f"{start + 1} to {stop}" if stop - start > 1 else f"{start + 1}" for start, stop in runs
    )
    return f"Points {places} of {len(inside)} lie in the hole."


def _mean_errors(table: pd.DataFrame, line: Transect) -> str:
    """Return the mean nMSE along a transect inside and outside the hole, by model and oracle."""
    part = table[table["transect"] == line.name]
    inside = part["in_hole"].astype(bool)
    parts = []
    for source in (Source.MODEL, Source.ORACLE):
        name = column(source, "nmse")
        if name in part and part[name].notna().any():
            means = {
                place: part.loc[rows, name].mean()
                for place, rows in (("in the hole", inside), ("outside", ~inside))
            }
            known = [f"{number(one)} {place}" for place, one in means.items() if np.isfinite(one)]
            parts.append(f"{source.label} {', '.join(known)}")
    return f"Mean nMSE: {'; '.join(parts)}." if parts else ""


def transect_table(data: ReportData) -> Table | None:
    """Return the mean nMSE along each transect, in the hole and outside, by source."""
    table, nmse = data.transects, measure("nmse")
    if table is None or nmse.name not in table:
        return None
    columns = {
        source: column(source, nmse.name)
        for source in COMPARED
        if column(source, nmse.name) in table and table[column(source, nmse.name)].notna().any()
    }
    rows = []
    for name, part in table.groupby("transect", sort=False):
        for inside, place in ((True, "in the hole"), (False, "outside")):
            chosen = part[part["in_hole"].astype(bool) == inside]
            if len(chosen):
                values = np.array([float(chosen[one].mean()) for one in columns.values()])
                rows.append((f"{name}, {place}", best_cells(values, nmse)))
    title = f"{nmse.heading} along the transects"
    return Table(title, tuple(source.label for source in columns), tuple(rows))


def stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the runs of true values of (n,) as half-open ranges (start, stop)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


@styled
def transect_strip(
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
    chosen = choose_evenly(count, MOST_COLUMNS)
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
def transect_errors(
    table: pd.DataFrame,
    lines: Sequence[Transect],
    hole: Hole | None = None,
) -> Figure:
    """Return the errors along each transect: one column per transect, one row per measure.

    The hole is shaded from entry to exit. The model is a strong line; its oracle and the baselines
    are thin ones. A measure without any value is left out.

    Args:
        table: One row per point of a transect: `transect`, `fraction` and `<source><measure>`.
        lines: The transects to show.
        hole: Gives entries and exits.
    """
    shown = [name for name in MEASURES if name in table and table[name].notna().any()]
    across = min(len(lines), MOST_ACROSS)
    bands = -(-len(lines) // across)
    figure = new_figure(WIDTH, 1.55 * len(shown) * bands + 0.5)
    grid = figure.subplots(len(shown) * bands, across, sharex="col", sharey="row", squeeze=False)
    for place, line in enumerate(lines):
        band, across_place = divmod(place, across)
        part = table[table["transect"] == line.name].sort_values("fraction")
        for row, name in enumerate(shown):
            axes = grid[band * len(shown) + row, across_place]
            _shade_hole(axes, line, hole, labelled=row == 0)
            _draw_sources(axes, part, name)
            if row == 0:
                title = short(line.name)
                axes.set_title(title, fontweight="bold", pad=5 if len(title) < NAME else 14)
            if across_place == 0:
                axes.set_ylabel(measure(name).title)
                _scale(axes, table, name)
    for axes in grid.flat:
        axes.set_visible(axes.has_data())
    for axes in grid[-1]:
        axes.set_xlabel("fraction of the transect")
    source_legend(figure)
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
            note_hole(axes, "hole", (entry + leave) / 2)


def _draw_sources(axes: Axes, part: pd.DataFrame, name: str) -> None:
    # the model last, so that it lies on top
    for source in reversed(COMPARED):
        errors = column(source, name)
        if errors in part and part[errors].notna().any():
            known = part[part[errors].notna()]
            axes.plot(known["fraction"], known[errors], **source_style(source))


def _scale(axes: Axes, table: pd.DataFrame, name: str) -> None:
    if measure(name).better == "higher":
        axes.set_ylim(min(0.0, axes.get_ylim()[0]), 1)
        return
    columns = [column(one, name) for one in COMPARED if column(one, name) in table]
    values = table[columns].to_numpy(dtype=np.float64)
    scale_values(axes, values[values > LEAST.get(name, 0)])
