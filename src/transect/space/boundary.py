"""The boundary of a hole: where straight lines meet it, and as lines to draw.

The searches along lines rest on a law that every hole keeps: between two points the boundary
distance changes by no more than the distance between them. So a stretch whose ends are far from the
boundary needs no closer look.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.factor import FactorSpace
from transect.space.frame import Frame
from transect.space.hole import Hole
from transect.space.values import check_number, check_whole

_SAMPLES = 1024
_FINEST = 1e-9
_MOST_DOUBTS = 2**17
_TOLERANCE = 1e-13

Distance = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def line_crossings(
    space: FactorSpace, hole: Hole, start: NDArray[np.float64], end: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Return every stretch of a line that lies in a hole, as (entry, exit), ascending.

    Stretches and gaps longer than 1e-9 of the line are found, and their ends are placed to better
    than that, just inside of the boundary. A line that only touches the boundary may give a stretch
    without length or none; a line that runs along the boundary is sampled at 1024 places at least.

    Args:
        space: The space of the line.
        hole: Any hole of it.
        start: (d,), raw units.
        end: (d,), raw units.

    Returns:
        Fractions of the line in [0, 1]; 0 where the line starts in the hole, 1 where it ends in it.
    """

    def distance(fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        return hole.boundary_distance(points_between(start, end, fractions))

    ends = np.stack([start, end])
    run = np.diff(space.to_unit(ends) if hole.unit == "box" else ends, axis=0)
    fractions, inside = _resolve(distance, float(np.linalg.norm(run)))
    change = np.flatnonzero(inside[1:] != inside[:-1])
    ahead = inside[change + 1]
    inner = np.where(ahead, fractions[change + 1], fractions[change])
    outer = np.where(ahead, fractions[change], fractions[change + 1])
    places = _bisect(lambda at: distance(at) <= 0, inner, outer).tolist()
    if inside[0]:
        places.insert(0, 0.0)
    if inside[-1]:
        places.append(1.0)
    return list(zip(places[::2], places[1::2], strict=True))


def boundary_chord(
    space: FactorSpace, hole: Hole, points: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return for each point in the hole the shortest axis-parallel chord of the hole through it.

    A chord counts where the hole ends within the box on both sides. Lengths compare in units of the
    box; of equals the first factor wins. Where the hole has gaps along the chord, those narrower
    than 1/1024 of a factor's range may be missed.

    Args:
        space: The box.
        hole: Any hole of it.
        points: (n, d), raw units.

    Returns:
        The lower end (n, d), the upper end (n, d), both on the boundary, and how far from the lower
        to the upper end the point lies, (n,) in [0, 1]. All are nan for a point that isn't in the
        hole, isn't in the box, or has no such chord.

    Examples:
        >>> from transect.space import Disc, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2)])
        >>> entry, exit, fraction = boundary_chord(space, Disc(space, radius=0.5), [[1.75, 1.0]])
        >>> entry.round(9).tolist(), exit.round(9).tolist(), fraction.round(9).tolist()
        ([[1.5, 1.0]], [[2.5, 1.0]], [0.25])
    """
    places = space.check(points)
    entry, exit = np.full_like(places, np.nan), np.full_like(places, np.nan)
    fraction = np.full(len(places), np.nan)
    rows = np.flatnonzero(hole.contains(places) & space.contains(places))
    shortest = np.full(len(rows), np.inf)
    for axis in range(space.dimension):
        below = _way_out(space, hole, places[rows], axis, -1)
        above = _way_out(space, hole, places[rows], axis, 1)
        shorter = np.flatnonzero(below + above < shortest)
        shortest[shorter] = (below + above)[shorter]
        chosen = rows[shorter]
        entry[chosen] = exit[chosen] = places[chosen]
        entry[chosen, axis] -= below[shorter] * space.span[axis]
        exit[chosen, axis] += above[shorter] * space.span[axis]
        length = np.maximum(shortest[shorter], np.finfo(np.float64).tiny)
        fraction[chosen] = below[shorter] / length
    return entry, exit, fraction


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

    steps = check_whole("resolution", resolution, least=1)
    plane = Frame(space, factors=space.names[:2] if factors is None else factors)
    plane.check_planar("an outline")
    place = space.center
    for name, value in (fixed or {}).items():
        if name in plane.factors:
            raise ValueError(f"fixed needs factors other than those drawn, got {name!r}")
        place[space.index(name)] = check_number(name, value)
    right, up = (space.index(name) for name in plane.factors)
    x = np.linspace(space.low[right], space.high[right], steps + 1)
    y = np.linspace(space.low[up], space.high[up], steps + 1)
    points = np.tile(place, (len(y), len(x), 1))
    points[:, :, right], points[:, :, up] = x, y[:, None]
    distance = hole.boundary_distance(points.reshape(-1, space.dimension)).reshape(len(y), len(x))
    lines = contour_generator(x, y, distance).lines(0.0)
    return [np.array(line, dtype=np.float64) for line in lines]


def points_between(
    start: NDArray[np.float64], end: NDArray[np.float64], fractions: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the points (n, d) at fractions (n,) of the line from `start` to `end`, both (d,)."""
    along = fractions[:, None]
    # So a coordinate that start and end share stays what it is, and the end is met exactly.
    return np.where(along == 1, end, start + along * (end - start))


