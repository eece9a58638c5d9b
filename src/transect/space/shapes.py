"""Primitive holes, each with its exact Euclidean distance to the boundary.

All numbers of a shape are in its unit: raw units, or units of the box, where each factor spans
[0, 1]. A shape may reach out of the box, or have its centre outside.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.checks import number
from transect.space.factor import FactorSpace
from transect.space.frame import Frame
from transect.space.hole import Hole


class Ball(Hole):
    """All points within a radius of a centre.

    Args:
        space: The space that the hole is cut into.
        radius: Greater than 0.
        center: One number for each of `factors`; the middle of the box where None.
        unit: `raw` or `box`.
        factors: The factors that distance is measured over; all where None. Over some of them the
            ball is a cylinder along the others.

    Raises:
        ValueError: An argument breaks the above.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
        >>> ball = Ball(space, radius=0.3)
        >>> ball
        Ball(radius=0.3, center=[1.25, 1.0], unit='raw', factors=['a', 'b'])
        >>> ball.boundary_distance([[1.25, 1.0], [1.25, 1.75]])
        array([-0.3 ,  0.45])
    """

    def __init__(
        self,
        space: FactorSpace,
        radius: float,
        center: Sequence[float] | None = None,
        unit: str = "raw",
        factors: Sequence[str] | None = None,
    ) -> None:
        self.frame = Frame(space, unit, factors)
        self.space, self.unit = space, unit
        self.radius = number("radius", radius)
        if self.radius <= 0:
            raise ValueError(f"radius needs to be greater than 0, got {radius}")
        self.center = self.frame.center if center is None else self.frame.vector("center", center)

    def __repr__(self) -> str:
        values = f"radius={self.radius}, center={self.center.tolist()}"
        return f"{type(self).__name__}({values}, {self.frame})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return |x − c| − r at points (n, d), (n,)."""
        offset = self.frame.coordinates(points) - self.center
        return np.sqrt(np.einsum("nk,nk->n", offset, offset)) - self.radius


class Disc(Ball):
    """All points within a radius of a centre, measured over exactly two factors.

    Args:
        space: The space that the hole is cut into.
        radius: Greater than 0.
        center: Two numbers; the middle of the box where None.
        unit: `raw` or `box`.
        factors: Two names; needed where the space has more than two factors.

    Raises:
        ValueError: An argument breaks the above.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
        >>> Disc(space, radius=0.5).contains([[1.25, 1.5], [1.25, 1.75]])
        array([ True, False])
    """

    def __init__(
        self,
        space: FactorSpace,
        radius: float,
        center: Sequence[float] | None = None,
        unit: str = "raw",
        factors: Sequence[str] | None = None,
    ) -> None:
        super().__init__(space, radius, center, unit, factors)
        self.frame.check_planar("Disc")


class Box(Hole):
    """All points between a lower and an upper corner.

    Args:
        space: The space that the hole is cut into.
        low: Lower corner, one number for each of `factors`.
        high: Upper corner, one number for each of `factors`, each greater than that of `low`.
        unit: `raw` or `box`.
        factors: The factors that are bounded; all where None.

    Raises:
        ValueError: An argument breaks the above.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
        >>> Box(space, low=[1, 1], high=[2, 2]).boundary_distance([[1.25, 1.5], [0.7, 0.6]])
        array([-0.25,  0.5 ])
    """

    def __init__(
        self,
        space: FactorSpace,
        low: Sequence[float],
        high: Sequence[float],
        unit: str = "raw",
        factors: Sequence[str] | None = None,
    ) -> None:
        self.frame = Frame(space, unit, factors)
        self.space, self.unit = space, unit
        self.low = self.frame.vector("low", low)
        self.high = self.frame.vector("high", high)
        if not np.all(self.low < self.high):
            raise ValueError(f"low needs to be less than high everywhere, got {low} and {high}")

    def __repr__(self) -> str:
        return f"Box(low={self.low.tolist()}, high={self.high.tolist()}, {self.frame})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the signed distance at points (n, d), (n,)."""
        place = self.frame.coordinates(points)
        beyond = np.maximum(self.low - place, place - self.high)
        outside = np.maximum(beyond, 0)
        return np.sqrt(np.einsum("nk,nk->n", outside, outside)) + np.minimum(beyond.max(axis=1), 0)


class Band(Hole):
    """All points with one factor between two values.

    Args:
        space: The space that the hole is cut into.
        factor: Name of the factor.
        low: Lower end.
        high: Upper end, greater than `low`.
        unit: `raw` or `box`.

    Raises:
        ValueError: An argument breaks the above.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
        >>> Band(space, "a", low=1, high=1.5).boundary_distance([[1.25, 0], [2, 0]])
        array([-0.25,  0.5 ])
    """

    def __init__(
        self, space: FactorSpace, factor: str, low: float, high: float, unit: str = "raw"
    ) -> None:
        self.frame = Frame(space, unit, [factor])
        self.space, self.unit = space, unit
        self.low, self.high = number("low", low), number("high", high)
        if self.low >= self.high:
            raise ValueError(f"low needs to be less than high, got low={low}, high={high}")

    def __repr__(self) -> str:
        factor, unit = self.frame.factors[0], self.unit
        return f"Band(factor={factor!r}, low={self.low}, high={self.high}, unit={unit!r})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the signed distance at points (n, d), (n,)."""
        place = self.frame.coordinates(points)[:, 0]
        return np.maximum(self.low - place, place - self.high)


class HalfSpace(Hole):
    """All points on one side of a plane: those with normal · x <= offset.

    Args:
        space: The space that the hole is cut into.
        normal: One number for each factor, not all 0; it points out of the hole. Its length scales
            the offset and not the distance.
        offset: Value of normal · x on the plane.
        unit: `raw` or `box`.

    Raises:
        ValueError: An argument breaks the above.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
        >>> HalfSpace(space, normal=[3, 4], offset=5).boundary_distance([[1, 0], [1, 1.75]])
        array([-0.4,  1. ])
    """

    def __init__(
        self, space: FactorSpace, normal: Sequence[float], offset: float, unit: str = "raw"
    ) -> None:
        self.frame = Frame(space, unit)
        self.space, self.unit = space, unit
        self.normal = self.frame.vector("normal", normal)
        self.offset = number("offset", offset)
        if not np.any(self.normal):
            raise ValueError(f"normal needs a number other than 0, got {normal}")

    def __repr__(self) -> str:
        normal = self.normal.tolist()
        return f"HalfSpace(normal={normal}, offset={self.offset}, unit={self.unit!r})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return (normal · x − offset) / |normal| at points (n, d), (n,)."""
        length = np.linalg.norm(self.normal)
        return self.frame.coordinates(points) @ (self.normal / length) - self.offset / length
