"""The latent space: where the codes of all the images lie, and the transects among them."""

from typing import NamedTuple, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d import Axes3D
from numpy.typing import NDArray

from transect.report.style import (
    DOTS_PER_INCH,
    FOREGROUND,
    HOLE,
    SPLIT_COLORS,
    WIDTH,
    new_figure,
    short,
    styled,
)
from transect.space import FactorSpace, code_columns, factor_column

SOLID_PANELS = ((0.0, 0.0, 0.62, 0.98), (0.63, 0.5, 0.35, 0.46), (0.63, 0.0, 0.35, 0.46))
"""Left, bottom, width and height of each panel in three dimensions, as shares of the figure.

An automatic layout keeps far too much room around axes of three dimensions.
"""


class Projection(NamedTuple):
    """Codes as they are shown.

    Attributes:
        points: (n, 1 to 3), the codes of the points.
        transects: (m, 1 to 3), the codes along the transects.
        labels: Name of each axis.
        explained: The share of the variance that the axes hold, 1 where nothing was projected.
    """

    points: NDArray[np.float64]
    transects: NDArray[np.float64]
    labels: tuple[str, ...]
    explained: float


class Directions(NamedTuple):
    """The directions in which codes are shown.

    Attributes:
        origin: (latent,), what is at 0.
        axes: (k, latent), orthonormal, k at most 3.
        labels: Name of each axis.
        explained: The share of the variance that the axes hold, 1 where nothing is projected.
    """

    origin: NDArray[np.float64]
    axes: NDArray[np.float64]
    labels: tuple[str, ...]
    explained: float

    def project(self, codes: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return codes (n, latent) as they are shown, (n, k)."""
        return (np.asarray(codes, dtype=np.float64) - self.origin) @ self.axes.T

    def restore(self, shown: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the codes (n, latent) in the plane of the axes that are shown at (n, k)."""
        return np.asarray(shown, dtype=np.float64) @ self.axes + self.origin


def directions(codes: NDArray[np.floating]) -> Directions:
    """Return the axes of codes (n, latent), or their first three principal components if more."""
    latent = codes.shape[1]
    if latent <= 3:
        labels = tuple(f"z{k}" for k in range(latent))
        return Directions(np.zeros(latent), np.eye(latent), labels, 1.0)
    middle = codes.mean(axis=0)
    _, spread, axes = np.linalg.svd(codes - middle, full_matrices=False)
    # a component has no sign of its own: its largest entry is made positive
    first = axes[:3]
    first = first * np.sign(first[np.arange(3), np.abs(first).argmax(axis=1)])[:, None]
    explained = float((spread[:3] ** 2).sum() / max((spread**2).sum(), 1e-300))
    labels = tuple(f"principal component {k + 1}" for k in range(3))
    return Directions(middle, first, labels, explained)


def project(codes: NDArray[np.floating], transect_codes: NDArray[np.floating]) -> Projection:
    """Return codes as they are, or on their first three principal components where there are more.

    The components are those of `codes`; the transects are laid onto them.

    Args:
        codes: (n, latent).
        transect_codes: (m, latent).
    """
    shown = directions(codes)
    return Projection(
        shown.project(codes), shown.project(transect_codes), shown.labels, shown.explained
    )


def project_tables(points: pd.DataFrame, transects: pd.DataFrame | None) -> Projection:
    """Return the codes of both tables as they are shown."""
    names = code_columns(points.columns)
    codes = points[names].to_numpy(dtype=np.float64)
    if transects is None or names[0] not in transects:
        return project(codes, np.empty((0, len(names))))
    return project(codes, transects[names].to_numpy(dtype=np.float64))


@styled
def embedding(points: pd.DataFrame, transects: pd.DataFrame | None, space: FactorSpace) -> Figure:
    """Return the codes of all points, coloured by split and by the first two factors.

    The transects run through them in black, vermilion inside the hole. Three latents are drawn in
    three dimensions, two in two, one against the factors; of more, the first three principal
    components are shown.

    Args:
        points: One row a point: `split`, the factors, the codes.
        transects: One row a point of a transect: `transect`, `in_hole`, the codes.
        space: The factor space.
    """
    shown = project_tables(points, transects)
    flat = shown.points.shape[1] < 3
    figure = new_figure(WIDTH, 2.7) if flat else Figure(figsize=(WIDTH, 4.1), dpi=DOTS_PER_INCH)
    panels = [None, *space.names[:2]]
    for place, factor in enumerate(panels):
        if flat:
            axes = figure.add_subplot(1, len(panels), place + 1)
        else:
            axes = figure.add_axes(SOLID_PANELS[place], projection="3d", computed_zorder=False)
        draw_points(axes, shown.points, points, factor)
        if transects is not None and place == 0:
            _draw_transects(axes, shown.transects, transects)
        label_axes(axes, shown.labels, large=place == 0)
    return figure


def draw_points(
    axes: Axes, codes: NDArray[np.float64], points: pd.DataFrame, factor: str | None
) -> None:
    """Draw codes (n, 1 to 3) of points, coloured by a factor, or by split where it is None."""
    size = float(np.clip(9000 / max(len(points), 1), 1.5, 12))
    values = None if factor is None else points[factor_column(factor)].to_numpy(np.float64)
    columns = _coordinates(codes, values)
    if factor is not None:
        axes.scatter(*columns, c=values, cmap="viridis", s=size / 2, linewidths=0, rasterized=True)
        axes.set_title(f"coloured by {short(factor)}: dark is low", fontsize=7, pad=1)
        return
    split = points["split"].to_numpy()
    for name, color in SPLIT_COLORS.items():
        rows = split == name
        if rows.any():
            chosen = (column[rows] for column in columns)
            axes.scatter(*chosen, c=color, label=name, s=size, linewidths=0, rasterized=True)
    axes.legend(loc="upper left", markerscale=3, handletextpad=0.1, borderaxespad=0)


def _coordinates(
    codes: NDArray[np.float64], values: NDArray[np.float64] | None
) -> list[NDArray[np.float64]]:
    if codes.shape[1] > 1:
        return list(codes.T)
    # a single latent is drawn against a factor, or over the rows where colour tells the split
    along = np.arange(len(codes), dtype=np.float64) if values is None else values
    return [along, codes[:, 0]]


def _draw_transects(axes: Axes, codes: NDArray[np.float64], table: pd.DataFrame) -> None:
    if codes.shape[1] < 2:
        return
    for name in table["transect"].unique():
        rows = (table["transect"] == name).to_numpy()
        inside = table.loc[rows, "in_hole"].to_numpy(dtype=bool)
        way = codes[rows]
        axes.plot(*way.T, color=FOREGROUND, linewidth=0.9, zorder=4)
        axes.scatter(*way.T, s=9, c=np.where(inside, HOLE, FOREGROUND), linewidths=0, zorder=5)
        text = {"s": f" {short(str(name))}", "fontweight": "bold", "fontsize": 7, "zorder": 6}
        axes.text(*way[0], **text)


def label_axes(axes: Axes, labels: tuple[str, ...], *, large: bool) -> None:
    """Name the axes of an embedding of one to three dimensions; small ones carry no numbers."""
    short = [label.replace("principal component ", "PC ") for label in labels]
    if len(short) == 1:
        axes.set_ylabel(short[0])
        return
    pad = 2 if len(short) == 2 else -4 if large else -13
    axes.set_xlabel(short[0], labelpad=pad)
    axes.set_ylabel(short[1], labelpad=pad)
    if len(short) == 3:
        solid = cast(Axes3D, axes)
        solid.set_zlabel(short[2], labelpad=pad)
        axes.tick_params(pad=-3, labelsize=6)
        if not large:
            axes.tick_params(labelbottom=False, labelleft=False, labelright=False)
        solid.set_box_aspect(None, zoom=0.92)  # pyright: ignore[reportArgumentType]
