"""Primitive holes, each with its exact Euclidean distance to the boundary.

All numbers of a shape are in its unit: raw units, or units of the box, where each factor spans
[0, 1]. A shape may reach out of the box, or have its centre outside.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.factor import FactorSpace
from transect.space.frame import Frame
from transect.space.hole import Hole
from transect.space.values import check_number, check_numbers, check_positive

# Points whose temporary arrays fit into a processor's cache together.
_CHUNK = 2**14


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
        self.radius = check_positive("radius", radius)
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
        self.low, self.high = check_number("low", low), check_number("high", high)
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
        self.offset = check_number("offset", offset)
        if not np.any(self.normal):
            raise ValueError(f"normal needs a number other than 0, got {normal}")

    def __repr__(self) -> str:
        normal = self.normal.tolist()
        return f"HalfSpace(normal={normal}, offset={self.offset}, unit={self.unit!r})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return (normal · x − offset) / |normal| at points (n, d), (n,)."""
        length = np.linalg.norm(self.normal)
        return self.frame.coordinates(points) @ (self.normal / length) - self.offset / length


class Polygon(Hole):
    """All points within a simple polygon over two factors.

    The boundary distance is the exact Euclidean distance.

    Args:
        space: The space that the hole is cut into.
        vertices: At least three (x, y) in either orientation; the last is joined to the first,
            which isn't repeated. No two edges meet but neighbours in their common vertex.
        unit: `raw` or `box`.
        factors: Names of x and y; needed where the space has more than two factors.

    Raises:
        ValueError: An argument breaks the above.

    Examples:
        >>> from transect.space import Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 4)])
        >>> corner = Polygon(space, [[0, 0], [2, 0], [2, 1], [1, 1], [1, 3], [0, 3]])
        >>> corner.boundary_distance([[0.5, 2], [1.5, 2]])
        array([-0.5,  0.5])
    """

    def __init__(
        self,
        space: FactorSpace,
        vertices: Sequence[Sequence[float]],
        unit: str = "raw",
        factors: Sequence[str] | None = None,
    ) -> None:
        self.frame = Frame(space, unit, factors)
        self.space, self.unit = space, unit
        self.frame.check_planar("Polygon")
        self.vertices = check_numbers("vertices", vertices)
        if self.vertices.ndim != 2 or self.vertices.shape[1] != 2 or len(self.vertices) < 3:
            raise ValueError(f"vertices need at least three (x, y), got {vertices!r}")
        _check_simple(self.vertices)

    def __repr__(self) -> str:
        return f"Polygon(vertices={self.vertices.tolist()}, {self.frame})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the signed distance at points (n, d), (n,)."""
        place = self.frame.coordinates(points)
        distance = np.empty(len(place))
        for start in range(0, len(place), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            distance[chunk] = self._signed_distance(*place[chunk].T.copy())
        return distance

    def _signed_distance(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the distance to the nearest edge, its sign by the even-odd rule, (n,)."""
        squared = np.full(len(x), np.inf)
        inside = np.zeros(len(x), dtype=np.bool_)
        ends = np.roll(self.vertices, -1, axis=0)
        for (x0, y0), (x1, y1) in zip(self.vertices, ends, strict=True):
            run, rise = x1 - x0, y1 - y0
            right, up = x - x0, y - y0
            along = np.clip((right * run + up * rise) / (run**2 + rise**2), 0, 1)
            np.minimum(squared, (right - along * run) ** 2 + (up - along * rise) ** 2, out=squared)
            # A ray to the right of the point crosses an edge that spans its height and leaves the
            # point on the left. Heights compare as given, so that two edges agree on their vertex.
            spans = (y0 > y) != (y1 > y)
            inside ^= spans & ((rise > 0) == (right * rise < up * run))
        distance = np.sqrt(squared)
        return np.where(inside, -distance, distance)


def _check_simple(vertices: NDArray[np.float64]) -> None:
    """Check that the polygon has an inside.

    Raises:
        ValueError: An edge has no length, folds back on its neighbour, or meets another edge.
    """
    ends = np.roll(vertices, -1, axis=0)
    empty = np.flatnonzero((vertices == ends).all(axis=1))
    if empty.size:
        edge = int(empty[0])
        raise ValueError(
            f"vertices {edge} and {(edge + 1) % len(vertices)} of the polygon are the same, "
            f"{vertices[edge].tolist()}; the last vertex is joined to the first by itself"
        )
    last = len(vertices) - 1
    for edge in range(last):
        start, end = vertices[edge], ends[edge]
        meets = _segments_meet(start, end, vertices[edge + 1 :], ends[edge + 1 :])
        # Neighbours share a vertex; they are wrong only if one folds back.
        meets[0] = _folds(start, end, ends[edge + 1])
        if edge == 0:
            meets[-1] = _folds(end, start, vertices[last])
        if meets.any():
            other = edge + 1 + int(np.flatnonzero(meets)[0])
            raise ValueError(
                f"a polygon needs edges that don't meet, but edges {edge} and {other} do "
                f"(edge k runs from vertex k to the next)"
            )


def _cross(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the z component of the cross product of vectors (..., 2)."""
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]


def _segments_meet(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return for each of the closed segments (m, 2) whether it meets the one from start to end."""
    sides = np.sign(_cross(end - start, starts - start)) * np.sign(
        _cross(end - start, ends - start)
    )
    back = np.sign(_cross(ends - starts, start - starts)) * np.sign(
        _cross(ends - starts, end - starts)
    )
    # Segments on one line pass both tests wherever they lie; their bounding boxes tell.
    overlap = (np.minimum(starts, ends) <= np.maximum(start, end)) & (
        np.minimum(start, end) <= np.maximum(starts, ends)
    )
    return (sides <= 0) & (back <= 0) & overlap.all(axis=1)


def _folds(
    far: NDArray[np.float64], shared: NDArray[np.float64], other: NDArray[np.float64]
) -> bool:
    """Return whether the edges from `shared` to `far` and to `other` leave in one direction."""
    first, second = far - shared, other - shared
    return bool(_cross(first, second) == 0 and first @ second > 0)
