"""The contract of every hole, and the set algebra of holes.

With signed distances f and g (negative inside), the algebra is

    union min(f, g)    intersection max(f, g)    complement -f    difference max(f, -g)

The signs of these are exact. Their size is a bound: it never exceeds the true distance to the
boundary, so a ball of that radius around a point never meets the boundary.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.factor import FactorSpace

UNITS = ("raw", "box")


class Hole(ABC):
    """A closed region of a factor space that is removed before training.

    A hole is described by its signed distance to the boundary: negative inside, positive outside,
    zero on the boundary, which belongs to the hole. (The original kept a point when its distance to
    the centre was *greater* than the radius.) Between two points the distance changes by no more
    than they lie apart. The space is flat: a hole doesn't reach around a periodic factor.

    Holes combine: `a | b` is their union, `a & b` their intersection, `a - b` what `b` leaves of
    `a`, and `~a` everything else.

    Attributes:
        space: The space that the hole is cut into.
        unit: What distances are measured in: `raw` units, or units of the `box`, where each factor
            spans [0, 1].
    """

    space: FactorSpace
    unit: str = "raw"

    @abstractmethod
    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the signed distance of points (n, d), raw units, to the boundary, (n,).

        The distance is in the unit of the hole: raw units, or units of the box.
        """

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Return for each of the points (n, d), raw units, whether it lies in the hole, (n,)."""
        return self.boundary_distance(points) <= 0

    def __or__(self, other: "Hole") -> "Union":
        return Union([self, other])

    def __and__(self, other: "Hole") -> "Intersection":
        return Intersection([self, other])

    def __sub__(self, other: "Hole") -> "Difference":
        return Difference(self, other)

    def __invert__(self) -> "Complement":
        return Complement(self)


class _Parts(Hole):
    """Holes of one space and one unit, combined."""

    def __init__(self, parts: Sequence[Hole]) -> None:
        self.parts = tuple(parts)
        self.space, self.unit = _common_frame(self.parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.parts)!r})"


class Union(_Parts):
    """Everything that lies in at least one of several holes.

    The boundary distance is exact outside. Inside, its size is a lower bound of the distance to the
    boundary: where parts overlap, the nearest boundary of a part may be buried in another part.

    Args:
        parts: At least one hole; all of one space and one unit.

    Raises:
        ValueError: There is no part, or spaces or units differ.

    Examples:
        >>> from transect.space import Band, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 8)])
        >>> hole = Union([Band(space, "a", 1, 3), Band(space, "a", 2, 6)])
        >>> hole.boundary_distance([[0], [2], [5], [8]])
        array([ 1., -1., -1.,  2.])
    """

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the least of the parts' signed distances at points (n, d), (n,)."""
        return np.minimum.reduce([part.boundary_distance(points) for part in self.parts])


class Intersection(_Parts):
    """Everything that lies in all of several holes.

    The boundary distance is exact inside. Outside it is a lower bound of the distance to the
    boundary.

    Args:
        parts: At least one hole; all of one space and one unit.

    Raises:
        ValueError: There is no part, or spaces or units differ.

    Examples:
        >>> from transect.space import Band, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 8)])
        >>> hole = Intersection([Band(space, "a", 1, 4), Band(space, "a", 2, 6)])
        >>> hole.boundary_distance([[0], [3], [5]])
        array([ 2., -1.,  1.])
    """

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the greatest of the parts' signed distances at points (n, d), (n,)."""
        return np.maximum.reduce([part.boundary_distance(points) for part in self.parts])


class Difference(Hole):
    """What one hole leaves of another, both boundaries included.

    The boundary distance is exact inside. Outside it is a lower bound of the distance to the
    boundary.

    Args:
        hole: The hole that is cut down.
        without: The region that is given back to training, of the same space and unit.

    Raises:
        ValueError: Spaces or units differ.

    Examples:
        >>> from transect.space import Band, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 8)])
        >>> hole = Difference(Band(space, "a", 1, 7), without=Band(space, "a", 3, 5))
        >>> hole.contains([[0], [2], [4], [6]])
        array([False,  True, False,  True])
    """

    def __init__(self, hole: Hole, without: Hole) -> None:
        self.hole = hole
        self.without = without
        self.space, self.unit = _common_frame((hole, without))

    def __repr__(self) -> str:
        return f"Difference({self.hole!r}, without={self.without!r})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the greater of hole's and negated `without`'s signed distance, (n,)."""
        return np.maximum(
            self.hole.boundary_distance(points), -self.without.boundary_distance(points)
        )


class Complement(Hole):
    """Everything that lies outside of a hole, and its boundary.

    The boundary distance is as exact as that of the hole.

    Args:
        hole: The region that is left for training.

    Examples:
        >>> from transect.space import Band, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 8)])
        >>> Complement(Band(space, "a", 1, 3)).boundary_distance([[0], [2]])
        array([-1.,  1.])
    """

    def __init__(self, hole: Hole) -> None:
        self.hole = hole
        self.space, self.unit = _common_frame((hole,))

    def __repr__(self) -> str:
        return f"Complement({self.hole!r})"

    def boundary_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the negated signed distance of the hole at points (n, d), (n,)."""
        return -self.hole.boundary_distance(points)


def _common_frame(parts: Sequence[Hole]) -> tuple[FactorSpace, str]:
    """Return the space and the unit that all parts share.

    Raises:
        ValueError: There is no part, one is not a hole, or spaces or units differ.
    """
    for part in parts:
        if not isinstance(part, Hole):
            raise ValueError(f"the parts of a hole need to be holes, got {part!r}")
    if not parts:
        raise ValueError("parts need at least one hole, got none")
    first = parts[0]
    for part in parts[1:]:
        if part.space != first.space:
            raise ValueError(
                f"parts need the same space, got one over {', '.join(first.space.names)} "
                f"and one over {', '.join(part.space.names)} (names and ranges count)"
            )
        if part.unit != first.unit:
            raise ValueError(
                f"parts need the same unit, or their distances can't be compared; "
                f"got {first.unit!r} and {part.unit!r}"
            )
    return first.space, first.unit
