"""The nearest neighbours of points."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from transect.space.denormals import denormals


class Neighbors:
    """Points among which nearest neighbours are sought.

    Args:
        points: (n, d), finite. A periodic factor lies in [0, 1).
        periodic: (d,), which factors return to their start at 1; none if left out.

    Example:
        >>> Neighbors(np.array([[0.0], [1.0], [3.0]])).nearest(np.array([[2.5], [0.2]]))[1].tolist()
        [[2], [0]]
    """

    @denormals(flushed=False)
    def __init__(
        self, points: NDArray[np.floating], periodic: NDArray[np.bool_] | None = None
    ) -> None:
        # SciPy reads a box size of 0 as "not periodic".
        box = None if periodic is None else periodic.astype(np.float64)
        self._tree = KDTree(points, boxsize=box)

    @denormals(flushed=False)
    def nearest(
        self, places: NDArray[np.floating], count: int = 1
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return distances and rows of the points nearest to each place, both (m, count).

        Distances are Euclidean, and the shortest way round along periodic factors.

        Args:
            places: (m, d).
            count: From 1 to n. A point is its own nearest.
        """
        distances, rows = self._tree.query(places, count)
        return np.reshape(distances, (-1, count)), np.reshape(rows, (-1, count)).astype(np.int64)
