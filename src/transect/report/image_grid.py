"""Images side by side: in rows, and beneath each other by source."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.report.style import WIDTH, clear_frame, new_figure, styled

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


def choose_evenly(count: int, most: int) -> NDArray[np.int64]:
    """Return the places of at most so many of `count` images, evenly spaced, ends included."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))


def even_columns(count: int, most: int) -> int:
    """Return how many of `count` images to put in a row, so that the last row is full.

    It is the largest divisor of the count from half of `most` to `most`; else `most`.
    """
    fitting = [k for k in range(most, most // 2 - 1, -1) if count % k == 0]
    return fitting[0] if fitting else min(count, most)


@styled
def image_grid(images: Pixels, dark_foreground: bool = True) -> Figure:
    """Return images (n, h, w) row by row."""
    columns = even_columns(len(images), 16)
    gap = max(1, images.shape[2] // 32)
    image = paste(images, columns, gap)
    figure = new_figure(WIDTH, WIDTH * image.shape[0] / image.shape[1])
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, image, dark_foreground=dark_foreground)
    return figure


@styled
def comparison_grid(rows: Mapping[str, Pixels], dark_foreground: bool = True) -> Figure:
    """Return images of the same points by several sources, one beneath the other.

    Args:
        rows: Source -> (n, h, w), all of one shape: truth, model, oracle.
        dark_foreground: Whether 1 is dark.
    """
    stacks = [np.asarray(stack) for stack in rows.values()]
    count, _, width = stacks[0].shape
    columns = even_columns(count, 12)
    gap = max(1, width // 32)
    grids = [paste(stack, columns, gap) for stack in stacks]
    down = stacks[0].shape[1] + 2 * gap
    bands = [
        np.concatenate([grid[start : start + down] for grid in grids])
        for start in range(0, len(grids[0]), down)
    ]
    space = np.full((down // 4, grids[0].shape[1]), np.nan, dtype=np.float32)
    image = np.concatenate([part for band in bands for part in (band, space)][:-1])
    figure = new_figure(WIDTH, (WIDTH - 0.5) * image.shape[0] / image.shape[1] + 0.06)
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, image, dark_foreground=dark_foreground)
    height = len(rows) * down + len(space)
    middles = [
        band * height + (row + 0.5) * down for band in range(len(bands)) for row in range(len(rows))
    ]
    axes.set_yticks(middles, list(rows) * len(bands))
    axes.tick_params(axis="y", length=0)
    return figure