def _resolve(distance: Distance, length: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return ascending fractions of a line and whether each is in the hole.

    They are so dense that no stretch longer than `_FINEST` hides between two neighbours.
    """
    fractions = np.linspace(0, 1, _SAMPLES + 1)
    depth = distance(fractions)
    while True:
        gap = np.diff(fractions)
        same = (depth[1:] <= 0) == (depth[:-1] <= 0)
        could_turn = np.abs(depth[1:]) + np.abs(depth[:-1]) < gap * length
        doubts = np.flatnonzero(same & could_turn & (gap > _FINEST))
        # Only a line along the boundary leaves doubts everywhere, and halving never ends them.
        if doubts.size == 0 or doubts.size > _MOST_DOUBTS:
            return fractions, depth <= 0
        middles = (fractions[doubts] + fractions[doubts + 1]) / 2
        depth = np.insert(depth, doubts + 1, distance(middles))
        fractions = np.insert(fractions, doubts + 1, middles)


def _bisect(
    contains: Callable[[NDArray[np.float64]], NDArray[np.bool_]],
    inner: NDArray[np.float64],
    outer: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the place of each boundary between a place inside and one outside."""
    while inner.size and np.abs(outer - inner).max() > _TOLERANCE:
        middle = (inner + outer) / 2
        within = contains(middle)
        inner, outer = np.where(within, middle, inner), np.where(within, outer, middle)
    return inner


def _way_out(
    space: FactorSpace, hole: Hole, points: NDArray[np.float64], axis: int, sign: int
) -> NDArray[np.float64]:
    """Return how far along one axis the hole ends, (n,), as a fraction of the factor's range.

    All points are in the hole. It is nan where the hole goes on up to the end of the box.
    """

    def distance(rows: NDArray[np.int64], way: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = points[rows]
        moved[:, axis] += sign * way * space.span[axis]
        return hole.boundary_distance(moved)

    end = space.high[axis] if sign > 0 else space.low[axis]
    reach = np.abs(end - points[:, axis]) / space.span[axis]
    pace = 1.0 if hole.unit == "box" else space.span[axis]
    inner, outer = np.zeros(len(points)), np.full(len(points), np.nan)
    rows = np.arange(len(points))
    depth = -hole.boundary_distance(points)
    while rows.size:
        way = np.minimum(inner[rows] + np.maximum(depth / pace, 1 / _SAMPLES), reach[rows])
        beyond = distance(rows, way)
        out = beyond > 0
        outer[rows[out]] = way[out]
        inner[rows[~out]] = way[~out]
        go_on = ~out & (way < reach[rows])
        rows, depth = rows[go_on], -beyond[go_on]
    found = np.flatnonzero(np.isfinite(outer))
    way = np.full(len(points), np.nan)
    way[found] = _bisect(lambda at: distance(found, at) <= 0, inner[found], outer[found])
    return way
