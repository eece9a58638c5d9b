"""Sheets of images: the grid of the factor space, training images, reconstructions."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from transect.report.planes import draw_outline, plane_name
from transect.report.style import WIDTH, clear_frame, new_figure, short, styled
from transect.space import FactorSpace
from transect.space.hole import Hole

Pixels = NDArray[np.floating]


def paste(images: Pixels, columns: int, gap: int = 0) -> Pixels:
    """Return images (n, h, w) side by side in rows of `columns`, row by row, as one image.

    Args:
        images: (n, h, w).
        columns: Images in a row, at least 1; the last row is filled up with nan.
        gap: Pixels of nan around each image, on every side, so that images are centred in
            cells of h + 2 gap by w + 2 gap pixels.
    """
    count, height, width = images.shape
    rows = -(-count // columns)
    cells = np.full((rows * columns, height + 2 * gap, width + 2 * gap), np.nan, dtype=np.float32)
    cells[:count, gap : gap + height, gap : gap + width] = images
    grid = cells.reshape(rows, columns, *cells.shape[1:])
    return grid.swapaxes(1, 2).reshape(rows * cells.shape[1], columns * cells.shape[2])


def show(axes: Axes, image: Pixels, *, dark_foreground: bool, **options: object) -> None:
    """Put an image in [0, 1] on axes in grey; nan stays clear."""
    grey = "gray_r" if dark_foreground else "gray"
    axes.imshow(image, cmap=grey, vmin=0, vmax=1, **options)  # pyright: ignore[reportArgumentType]


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


def even_columns(count: int, most: int) -> int:
    """Return how many of `count` images to put in a row, so that the last row is full.

    It is the largest divisor of the count from half of `most` to `most`; else `most`.
    """
    fitting = [k for k in range(most, most // 2 - 1, -1) if count % k == 0]
    return fitting[0] if fitting else min(count, most)


@styled
def factor_grid(
    draw: Callable[[NDArray[np.float64]], Pixels],
    space: FactorSpace,
    hole: Hole | None = None,
    *,
    columns: tuple[int, int] = (0, 1),
    count: int = 10,
    dark_foreground: bool = True,
) -> Figure:
    """Return the images of a grid over two factors, with the hole drawn over them.

    The first factor grows to the right and the second downwards, as in every figure over the
    factor space. The axes are in raw units, so that the outline lies where the hole is.

    Args:
        draw: Points (n, d) -> images (n, h, w) in [0, 1].
        space: At least two factors.
        hole: Its outline is drawn in the plane of the two factors.
        columns: The two factors.
        count: Images along each side.
        dark_foreground: Whether 1 is dark.
    """
    images = np.asarray(draw(grid_points(space, columns, count)))
    gap = max(1, images.shape[2] // 32)
    image = paste(images, count, gap)
    shape = image.shape[0] / image.shape[1]
    figure = new_figure(WIDTH * 0.75, WIDTH * 0.7 * shape + 0.5)
    axes = figure.add_subplot()
    axes.set_box_aspect(shape)
    right, down = columns
    # an image is centred on its point, so the sheet reaches half a step beyond the box
    step = space.span / (count - 1) / 2
    extent = (
        space.low[right] - step[right],
        space.high[right] + step[right],
        space.high[down] + step[down],
        space.low[down] - step[down],
    )
    show(axes, image, dark_foreground=dark_foreground, extent=extent, aspect="auto")
    axes.set_xlabel(f"{short(space.factors[right].label)} →")
    axes.set_ylabel(f"← {short(space.factors[down].label)}")
    axes.spines[:].set_visible(False)
    for axis, column in ((axes.xaxis, right), (axes.yaxis, down)):
        ticks = MaxNLocator(5).tick_values(space.low[column], space.high[column])
        inside = (ticks >= space.low[column]) & (ticks <= space.high[column])
        axis.set_ticks(ticks[inside].tolist())
    if hole is not None:
        draw_outline(axes, hole, space, columns)
    if space.dimension > 2:
        axes.set_title(f"{plane_name(space, columns)}; the other factors at their middle")
    return figure


@styled
def image_sheet(images: Pixels, dark_foreground: bool = True) -> Figure:
    """Return images (n, h, w) as a sheet, row by row."""
    columns = even_columns(len(images), 16)
    gap = max(1, images.shape[2] // 32)
    image = paste(images, columns, gap)
    figure = new_figure(WIDTH, WIDTH * image.shape[0] / image.shape[1])
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, image, dark_foreground=dark_foreground)
    return figure


@styled
def comparison_sheet(rows: Mapping[str, Pixels], dark_foreground: bool = True) -> Figure:
    """Return images of the same points by several hands, one beneath the other.

    Args:
        rows: Name of the hand -> (n, h, w), all of one shape: truth, model, oracle.
        dark_foreground: Whether 1 is dark.
    """
    stacks = [np.asarray(stack) for stack in rows.values()]
    count, _, width = stacks[0].shape
    columns = even_columns(count, 12)
    gap = max(1, width // 32)
    sheets = [paste(stack, columns, gap) for stack in stacks]
    down = stacks[0].shape[1] + 2 * gap
    bands = [
        np.concatenate([sheet[start : start + down] for sheet in sheets])
        for start in range(0, len(sheets[0]), down)
    ]
    space = np.full((down // 4, sheets[0].shape[1]), np.nan, dtype=np.float32)
    image = np.concatenate([part for band in bands for part in (band, space)][:-1])
    figure = new_figure(WIDTH, (WIDTH - 0.5) * image.shape[0] / image.shape[1] + 0.06)
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, image, dark_foreground=dark_foreground)
    height = len(rows) * down + len(space)
    middles = [
        band * height + (hand + 0.5) * down
        for band in range(len(bands))
        for hand in range(len(rows))
    ]
    axes.set_yticks(middles, list(rows) * len(bands))
    axes.tick_params(axis="y", length=0)
    return figure
