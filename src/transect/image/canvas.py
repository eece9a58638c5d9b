"""Where a world lies in an image.

A canvas maps world coordinates (x to the right, y upwards) to pixel coordinates (x to the right,
y downwards, pixel i covers [i, i + 1]) and draws a few images at a time, so that the vertices of
a large dataset never exist all at once.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.image.resize import resize
from transect.image.stroke import in_chunks, stroke
from transect.world import CurveWorld, PaintedWorld, World

_CHUNK_BYTES = 4_000_000


class Canvas(ABC):
    """The frame that the images of a world are drawn in.

    Attributes:
        height: Height of the images in pixels.
        width: Width of the images in pixels.
    """

    @property
    @abstractmethod
    def height(self) -> int:
        """Height of the images in pixels."""

    @property
    @abstractmethod
    def width(self) -> int:
        """Width of the images in pixels."""

    @abstractmethod
    def draw(
        self, world: World, points: ArrayLike, threads: int | None = None
    ) -> NDArray[np.uint8]:
        """Return the images of points (n, d), (n, height, width), foreground 255 on background 0.

        Args:
            world: What is drawn.
            points: Points of the world's space, raw units.
            threads: Number of threads, all cores if None. The result does not depend on it.
        """


@dataclass(frozen=True)
class SquareCanvas(Canvas):
    """Square images that show a world from -extent to extent.

    Attributes:
        size: Height and width in pixels.
        line_width: Width of the line in pixels; size / 64 if None. Painted worlds have no lines.

    Raises:
        ValueError: `size` is below 1, or `line_width` is not above 0.
    """

    size: int = 64
    line_width: float | None = None

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"size needs at least 1 pixel, got {self.size}")
        if self.line_width is not None and not self.line_width > 0:
            raise ValueError(f"line_width needs more than 0 pixels, got {self.line_width}")

    @property
    def height(self) -> int:
        """Height of the images in pixels."""
        return self.size

    @property
    def width(self) -> int:
        """Width of the images in pixels."""
        return self.size

    def draw(
        self, world: World, points: ArrayLike, threads: int | None = None
    ) -> NDArray[np.uint8]:
        """Return the images of points (n, d), (n, height, width), foreground 255 on background 0.

        Args:
            world: A world of curves, which are stroked, or one that paints.
            points: Points of the world's space, raw units; a `ValueError` if they are no such.
            threads: Number of threads, all cores if None. The result does not depend on it.

        Raises:
            TypeError: The world gives neither curves nor paintings.
        """
        array = world.space.check(points)
        images = np.empty((len(array), self.size, self.size), dtype=np.uint8)

        def trace(world: CurveWorld, rows: slice) -> None:
            scale = self.size / (2 * world.extent)
            vertices = world.curves(array[rows]) * (scale, -scale) + self.size / 2
            stroke(
                vertices,
                self.size,
                self.size,
                self.size / 64 if self.line_width is None else self.line_width,
                world.closed,
                threads=1,
                out=images[rows],
            )

        def paint(world: PaintedWorld, rows: slice) -> None:
            images[rows] = np.rint(world.paint(array[rows], self.size) * 255)

        if isinstance(world, CurveWorld):
            in_chunks(partial(trace, world), len(array), 256, threads)
        elif isinstance(world, PaintedWorld):
            in_chunks(
                partial(paint, world),
                len(array),
                max(1, _CHUNK_BYTES // (4 * self.size**2)),
                threads,
            )
        else:
            raise TypeError(f"world needs curves or paint, got {type(world).__name__}")
        return images


@dataclass(frozen=True)
class OriginalCanvas(Canvas):
    """Images with the geometry of the original experiment, 229 x 172 or stretched to a square.

    The original exported figures of 875 x 656 pixels, black on white, and shrank them in an image
    viewer without averaging. A world unit is 0.815 · 656 / 8 = 66.83 pixels, a line 4 points at
    150 dots per inch. Equal axes centre the *bounding box* of each curve horizontally, at 453
    pixels; the origin lies 316.5 pixels below the top. Along an axis that shrinks by r, pixel i
    is the linear interpolation of the figure between pixel centres at the position i r - 1/4,
    counted from the first centre.

    Attributes:
        size: Side of square images, or None for those of 229 x 172. The square is stretched from
            the smaller image, bilinearly along an axis that grows, as the original network saw
            it at 256, and by area along an axis that shrinks, so that lines do not break.

    Raises:
        ValueError: `size` is below 1.
    """

    size: int | None = None

    def __post_init__(self) -> None:
        if self.size is not None and self.size < 1:
            raise ValueError(f"size needs at least 1 pixel, or None, got {self.size}")

    @property
    def height(self) -> int:
        """Height of the images in pixels."""
        return self.size or _HEIGHT

    @property
    def width(self) -> int:
        """Width of the images in pixels."""
        return self.size or _WIDTH

    def draw(
        self, world: World, points: ArrayLike, threads: int | None = None
    ) -> NDArray[np.uint8]:
        """Return the images of points (n, d), (n, height, width), foreground 255 on background 0.

        Args:
            world: A world of curves.
            points: Points of the world's space, raw units.
            threads: Number of threads, all cores if None. The result does not depend on it.

        Raises:
            ValueError: The world has no curves.
        """
        if not isinstance(world, CurveWorld):
            raise ValueError(
                f"the original canvas draws curves only, and {type(world).__name__} has none; "
                "choose SquareCanvas"
            )
        array = world.space.check(points)
        images = np.empty((len(array), self.height, self.width), dtype=np.uint8)

        def trace(rows: slice) -> None:
            shrunk = _shrink(_figure(world.curves(array[rows]), world.closed))
            images[rows] = shrunk if self.size is None else _stretch(shrunk, self.size)

        in_chunks(
            trace,
            len(array),
            _CHUNK_BYTES // (_FIGURE_HEIGHT * _FIGURE_WIDTH),
            threads,
        )
        return images


_FIGURE_HEIGHT, _FIGURE_WIDTH = 656, 875
_HEIGHT, _WIDTH = 172, 229
_UNIT = 0.815 * _FIGURE_HEIGHT / 8
_LINE_WIDTH = 4 * 150 / 72
_CENTER, _ORIGIN = 453.0, 316.5


def _figure(curves: NDArray[np.float64], closed: bool) -> NDArray[np.uint8]:
    """Return curves (n, m, 2) as the figures that the original exported, foreground 255."""
    vertices = curves * (_UNIT, -_UNIT)
    middle = (vertices[..., 0].min(axis=1) + vertices[..., 0].max(axis=1)) / 2
    vertices[..., 0] += _CENTER - middle[:, None]
    vertices[..., 1] += _ORIGIN
    return stroke(vertices, _FIGURE_WIDTH, _FIGURE_HEIGHT, _LINE_WIDTH, closed, threads=1)


def _shrink(figures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return figures sampled at the pixels of the published images."""
    row, down = _positions(_FIGURE_HEIGHT, _HEIGHT)
    column, right = _positions(_FIGURE_WIDTH, _WIDTH)
    down = down[:, None]
    result = np.zeros((len(figures), _HEIGHT, _WIDTH), dtype=np.float32)
    for i, weight_down in enumerate((1 - down, down)):
        for j, weight_right in enumerate((1 - right, right)):
            corner = figures[:, row[:, None] + i, column + j]
            result += corner * (weight_down * weight_right)
    return np.rint(result).astype(np.uint8)


def _positions(source: int, target: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the pixel before each sampling position, and the weight of the pixel after it."""
    position = np.maximum(np.arange(target) * (source / target) - 0.25, 0)
    before = position.astype(np.intp)
    return before, (position - before).astype(np.float32)


def _stretch(images: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Return the published images stretched to squares."""
    tall = resize(
        images.astype(np.float32), size, _WIDTH, "bilinear" if size >= _HEIGHT else "area"
    )
    wide = resize(tall, size, size, "bilinear" if size >= _WIDTH else "area")
    return np.rint(wide).astype(np.uint8)
