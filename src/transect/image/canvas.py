"""Where a curve lies in a picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.image.stroke import stroke
from transect.world import CurveWorld, PaintedWorld, World

_CHUNK = 256


@dataclass(frozen=True)
class SquareCanvas:
    """Square pictures that show a world from -extent to extent.

    Attributes:
        size: Height and width in pixels.
        line_width: Width of the line in pixels; size / 64 if None.
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
        """Height of the pictures in pixels."""
        return self.size

    @property
    def width(self) -> int:
        """Width of the pictures in pixels."""
        return self.size

    def draw(
        self, world: World, points: ArrayLike, threads: int | None = None
    ) -> NDArray[np.uint8]:
        """Return the pictures of points (n, d): (n, height, width), ink 255."""
        array = world.space.check(points)
        pictures = np.empty((len(array), self.size, self.size), dtype=np.uint8)
        line_width = self.size / 64 if self.line_width is None else self.line_width
        for start in range(0, len(array), _CHUNK):
            rows = slice(start, start + _CHUNK)
            if isinstance(world, CurveWorld):
                scale = self.size / (2 * world.extent)
                vertices = world.curves(array[rows]) * (scale, -scale) + self.size / 2
                stroke(
                    vertices,
                    self.size,
                    self.size,
                    line_width,
                    world.closed,
                    threads,
                    pictures[rows],
                )
            elif isinstance(world, PaintedWorld):
                pictures[rows] = np.rint(world.paint(array[rows], self.size) * 255)
        return pictures
