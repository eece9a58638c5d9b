"""Does the hole survive in the embedding? Pieces and loops of the manifold that the codes lie on.

Persistent homology of the Vietoris–Rips complex of landmarks, at most 1000, spread by
`transect.measure.embedding.landmarks`. A loop is born at the scale whose steps close it and dies at
the scale whose triangles fill it.

Which loops count? Let r be the covering radius of the manifold. Balls of radius r about the
landmarks cover it, so their nerve has its homology, and in a plane a set of diameter D fits into a
ball of radius D/√3 (Jung 1901). With Č the nerve and R the Rips complex, by diameter,

    Č(r) ⊂ R(2r) ⊂ Č(2r/√3) ⊂ R(4r/√3) ⊂ Č(4r/3)

so loops that live throughout [2r, 4r/√3] are loops of the manifold, and every loop of the manifold
whose hole is wider than a ball of radius 4r/3 lives throughout (F. Chazal and S. Oudot, "Towards
persistence-based reconstruction in Euclidean spaces", SoCG 2008, for all dimensions and with wider
constants; V. de Silva and R. Ghrist, "Coverage in sensor networks via persistent homology",
Algebraic & Geometric Topology 7 (2007), theorem 2.5, for the step between complexes). r is the
covering radius of the points by the landmarks and, added to it, that of the manifold by the points:
among n points with k of them in a disc of radius 1, the widest empty disc holds log n expected
points, so its radius is √(log n / k).

Does the hole show (`loops_verdict`)? A loop follows the boundary if its points are at most half as
far from the boundary as all points are, in the median.

| loops of the model, β₁ | verdict |
|---|---|
| 1 or more, the longest follows the boundary, the oracle's does not | hole |
| 1 or more, the longest follows the boundary, as the oracle's does | as in oracle |
| 1 or more, the longest does not follow the boundary | elsewhere |
| 1 or more, where the longest runs is not known | unknown |
| 0, the hole leaves a ring | no loop |
| 0, it leaves none | none expected |

A hole leaves a ring if there are two factors and it keeps clear of the edge of the factor space
(`leaves_ring`). Along a single factor a hole is a gap, so no loop is its.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from transect.measure.embedding.cloud import distinct_codes, random_halves
from transect.measure.embedding.landmarks import Landmarks, manifold_graph, spread_landmarks
from transect.measure.statistics import Interval, check_values, interval
from transect.space import FactorSpace
from transect.space.denormals import denormals
from transect.space.hole import Hole
from transect.space.seeds import random_generator

NEIGHBORS = 12
"""k: neighbours that make up the manifold, and the unit of its spacing."""

MOST_LANDMARKS = 1000
"""More take longer than they tell: the time grows with their third power."""

NEAR = 0.5
"""Share of the usual distance from the boundary up to which a loop follows the boundary."""

LoopsVerdict = Literal["hole", "as in oracle", "elsewhere", "unknown", "no loop", "none expected"]


@dataclass(frozen=True)
class Topology:
    """Pieces and loops of a cloud of codes. Scales are in units of the local spacing.

    Attributes:
        components: β₀, number of pieces.
        loops: β₁, number of loops that live throughout the window.
        longest: Death ÷ birth of the longest loop, 1 where there is none; its interval is over
            random halves of the codes.
        next: The same of the second longest. A manifold with one hole has it far below `longest`.
        agreement: Share of the halves that find the same number of loops.
        bars: (k, 2), birth and death of every loop, in falling order of death ÷ birth.
        window: Scales that a loop must live throughout to count.
        loop_rows: For each loop that counts, the longest first, rows of the codes along its
            shortest representative, in order, each (m,).
    """

    components: int
    loops: int
    longest: Interval
    next: Interval
    agreement: float
    bars: NDArray[np.float64]
    window: tuple[float, float]
    loop_rows: tuple[NDArray[np.int64], ...]


class BoundaryMatch(NamedTuple):
    """How near the points of a loop are to the boundary of the hole, in radii of the hole.

    Attributes:
        loop: Median distance of the loop's points from the boundary.
        random: Median distance of all points from the boundary.
    """

    loop: float
    random: float


class _Shape(NamedTuple):
    components: int
    counted: NDArray[np.bool_]
    bars: NDArray[np.float64]
    window: tuple[float, float]
    cocycles: list[NDArray[np.int64]]


def topology(codes: ArrayLike, landmarks: int = 400, halves: int = 10, seed: int = 0) -> Topology:
    """Return how many pieces and loops the manifold has that the codes lie on.

    Loops are ranked by death ÷ birth, which does not depend on the scale (O. Bobrowski, M. Kahle
    and P. Skraba, "Maximally persistent cycles in random geometric complexes", Annals of Applied
    Probability 27 (2017)), and counted by the rule at the top of this module. Codes that are equal
    up to rounding count once. Half of the codes leave wider gaps, so of the halves only the spread
    makes the intervals: it is laid about the value of all codes.

    Args:
        codes: (n, latent), at least 26 of them different.
        landmarks: Number of landmarks, from 4 to 1000; all codes where there are fewer.
        halves: Number of random halves behind the intervals, at least 2.
        seed: Seed of the halves and of each first landmark.

    Raises:
        ValueError: Codes are not a table of finite numbers, too few differ, or an option is out of
            range.

    Example:
        A circle is one piece with one loop:

        >>> angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
        >>> found = topology(np.column_stack([np.cos(angle), np.sin(angle)]), halves=2)
        >>> found.components, found.loops, found.agreement
        (1, 1, 1.0)
    """
    from scipy.stats import gmean  # noqa: PLC0415 - slow to import, and the rules do without

    if not 4 <= landmarks <= MOST_LANDMARKS:
        raise ValueError(f"landmarks needs 4 to {MOST_LANDMARKS}, got {landmarks}")
    if halves < 2:
        raise ValueError(f"halves needs at least 2, got {halves}")
    points, rows, _ = distinct_codes(codes, least=2 * (NEIGHBORS + 1))
    starts = random_generator(seed, 1)
    chosen = _landmarks(points, landmarks, starts)
    shape = _shape(chosen, len(points))
    parts = [
        _shape(_landmarks(points[half], landmarks, starts), len(half))
        for half in random_halves(len(points), halves, seed)
    ]
    longest, following = (
        interval(one, one * of_halves / gmean(of_halves), halves)
        for one, of_halves in zip(
            _two_longest(shape.bars),
            np.array([_two_longest(part.bars) for part in parts]).T,
            strict=True,
        )
    )
    count = int(shape.counted.sum())
    return Topology(
        components=shape.components,
        loops=count,
        longest=longest,
        next=following,
        agreement=float(np.mean([part.counted.sum() == count for part in parts])),
        bars=shape.bars,
        window=shape.window,
        loop_rows=tuple(
            rows[chosen.rows[_shortest_loop(chosen.distances, shape.window[0], cocycle)]]
            for cocycle, counts in zip(shape.cocycles, shape.counted, strict=True)
            if counts
        ),
    )


def boundary_match(
    loop_rows: ArrayLike, boundary_distance: ArrayLike, radius: float
) -> BoundaryMatch:
    """Return how near a loop runs to the boundary, against how near all points are.

    Args:
        loop_rows: (m,), rows along the loop: one of `Topology.loop_rows`.
        boundary_distance: (n,), signed distance of every point from the boundary, in factor space.
        radius: Radius of the hole in the same unit, the largest depth below its boundary, above 0.

    Raises:
        ValueError: There is no row, a row is not among the n, a distance is not finite, or the
            radius is not above 0.

    Example:
        >>> boundary_match([0, 2], boundary_distance=[0.1, 0.9, -0.1], radius=0.5)
        BoundaryMatch(loop=0.2, random=0.2)
    """
    distance = np.abs(check_values(boundary_distance, "boundary_distance"))
    if not np.isfinite(distance).all():
        raise ValueError(
            "boundary_distance needs finite values; without a hole there is no boundary"
        )
    if not 0 < radius < np.inf:
        raise ValueError(f"radius needs a finite value above 0, got {radius}")
    rows = np.asarray(loop_rows)
    if rows.ndim != 1 or not rows.size or not np.issubdtype(rows.dtype, np.integer):
        raise ValueError(f"loop_rows needs at least one row, (m,) integers, got {loop_rows!r}")
    if rows.min() < 0 or rows.max() >= len(distance):
        raise ValueError(
            f"loop_rows needs rows from 0 to {len(distance) - 1}, got {rows.min()} to {rows.max()}"
        )
    return BoundaryMatch(
        float(np.median(distance[rows]) / radius), float(np.median(distance) / radius)
    )


def follows_boundary(match: BoundaryMatch) -> bool:
    """Return whether a loop is the boundary's: half as far from it as all points, or nearer.

    Example:
        >>> follows_boundary(BoundaryMatch(loop=0.1, random=0.8))
        True
    """
    return match.loop <= NEAR * match.random


def loops_verdict(
    loops: int,
    match: BoundaryMatch | None,
    *,
    ring: bool,
    oracle_match: BoundaryMatch | None = None,
) -> LoopsVerdict:
    """Return whether the hole shows as a loop of the embedding, by the table of this module.

    Args:
        loops: β₁ of the model.
        match: Where its longest loop runs; None if that is not known.
        ring: Whether the hole leaves a ring; see `leaves_ring`.
        oracle_match: Where the oracle's longest loop runs; None if it has none.

    Example:
        >>> loops_verdict(1, BoundaryMatch(loop=0.1, random=0.8), ring=True)
        'hole'
    """
    if not loops:
        return "no loop" if ring else "none expected"
    if match is None:
        return "unknown"
    if not follows_boundary(match):
        return "elsewhere"
    same = oracle_match is not None and follows_boundary(oracle_match)
    return "as in oracle" if same else "hole"


def is_stable(agreement: float) -> bool:
    """Return whether a number of loops is stable: most random halves of the codes find it too.

    Args:
        agreement: Share of the halves that find as many; see `Topology`.

    Example:
        >>> is_stable(0.9), is_stable(0.4)
        (True, False)
    """
    return agreement >= 0.5


def leaves_ring(hole: Hole, space: FactorSpace) -> bool:
    """Return whether what is left of two factors runs around the hole: it is clear of the edge.

    Args:
        hole: The removed region.
        space: The factor space; one of other than two factors leaves no ring.
    """
    if space.dimension != 2:
        return False
    along = np.linspace(0, 1, 201)
    edges = [
        np.insert(along[:, None], factor, end, axis=1)
        for factor in range(2)
        if not space.factors[factor].periodic
        for end in (0.0, 1.0)
    ]
    return not any(hole.contains(space.from_unit(edge)).any() for edge in edges)


def _landmarks(
    points: NDArray[np.float64], landmarks: int, starts: np.random.Generator
) -> Landmarks:
    count = min(landmarks, len(points))
    graph = manifold_graph(points, NEIGHBORS)
    return spread_landmarks(graph, count, int(starts.integers(len(points))))


@denormals(flushed=False)
def _shape(landmarks: Landmarks, count: int) -> _Shape:
    """Return the shape of a manifold of `count` points by its landmarks."""
    from ripser import ripser  # noqa: PLC0415 - slow to import, and the rules do without

    found = ripser(landmarks.distances, distance_matrix=True, maxdim=1, do_cocycles=True)
    pieces, bars = (np.asarray(bars, dtype=np.float64).reshape(-1, 2) for bars in found["dgms"])
    radius = landmarks.radius + math.sqrt(math.log(count) / NEIGHBORS)
    window = 2 * radius, 4 * radius / math.sqrt(3)
    order = np.argsort(-bars[:, 1] / bars[:, 0], kind="stable")
    bars = bars[order]
    return _Shape(
        components=int((pieces[:, 1] > window[1]).sum()),
        counted=(bars[:, 0] <= window[0]) & (bars[:, 1] > window[1]),
        bars=bars,
        window=window,
        cocycles=[found["cocycles"][1][place] for place in order],
    )


def _two_longest(bars: NDArray[np.float64]) -> tuple[float, float]:
    lengths = (bars[:2, 1] / bars[:2, 0]).tolist()
    longest, following, *_ = [*lengths, 1.0, 1.0]
    return longest, following


@denormals(flushed=False)
def _shortest_loop(
    distances: NDArray[np.float64], scale: float, cocycle: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the shortest closed path of steps up to `scale` that a cocycle tells from a point.

    A path that uses an odd number of the cocycle's edges cannot be filled in. In the double cover
    of the graph, where these edges change sheets, it leads from a point to the same point of the
    other sheet.

    Args:
        distances: (m, m), between landmarks.
        scale: Longest step.
        cocycle: (k, 3), two landmarks of each edge and its coefficient modulo 2.

    Returns:
        Landmarks along the path, in order, without the first once more at the end.
    """
    size = len(distances)
    one, other = np.triu_indices(size, 1)
    odd = np.zeros((size, size), dtype=np.bool_)
    odd[cocycle[:, 0], cocycle[:, 1]] = odd[cocycle[:, 1], cocycle[:, 0]] = True
    near = distances[one, other] <= scale
    one, other = one[near], other[near]
    shift = size * odd[one, other]
    starts = np.concatenate([one, one + size])
    ends = np.concatenate([other + shift, other + size - shift])
    lengths = np.tile(distances[one, other], 2)
    cover = csr_array((lengths, (starts, ends)), shape=(2 * size, 2 * size))
    through = np.unique(cocycle[:, :2])
    reach, before = dijkstra(cover, directed=False, indices=through, return_predecessors=True)
    best = int(reach[np.arange(len(through)), through + size].argmin())
    start, place = through[best], through[best] + size
    path = []
    while place != start:
        place = before[best, place]
        path.append(place % size)
    return np.array(path, dtype=np.int64)
