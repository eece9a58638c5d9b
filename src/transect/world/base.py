"""The contract of every world, and what worlds share."""

from abc import ABC, abstractmethod
from math import gamma, pi
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space import FactorSpace
from transect.space.values import check_whole

MARGIN = 1.1
"""A canvas shows a tenth more than the reach of a curve, so that its stroke is not cut off."""

MOST_VERTICES = 1_000_000
"""Most vertices of a curve."""


class World(ABC):
    """A factor space and the rule that turns a point of it into an image.

    Derive from `CurveWorld` or `PaintedWorld`, not from this class.

    Attributes:
        space: The factors and their ranges.
    """

    space: FactorSpace

    def default_hole(self) -> dict[str, Any]:
        """Return the hole that is removed if the user names none.

        It is in the form of the configuration: `kind` and the options of that kind. Here it is a
        ball in the middle of the box, in units of the box, with 10 % of its volume. From five
        factors on it is smaller: its radius is at most 0.45, so that points remain all around it.
        """
        return {"kind": "ball", "radius": ball_radius(self.space.dimension), "unit": "box"}

    def default_transects(self) -> list[dict[str, Any]]:
        """Return the transects of a run if the user names none.

        Each is in the form of the configuration: `name`, `start`, `end`, `count`. Here they are
        lines through the middle of the box, one along each factor and, for two factors, the
        antidiagonal, along which the first grows and the second falls. They have 15 points, and
        along a factor that is a finite grid one for each of its values.
        """
        middle = self.space.snap(self.space.center[None])[0]
        lines = []
        for column, factor in enumerate(self.space.factors):
            values = factor.values or (factor.low, factor.high)
            start, end = middle.copy(), middle.copy()
            start[column], end[column] = values[0], values[-1]
            count = len(factor.values) if factor.values else 15
            lines.append(_line(factor.name, start, end, count))
        if self.space.dimension == 2:
            (a, b), (c, d) = self.space.low, self.space.high
            name = "antidiagonal"
            while name in self.space.names:
                name += "′"
            lines.append(_line(name, np.array([a, d]), np.array([c, b]), 15))
        return lines


class CurveWorld(World):
    """A world whose images are curves; a canvas strokes them.

    Attributes:
        extent: A square canvas shows the world coordinates from -extent to extent.
        closed: Whether the last vertex of a curve is joined to its first.
    """

    extent: float = 1.0
    closed: bool = True

    @abstractmethod
    def curves(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the curves of points (n, d): vertices (n, m, 2), x to the right, y upwards."""


class PaintedWorld(World):
    """A world whose images are painted pixel by pixel.

    An image shows the world coordinates from -1 to 1, x to the right and y upwards.
    """

    @abstractmethod
    def paint(self, points: ArrayLike, size: int) -> NDArray[np.float32]:
        """Return the images of points (n, d): (n, size, size) in [0, 1], row 0 at the top."""


def ball_radius(dimension: int) -> float:
    """Return the radius of the ball that takes a tenth of a unit box, at most 0.45.

    The volume of a ball is V = π^(d/2) r^d / Γ(d/2 + 1). Rounded to three decimals, since
    people read it.
    """
    unit_ball = pi ** (dimension / 2) / gamma(dimension / 2 + 1)
    return round(min((0.1 / unit_ball) ** (1 / dimension), 0.45), 3)


def join(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the vertices (n, m, 2) of coordinates x and y that broadcast to (n, m)."""
    vertices = np.empty((*np.broadcast_shapes(x.shape, y.shape), 2), dtype=np.float64)
    vertices[..., 0] = x
    vertices[..., 1] = y
    return vertices


def pixel_centers(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x of the columns and y of the rows, (size,) each, of an image of [-1, 1]².

    Row 0 is at the top, so y falls. A size that is no whole number from 1 up is a `ValueError`.
    """
    x = (2 * np.arange(check_whole("size", size, least=1)) + 1) / size - 1
    return x, -x


def check_vertices(vertices: int) -> int:
    """Return the number of vertices of a curve; one that none can have is a `ValueError`."""
    return check_whole("vertices", vertices, least=3, most=MOST_VERTICES)


def _line(
    name: str, start: NDArray[np.float64], end: NDArray[np.float64], count: int
) -> dict[str, Any]:
    return {"name": name, "start": start.tolist(), "end": end.tolist(), "count": count}
