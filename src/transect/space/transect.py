"""A straight line of equally spaced points across the factor space."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.boundary import line_crossings, points_between
from transect.space.factor import FactorSpace
from transect.space.frame import Frame
from transect.space.hole import Hole
from transect.space.values import check_numbers, check_whole


class Transect:
    """A straight line of equally spaced points, both ends included.

    The line may start, end and run outside of the box.

    Args:
        name: What the line is called in tables and figures; not empty.
        space: The space that it crosses.
        start: One number for each factor, raw units.
        end: One number for each factor, raw units; not the start.
        count: Number of points, at least 2.

    Attributes:
        start: (d,) float64.
        end: (d,) float64.

    Raises:
        ValueError: An argument breaks the above.

    Examples:
        >>> from transect.space import Disc, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 4)])
        >>> line = Transect("across", space, start=[0, 2], end=[4, 2], count=5)
        >>> line.points[:, 0].tolist()
        [0.0, 1.0, 2.0, 3.0, 4.0]
        >>> hole = Disc(space, radius=1)
        >>> line.in_hole(hole).tolist()
        [False, True, True, True, False]
        >>> [(round(entry, 9), round(exit, 9)) for entry, exit in line.crossings(hole)]
        [(0.25, 0.75)]
    """

    def __init__(
        self,
        name: str,
        space: FactorSpace,
        start: Sequence[float],
        end: Sequence[float],
        count: int = 15,
    ) -> None:
        if not name or not isinstance(name, str):
            raise ValueError(f"a transect needs a name that is not empty, got {name!r}")
        frame = Frame(space)
        self.name = name
        self.space = space
        self.start = frame.vector(f"start of transect {name!r}", start)
        self.end = frame.vector(f"end of transect {name!r}", end)
        if np.array_equal(self.start, self.end):
            raise ValueError(f"transect {name!r} needs an end that isn't its start, got {end}")
        self.count = check_whole(f"count of transect {name!r}", count, least=2)

    def __repr__(self) -> str:
        ends = f"start={self.start.tolist()}, end={self.end.tolist()}"
        return f"Transect({self.name!r}, {ends}, count={self.count})"

    @property
    def fractions(self) -> NDArray[np.float64]:
        """Where on the line the points lie, (count,), from 0 at the start to 1 at the end."""
        return np.linspace(0, 1, self.count)

    @property
    def points(self) -> NDArray[np.float64]:
        """The points, (count, d), raw units.

        A factor with a finite set of values takes the nearest of them, so that each point has an
        image.
        """
        return self.space.snap(self.at(self.fractions))

    def at(self, fractions: ArrayLike) -> NDArray[np.float64]:
        """Return the places (n, d) at fractions (n,) of the line, raw units."""
        return points_between(
            self.start, self.end, np.atleast_1d(check_numbers("fractions", fractions))
        )

    def in_hole(self, hole: Hole) -> NDArray[np.bool_]:
        """Return for each of the points whether it lies in the hole, (count,)."""
        return hole.contains(self.points)

    def crossings(self, hole: Hole) -> list[tuple[float, float]]:
        """Return each stretch of the line in the hole as (entry, exit), fractions of the line.

        They are ascending and right to 1e-9 of the line. A line that starts in the hole has 0 as
        its first entry, one that ends in it 1 as its last exit.
        """
        return line_crossings(self.space, hole, self.start, self.end)
