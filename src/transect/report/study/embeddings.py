"""The embeddings of all losses beside each other, coloured by each factor."""

from typing import cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d import Axes3D
from numpy.typing import NDArray

from transect.report.embedding import Projection, label_axes, project_tables
from transect.report.sheets import even_columns
from transect.report.study.data import StudyData
from transect.report.style import DOTS_PER_INCH, WIDTH, short, styled
from transect.space import factor_column

MOST_COLUMNS = 4
MOST_FACTORS = 3
"""Factors that colour a row of the still figure; the page shows every one."""

MARGIN, HEAD, EDGE = 0.24, 0.24, 0.12
"""Room for the name of a factor at the left, that of a loss above, and at the right, in inches."""

PITCH = 0.8
"""Distance of rows in three dimensions, where little is drawn at the edge of a square, in sides."""

MOST_POINTS = 1500
"""Points of an embedding that are drawn."""


def drawn_points(data: StudyData, loss: str) -> pd.DataFrame:
    """Return the kept points of an embedding, thinned at random where they are too many.

    Embeddings of the same points are thinned to the same points.
    """
    table = data.kept(loss)
    if len(table) <= MOST_POINTS:
        return table
    chosen = np.random.default_rng(0).permutation(len(table))[:MOST_POINTS]
    return table.iloc[np.sort(chosen)]


def even_box(codes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of a box around codes (n, k), as much wider on every axis, both (k,)."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    room = 0.05 * float((high - low).max()) or 0.5
    return low - room, high + room


@styled
def study_embeddings(data: StudyData) -> Figure:
    """Return the embeddings, losses in columns and factors in rows; dark is a low value.

    Many losses go on in further rows. Three latents are drawn in three dimensions with one scale
    for all axes, two in two, one against the factor; of more, the first three principal components.
    """
    losses, factors = list(data.losses), data.space.factors[:MOST_FACTORS]
    columns = even_columns(len(losses), MOST_COLUMNS)
    side = (WIDTH - MARGIN - EDGE) / columns
    # a single loss need not fill the page
    side = min(side, 3.2)
    blocks = -(-len(losses) // columns)
    solid = len(project_tables(data.kept(data.reference), None).labels) == 3
    pitch = PITCH * side if solid else side
    block = HEAD + pitch * len(factors)
    width, height = MARGIN + side * columns + EDGE, block * blocks
    figure = Figure(figsize=(width, height), dpi=DOTS_PER_INCH)
    for place, loss in enumerate(losses):
        points = drawn_points(data, loss)
        shown = project_tables(points, None)
        left = MARGIN + side * (place % columns)
        top = height - block * (place // columns)
        figure.text(
            (left + side / 2) / width,
            (top - HEAD / 2) / height,
            short(loss),
            ha="center",
            va="center",
            fontsize=8.5,
            fontweight="bold",
        )
        for row, factor in enumerate(factors):
            middle = top - HEAD - pitch * (row + 0.5)
            box = (left / width, (middle - side / 2) / height, side / width, side / height)
            _draw(figure, box, shown, points[factor_column(factor.name)], short(factor.label))
            if place % columns == 0:
                figure.text(
                    MARGIN / 2 / width,
                    middle / height,
                    f"colour: {short(factor.label)}",
                    rotation=90,
                    ha="center",
                    va="center",
                )
    return figure


def _draw(
    figure: Figure,
    box: tuple[float, float, float, float],
    shown: Projection,
    factor: pd.Series,
    name: str,
) -> None:
    values = factor.to_numpy(dtype=np.float64)
    size = float(np.clip(2500 / max(len(values), 1), 1.0, 8))
    style = {"c": values, "cmap": "viridis", "s": size, "linewidths": 0, "rasterized": True}
    if len(shown.labels) < 3:
        left, bottom, width, height = box
        inner = (left + 0.2 * width, bottom + 0.16 * height, 0.74 * width, 0.78 * height)
        axes = figure.add_axes(inner)
        if len(shown.labels) == 2:
            axes.scatter(*shown.points.T, **style)
            axes.set_aspect("equal", adjustable="datalim")
        else:
            axes.scatter(values, shown.points[:, 0], **style)
            axes.set_xlabel(name)
        label_axes(axes, shown.labels, large=False)
        return
    axes = cast(Axes3D, figure.add_axes(box, projection="3d", computed_zorder=False))
    axes.set_facecolor("none")  # squares overlap
    axes.scatter(*shown.points.T, **style)  # pyright: ignore[reportArgumentType]
    label_axes(cast(Axes, axes), shown.labels, large=False)
    low, high = even_box(shown.points)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), zlim=(low[2], high[2]))
    axes.set_box_aspect(tuple((high - low) / (high - low).max()), zoom=0.9)  # pyright: ignore[reportArgumentType]
