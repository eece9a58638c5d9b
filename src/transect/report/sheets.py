"""Sheets of pictures: the grid of the factor space, training pictures, reconstructions."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.report.planes import draw_outline, plane_name
from transect.report.style import FAINT, WIDTH, clear_frame, new_figure, styled
from transect.space import FactorSpace
from transect.space.hole import Hole

Pixels = NDArray[np.floating]


def paste(pictures: Pixels, columns: int, gap: int = 0) -> Pixels:
    """Return pictures (n, h, w) side by side in rows of `columns`, row by row, as one picture.

    Args:
        pictures: (n, h, w).
        columns: Pictures in a row, at least 1; the last row is filled up with nan.
        gap: Pixels of nan around each picture, on every side, so that pictures are centred in
            cells of h + 2 gap by w + 2 gap pixels.
    """
    count, height, width = pictures.shape
    rows = -(-count // columns)
    cells = np.full((rows * columns, height + 2 * gap, width + 2 * gap), np.nan, dtype=np.float32)
    cells[:count, gap : gap + height, gap : gap + width] = pictures
    grid = cells.reshape(rows, columns, *cells.shape[1:])
    return grid.swapaxes(1, 2).reshape(rows * cells.shape[1], columns * cells.shape[2])


def show(axes: Axes, picture: Pixels, *, dark_ink: bool, **options: object) -> None:
    """Put a picture in [0, 1] on axes in grey; nan stays clear."""
    grey = "gray_r" if dark_ink else "gray"
    axes.imshow(picture, cmap=grey, vmin=0, vmax=1, **options)  # pyright: ignore[reportArgumentType]


def grid_points(space: FactorSpace, columns: tuple[int, int], count: int) -> NDArray[np.float64]:
    """Return the points of a grid over two factors, (count², d); the others are at the middle.

    Row by row: the first factor grows along a row, the second from row to row. Points are snapped
    to the values that exist.
    """
    right, down = columns
    points = np.tile(space.center, (count * count, 1))
    points[:, right] = np.tile(np.linspace(space.low[right], space.high[right], count), count)
    points[:, down] = np.repeat(np.linspace(space.low[down], space.high[down], count), count)
    return space.snap(points)


@styled
def factor_grid(
    draw: Callable[[NDArray[np.float64]], Pixels],
    space: FactorSpace,
    hole: Hole | None = None,
    columns: tuple[int, int] = (0, 1),
    count: int = 10,
    dark_ink: bool = True,
) -> Figure:
    """Return the pictures of a grid over two factors, with the hole drawn over them.

    The first factor grows to the right and the second downwards, as in every figure over the
    factor space. The axes are in raw units, so that the outline lies where the hole is.

    Args:
        draw: Points (n, d) -> pictures (n, h, w) in [0, 1].
        space: At least two factors.
        hole: Its outline is drawn in the plane of the two factors.
        columns: The two factors.
        count: Pictures along each side.
        dark_ink: Whether 1 is dark.
    """
    pictures = np.asarray(draw(grid_points(space, columns, count)))
    gap = max(1, pictures.shape[2] // 32)
    picture = paste(pictures, count, gap)
    figure = new_figure(WIDTH * 0.75, WIDTH * 0.75 * picture.shape[0] / picture.shape[1] + 0.4)
    axes = figure.add_subplot()
    right, down = columns
    # a picture is centred on its point, so the sheet reaches half a step beyond the box
    step = space.span / (count - 1) / 2
    extent = (
        space.low[right] - step[right],
        space.high[right] + step[right],
        space.high[down] + step[down],
        space.low[down] - step[down],
    )
    show(axes, picture, dark_ink=dark_ink, extent=extent, aspect="auto")
    axes.set_xlabel(f"{space.factors[right].label} →")
    axes.set_ylabel(f"← {space.factors[down].label}")
    axes.spines[:].set_visible(False)
    for axis, column in ((axes.xaxis, right), (axes.yaxis, down)):
        axis.set_ticks(np.linspace(space.low[column], space.high[column], 5).tolist())
    if hole is not None:
        draw_outline(axes, hole, space, columns)
    if space.dimension > 2:
        axes.set_title(f"{plane_name(space, columns)}; the other factors at their middle")
    return figure


@styled
def picture_sheet(pictures: Pixels, columns: int = 16, dark_ink: bool = True) -> Figure:
    """Return pictures (n, h, w) as a sheet, row by row."""
    gap = max(1, pictures.shape[2] // 32)
    picture = paste(pictures, columns, gap)
    figure = new_figure(WIDTH, WIDTH * picture.shape[0] / picture.shape[1])
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, picture, dark_ink=dark_ink)
    return figure


@styled
def comparison_sheet(
    rows: Mapping[str, Pixels], columns: int = 12, dark_ink: bool = True
) -> Figure:
    """Return pictures of the same points by several hands, one beneath the other.

    Args:
        rows: Name of the hand -> (n, h, w), all of one shape: truth, model, oracle.
        columns: Points in a band; further bands follow beneath.
        dark_ink: Whether 1 is dark.
    """
    names, stacks = list(rows), [np.asarray(stack) for stack in rows.values()]
    count, height, width = stacks[0].shape
    bands = -(-count // columns)
    gap = max(1, width // 32)
    cell = WIDTH / (columns + 1) * (height / width)
    figure = new_figure(WIDTH, bands * (len(names) * cell + 0.12))
    grid = figure.subplots(bands, 1, squeeze=False)
    for band, axes in enumerate(grid[:, 0]):
        chosen = [stack[band * columns : (band + 1) * columns] for stack in stacks]
        sheets = [paste(part, columns, gap) for part in chosen]
        clear_frame(axes)
        show(axes, np.concatenate(sheets), dark_ink=dark_ink)
        middles = (np.arange(len(names)) + 0.5) * (height + 2 * gap)
        axes.set_yticks(middles, names, color=FAINT)
        axes.tick_params(axis="y", length=0)
    return figure
