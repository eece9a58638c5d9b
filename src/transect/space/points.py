"""Points of a factor space with the ground truth that belongs to them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transect.space.factor import FactorSpace

SPLITS = ("train", "validation", "removed")


@dataclass(frozen=True, eq=False)
class PointSet:
    """Points that keep their factors, split and boundary distance through every later step.

    Attributes:
        space: The space that the points lie in.
        factors: (n, d), raw units.
        split: (n,) strings, each one of `SPLITS`.
        boundary_distance: (n,), signed, negative inside the hole; infinite where there is no hole.

    Raises:
        ValueError: Lengths differ or a split has an unknown name.

    Examples:
        >>> from transect.space import Factor, split_points
        >>> space = FactorSpace([Factor("a", 0, 1)])
        >>> points = split_points(space, [[0.25], [0.5], [1]], None, 1, seed=0, order="last")
        >>> points.where("train").tolist(), points.where("validation").tolist()
        ([0, 1], [2])
        >>> points[1:].factors.tolist()
        [[0.5], [1.0]]
    """

    space: FactorSpace
    factors: NDArray[np.float64]
    split: NDArray[np.str_]
    boundary_distance: NDArray[np.float64]

    def __post_init__(self) -> None:
        count = len(self.space.check(self.factors))
        if self.split.shape != (count,) or self.boundary_distance.shape != (count,):
            raise ValueError(
                f"{count} points need as many splits and boundary distances, "
                f"got {self.split.shape} and {self.boundary_distance.shape}"
            )
        unknown = sorted(set(self.split.tolist()) - set(SPLITS))
        if unknown:
            raise ValueError(f"unknown split {unknown[0]!r}; choose from {', '.join(SPLITS)}")

    def __len__(self) -> int:
        return len(self.factors)

    def __getitem__(self, rows: slice | NDArray[np.bool_] | NDArray[np.integer]) -> "PointSet":
        """Return the chosen rows, everything that belongs to them included."""
        return PointSet(
            self.space, self.factors[rows], self.split[rows], self.boundary_distance[rows]
        )

    def where(self, split: str) -> NDArray[np.int64]:
        """Return the row numbers of one split, in order.

        Raises:
            ValueError: The split has an unknown name.
        """
        if split not in SPLITS:
            raise ValueError(f"unknown split {split!r}; choose from {', '.join(SPLITS)}")
        return np.flatnonzero(self.split == split)
