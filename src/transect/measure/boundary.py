"""Error against distance to the boundary of the hole."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.measure.statistics import bootstrap_interval, check_values


@dataclass(frozen=True)
class BoundaryTable:
    """Mean error by distance to the boundary, one row a bin that holds points.

    Attributes:
        center: (k,), middle of the bin, in the unit of the distance; negative inside the hole.
        mean: (k,), mean error of its points.
        low: (k,), lower end of the bootstrap interval; NaN for a single point.
        high: (k,), upper end.
        count: (k,), number of points.
    """

    center: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: NDArray[np.int64]


def error_by_boundary_distance(
    boundary_distance: ArrayLike, error: ArrayLike, bins: int | ArrayLike = 20, level: float = 0.95
) -> BoundaryTable:
    """Return the mean error in bins of the signed distance to the boundary.

    A bin includes its upper edge, as a hole includes its boundary, so a bin that ends at 0 holds
    points of the hole only. A number of bins divides the range of the distances into bins of
    one width with an edge at 0, which may take one bin more than asked for. Bins without points
    are left out.

    Args:
        boundary_distance: (n,), negative inside the hole.
        error: (n,), any measure of the same points.
        bins: Number of bins, or their edges, ascending; points outside the edges are ignored.
        level: Coverage of the bootstrap intervals, in (0, 1).

    Raises:
        ValueError: Values are not flat, empty or NaN, lengths differ, a distance is infinite, or
            the bins are not a positive number or at least two ascending edges.

    Example:
        >>> distance, error = [-0.3, -0.1, 0.0, 0.2], [4.0, 2.0, 2.0, 1.0]
        >>> table = error_by_boundary_distance(distance, error, bins=[-0.4, 0, 0.4])
        >>> table.center.tolist(), table.mean.round(2).tolist(), table.count.tolist()
        ([-0.2, 0.2], [2.67, 1.0], [3, 1])
    """
    distance, values = (
        check_values(boundary_distance, "boundary_distance"),
        check_values(error, "error"),
    )
    if distance.shape != values.shape:
        raise ValueError(
            f"boundary_distance and error need the same points, got {len(distance)} and "
            f"{len(values)}"
        )
    if not np.isfinite(distance).all():
        raise ValueError(
            "boundary_distance needs finite values; without a hole there is no boundary"
        )
    edges = _edges(distance, bins)
    bin_of = np.searchsorted(edges, distance, side="left") - 1
    filled = [row for row in range(len(edges) - 1) if np.any(bin_of == row)]
    table = [bootstrap_interval(values[bin_of == row], level) for row in filled]
    return BoundaryTable(
        (edges[:-1] + edges[1:])[filled] / 2,
        np.array([row.mean for row in table]),
        np.array([row.low for row in table]),
        np.array([row.high for row in table]),
        np.array([row.count for row in table], dtype=np.int64),
    )


def _edges(distance: NDArray[np.float64], bins: int | ArrayLike) -> NDArray[np.float64]:
    if isinstance(bins, int | np.integer):
        if bins < 1:
            raise ValueError(f"bins needs at least 1, got {bins}")
        low, high = distance.min(), distance.max()
        width = (high - low) / bins if high > low else 1.0
        edges = np.arange(np.ceil(low / width) - 1, np.ceil(high / width) + 1) * width
        edges[-1] = max(edges[-1], high)  # rounding must not lose the farthest point
        return edges
    edges = np.asarray(bins, dtype=np.float64)
    if edges.ndim != 1 or len(edges) < 2 or not np.all(np.diff(edges) > 0):
        raise ValueError(f"bins needs a number, or at least two ascending edges, got {bins}")
    return edges
