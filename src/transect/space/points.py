"""Points of a factor space, and which of them train, validate or are removed by the hole."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.factor import FactorSpace
from transect.space.hole import Hole
from transect.space.seeds import random_generator

SPLITS = ("train", "validation", "removed")
ORDERS = ("random", "last")
# Keeps the choice of validation points independent of the points drawn under the same seed.
_SPLIT = 4


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


def split_points(
    space: FactorSpace,
    points: ArrayLike,
    hole: Hole | None,
    validation: int | float,
    seed: int,
    *,
    order: str = "random",
) -> PointSet:
    """Return the points, in the order given, each with its split and its distance to the boundary.

    Args:
        space: The space of the points.
        points: (n, d), raw units.
        hole: Points in it are `removed`; None removes nothing, and boundary distances are infinite.
        validation: How many of the kept points validate: an int is their number, 0 allowed, a
            float in (0, 1) their share, rounded to the nearest number. The rest is trained on.
        seed: Seed of the choice where `order` is `random`.
        order: `random` chooses the validation points by the seed, `last` takes the last of the
            kept ones, as the original did.

    Raises:
        ValueError: The hole removes none or all of the points, `validation` leaves no point to
            train on, or an argument breaks the above.

    Examples:
        >>> from transect.space import Band, Factor, FactorSpace
        >>> space = FactorSpace([Factor("a", 0, 1)])
        >>> hole = Band(space, "a", low=0.25, high=0.5)
        >>> points = split_points(space, [[0], [0.375], [0.75], [1]], hole, 1, seed=0, order="last")
        >>> points.split.tolist()
        ['train', 'removed', 'train', 'validation']
        >>> points.boundary_distance
        array([ 0.25 , -0.125,  0.25 ,  0.5  ])
    """
    if order not in ORDERS:
        raise ValueError(f"unknown order {order!r}; choose from {', '.join(ORDERS)}")
    factors = space.check(points)
    distance = _boundary_distance(factors, hole)
    kept = np.flatnonzero(distance > 0)
    count = _validation_count(validation, len(kept))
    if order == "random":
        kept = random_generator(seed, _SPLIT).permutation(kept)
    split = np.full(len(factors), "removed", dtype="<U10")
    split[kept[: len(kept) - count]] = "train"
    split[kept[len(kept) - count :]] = "validation"
    return PointSet(space, factors, split, distance)


def _boundary_distance(factors: NDArray[np.float64], hole: Hole | None) -> NDArray[np.float64]:
    """Return the distances to the boundary of a hole that removes some of the points.

    Raises:
        ValueError: The hole removes none or all of them.
    """
    if hole is None:
        return np.full(len(factors), np.inf)
    distance = hole.boundary_distance(factors)
    removed = int(np.count_nonzero(distance <= 0))
    if removed == 0:
        raise ValueError(
            f"the hole needs to remove some of the {len(factors)} points but holds none of them; "
            f"give None to remove nothing, got {hole!r}"
        )
    if removed == len(factors):
        raise ValueError(f"the hole needs to leave points but removes all {removed}, got {hole!r}")
    return distance


def _validation_count(validation: int | float, kept: int) -> int:
    """Return how many of the kept points validate.

    Raises:
        ValueError: `validation` is neither a number nor a share, or leaves no point to train on.
    """
    if isinstance(validation, Integral) and not isinstance(validation, bool):
        count = int(validation)
    elif isinstance(validation, float) and 0 < validation < 1:
        count = round(validation * kept)
    else:
        raise ValueError(
            f"validation needs a whole number of points, or a share between 0 and 1, "
            f"got {validation!r}"
        )
    if not 0 <= count < kept:
        raise ValueError(
            f"validation needs to be at least 0 and leave one of the {kept} kept points for "
            f"training, got {validation}"
        )
    return count
