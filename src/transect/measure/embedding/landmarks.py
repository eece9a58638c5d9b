"""Landmarks spread evenly over the manifold that a cloud of codes lies on.

Distances run along the manifold, through a graph that joins each point to its nearest neighbours,
so layers that come close without touching stay apart. Each step is measured in units of the local
spacing of the points,

    w(x, y) = |x − y| / √(ρ(x) ρ(y)),    ρ = distance to the k-th nearest neighbour

(T. Berry and T. Sauer, "Consistent manifold representation for topological data analysis",
Foundations of Data Science 1 (2019): the continuous k-nearest-neighbour metric). A
model that stretches one part of the manifold and squeezes another thins and crowds its points
alike, and this takes both back.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from transect.measure.neighbors import Neighbors
from transect.space.denormals import denormals


@dataclass(frozen=True)
class Landmarks:
    """Some of the points of a cloud, and how far along the manifold all others are.

    Attributes:
        rows: (m,), rows of the landmarks, in the order in which they were chosen.
        distances: (m, m), between landmarks, along the manifold.
        radius: The covering radius: no point is farther from its nearest landmark.
    """

    rows: NDArray[np.int64]
    distances: NDArray[np.float64]
    radius: float


def manifold_graph(points: NDArray[np.float64], neighbors: int) -> csr_array:
    """Return the symmetric graph of steps between neighbours, (n, n), in units of local spacing.

    Two points are joined where either is among the nearest neighbours of the other. Pieces that
    this leaves apart are joined by the shortest straight step between them, the smallest piece
    first, so that every distance is finite.

    Args:
        points: (n, d), all different, n above `neighbors`.
        neighbors: k, the number of neighbours that a point is joined to and whose farthest is
            the unit of spacing.

    Example:
        >>> manifold_graph(np.array([[0.0], [1.0], [3.0]]), neighbors=1).toarray().round(3)
        array([[0.   , 1.   , 0.   ],
               [1.   , 0.   , 1.414],
               [0.   , 1.414, 0.   ]])
    """
    lengths, ends = Neighbors(points).nearest(points, neighbors + 1)
    spacing = lengths[:, -1]
    starts = np.repeat(np.arange(len(points)), neighbors)
    ends = ends[:, 1:].ravel()
    steps = lengths[:, 1:].ravel() / np.sqrt(spacing[starts] * spacing[ends])
    there = csr_array((steps, (starts, ends)), shape=(len(points), len(points)))
    return _join(points, spacing, csr_array(there.maximum(there.T)))


@denormals(flushed=False)
def spread_landmarks(graph: csr_array, count: int, start: int) -> Landmarks:
    """Return landmarks chosen one by one, each the point farthest from all before it.

    T. F. Gonzalez, "Clustering to minimize the maximum intercluster distance", Theoretical
    Computer Science 38 (1985): the covering radius is at most twice the least that so many
    points can reach. No two landmarks are closer than it. (V. de Silva and G. Carlsson,
    "Topological estimation using witness complexes" (2004), call it maxmin.)

    Args:
        graph: From `manifold_graph`, (n, n).
        count: Number of landmarks, from 1 to n.
        start: Row of the first.

    Example:
        >>> line = manifold_graph(np.arange(5.0)[:, None], neighbors=2)
        >>> spread_landmarks(line, count=3, start=0).rows.tolist()
        [0, 4, 2]
    """
    size = graph.indptr.size - 1
    rows, distances = np.empty(count, dtype=np.int64), np.empty((count, size))
    nearest, row = np.full(size, np.inf), start
    for place in range(count):
        rows[place] = row
        distances[place] = dijkstra(graph, indices=row)
        nearest = np.minimum(nearest, distances[place])
        row = int(nearest.argmax())
    between = distances[:, rows]
    # Sums of the same steps in another order differ in the last bit.
    return Landmarks(rows, np.minimum(between, between.T), float(nearest.max()))


def _join(points: NDArray[np.float64], spacing: NDArray[np.float64], graph: csr_array) -> csr_array:
    pieces, label = connected_components(graph, directed=False)
    while pieces > 1:
        smallest = label == np.bincount(label).argmin()
        inside, outside = np.flatnonzero(smallest), np.flatnonzero(~smallest)
        length, place = Neighbors(points[outside]).nearest(points[inside])
        least = int(length.argmin())
        one, other = inside[least], outside[place[least, 0]]
        step = length[least, 0] / np.sqrt(spacing[one] * spacing[other])
        bridge = csr_array(([step, step], ([one, other], [other, one])), shape=graph.shape)
        graph = graph + bridge
        pieces, label = connected_components(graph, directed=False)
    return graph
