"""The coordinates that a primitive hole is measured in."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.factor import FactorSpace
from transect.space.hole import UNITS
from transect.space.values import check_numbers


class Frame:
    """Some factors of a space, in raw units or in units of the box.

    Args:
        space: The space of the points.
        unit: `raw`, or `box`, where each factor spans [0, 1].
        factors: Names of the factors that count, in the order of the coordinates; None for all.
            A shape reaches without end along the others: a ball over two of three is a cylinder.

    Attributes:
        space: As given.
        unit: As given.
        factors: Names, (k,).

    Raises:
        ValueError: The unit or a factor is unknown, a factor is named twice, or none is named.
    """

    def __init__(
        self, space: FactorSpace, unit: str = "raw", factors: Sequence[str] | None = None
    ) -> None:
        if unit not in UNITS:
            raise ValueError(f"unknown unit {unit!r}; choose from {', '.join(UNITS)}")
        names = space.names if factors is None else factors
        if isinstance(names, str) or not names or len(set(names)) != len(names):
            raise ValueError(
                f"factors need a list of different names out of {', '.join(space.names)}; "
                f"got {factors!r}"
            )
        self.space = space
        self.unit = unit
        self.factors = tuple(names)
        self._columns = [space.index(name) for name in names]

    def __repr__(self) -> str:
        return f"unit={self.unit!r}, factors={list(self.factors)}"

    @property
    def dimension(self) -> int:
        """Number of factors that count, k."""
        return len(self.factors)

    @property
    def center(self) -> NDArray[np.float64]:
        """The middle of the box, (k,), in the unit of the frame."""
        return self.coordinates(self.space.center[None])[0]

    def coordinates(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the coordinates of points (n, d), raw units, in this frame, (n, k)."""
        array = self.space.check(points)
        if self.unit == "box":
            array = self.space.to_unit(array)
        return array[:, self._columns]

    def vector(self, name: str, values: ArrayLike) -> NDArray[np.float64]:
        """Return `values` as one finite number for each factor that counts, (k,).

        Raises:
            ValueError: They are not; the message calls them `name`.
        """
        array = check_numbers(name, values)
        if array.shape != (self.dimension,):
            raise ValueError(
                f"{name} needs {self.dimension} numbers, one for each of "
                f"{', '.join(self.factors)}; got {values!r}"
            )
        return array

    def check_planar(self, shape: str) -> None:
        """Check that exactly two factors count.

        Raises:
            ValueError: They don't; the message names the `shape` that needs them.
        """
        if self.dimension != 2:
            raise ValueError(
                f"{shape} needs exactly two factors, got {', '.join(self.factors)}; "
                f"name two of {', '.join(self.space.names)} in factors"
            )
