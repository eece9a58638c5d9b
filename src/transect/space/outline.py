"""The boundary of a hole as lines to draw."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from transect.space.checks import number, whole
from transect.space.factor import FactorSpace
from transect.space.frame import Frame
from transect.space.hole import Hole


def outline(
    hole: Hole,
    space: FactorSpace,
    resolution: int = 200,
    factors: Sequence[str] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> list[NDArray[np.float64]]:
    """Return the boundary of a hole within the box, seen in the plane of two factors.

    It is the zero contour of the boundary distance on a grid (marching squares). A smooth boundary
    is placed to about the square of a grid step; corners are cut by up to a step. Parts finer than
    a step, and a boundary that lies on the edge of the box, may be missing.

    Args:
        hole: Any hole of the space.
        space: The space, of two or more factors.
        resolution: Grid steps along each of the two factors, at least 1.
        factors: Names of the factor to the right and the factor upwards; the first two where None.
        fixed: Values of the other factors, raw units, by name; the middle of the box where missing.

    Returns:
        Lines (m, 2), raw units of the two factors; the first point of a closed one is its last.

    Raises:
        ValueError: A name is unknown, or `fixed` has one of the factors drawn.

    Examples:
        >>> from transect.space import Disc, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 4)])
        >>> [line] = outline(Disc(space, radius=1), space)
        >>> radius = np.hypot(*(line - 2).T)
        >>> bool(np.all(abs(radius - 1) < 1e-3))
        True
    """
    from contourpy import contour_generator  # noqa: PLC0415 - only drawing needs it

    steps = whole("resolution", resolution, least=1)
    plane = Frame(space, factors=space.names[:2] if factors is None else factors)
    plane.check_planar("an outline")
    place = space.center
    for name, value in (fixed or {}).items():
        if name in plane.factors:
            raise ValueError(f"fixed needs factors other than those drawn, got {name!r}")
        place[space.index(name)] = number(name, value)
    right, up = (space.index(name) for name in plane.factors)
    x = np.linspace(space.low[right], space.high[right], steps + 1)
    y = np.linspace(space.low[up], space.high[up], steps + 1)
    points = np.tile(place, (len(y), len(x), 1))
    points[:, :, right], points[:, :, up] = x, y[:, None]
    distance = hole.boundary_distance(points.reshape(-1, space.dimension)).reshape(len(y), len(x))
    lines = contour_generator(x, y, distance).lines(0.0)
    return [np.array(line, dtype=np.float64) for line in lines]
