"""What every world answers."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space import FactorSpace


class World(ABC):
    """A factor space and the rule that turns a point of it into a picture.

    Derive from `CurveWorld` or `PaintedWorld`, not from this class.

    Attributes:
        space: The factors and their ranges.
    """

    space: FactorSpace

    def default_hole(self) -> dict[str, Any]:
        """Return the hole that is removed where the user names none.

        It is in the form of the configuration: `kind` and the options of that kind. Here it is a
        ball around the middle of the box with a fifth of the box as its radius.
        """
        return {"kind": "ball", "radius": 0.2, "unit": "box"}

    def default_transects(self) -> list[dict[str, Any]]:
        """Return the transects that are walked where the user names none.

        Each is in the form of the configuration: `name`, `start`, `end`, `count`. Here they are
        lines of 15 points through the middle of the box, one along each factor.
        """
        lines = []
        for column, name in enumerate(self.space.names):
            start, end = self.space.center, self.space.center
            start[column], end[column] = self.space.low[column], self.space.high[column]
            lines.append({"name": name, "start": start.tolist(), "end": end.tolist(), "count": 15})
        return lines


class CurveWorld(World):
    """A world whose pictures are curves; a canvas strokes them.

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
    """A world whose pictures are painted pixel by pixel."""

    @abstractmethod
    def paint(self, points: ArrayLike, size: int) -> NDArray[np.float32]:
        """Return the pictures of points (n, d): (n, size, size) in [0, 1], row 0 at the top."""
