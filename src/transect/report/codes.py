"""Codes as figures show them: in their own axes, or in three principal components."""

from typing import NamedTuple, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from mpl_toolkits.mplot3d import Axes3D
from numpy.typing import NDArray

from transect.report.style import (
    SPLIT_COLORS,
    short,
)
from transect.space import code_columns, factor_column


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


def read_codes(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return the codes of a table of points, (n, latent)."""
    return table[code_columns(table.columns)].to_numpy(dtype=np.float64)


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
