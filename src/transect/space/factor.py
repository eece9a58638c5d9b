"""Factors and the box that they span."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.column import factor_column

_TEXT = re.compile(r"[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
"""What XML 1.0, and so SVG, calls characters."""


@dataclass(frozen=True)
class Factor:
    """One known generative parameter and the range that it is studied over.

    Attributes:
        name: Unique within its space. Any text, but for blanks around it, which tables of text do
            not keep, and control characters.
        low: Lower end of the range, in `unit`.
        high: Upper end of the range, in `unit`; greater than `low`.
        unit: Unit of the values, for axis labels; empty for a pure number.
        periodic: Whether `low` and `high` give the same image (an angle over its full turn).
        values: The values that exist, ascending, where the factor is a finite grid; otherwise
            None. They lie within `[low, high]`.

    Raises:
        ValueError: The name is empty or no such text, a bound is not finite, `low >= high`, or
            `values` is not an ascending sequence within the bounds.

    Examples:
        >>> Factor("phase", 0, 360, unit="degrees", periodic=True).label
        'phase (degrees)'
    """

    name: str
    low: float
    high: float
    unit: str = ""
    periodic: bool = False
    values: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.name or self.name != self.name.strip() or not _TEXT.fullmatch(self.name):
            raise ValueError(
                "a factor needs a name that is not empty, without blanks around it and characters "
                f"that XML and tables of text can't hold; got {self.name!r}"
            )
        if not (np.isfinite(self.low) and np.isfinite(self.high) and self.low < self.high):
            raise ValueError(
                f"factor {self.name!r} needs finite bounds with low < high, "
                f"got low={self.low}, high={self.high}"
            )
        if self.values is not None:
            self._check_values(np.asarray(self.values, dtype=np.float64))

    @property
    def distinct_values(self) -> NDArray[np.float64] | None:
        """The values (k,) that give different images, or None where any value exists.

        Of a periodic factor that has a value at both ends, the upper one is left out.

        Example:
            >>> Factor("turn", 0, 360, periodic=True, values=(0, 120, 240, 360)).distinct_values
            array([  0., 120., 240.])
        """
        if self.values is None:
            return None
        values = np.asarray(self.values, dtype=np.float64)
        repeats = self.periodic and values[0] == self.low and values[-1] == self.high
        return values[:-1] if repeats else values

    def _check_values(self, values: NDArray[np.float64]) -> None:
        ascending = values.ndim == 1 and values.size >= 2 and bool(np.all(np.diff(values) > 0))
        if not ascending or values[0] < self.low or values[-1] > self.high:
            raise ValueError(
                f"factor {self.name!r} needs at least two ascending values within "
                f"[{self.low}, {self.high}], got {self.values}"
            )

    @property
    def label(self) -> str:
        """Name and unit as an axis label, `name (unit)`."""
        return f"{self.name} ({self.unit})" if self.unit else self.name


class FactorSpace:
    """The box that some factors span; every point of it names one image.

    Points are float64 arrays (n, d) in raw units, one column per factor, in the order given here.

    Args:
        factors: At least one factor; names are unique.

    Raises:
        ValueError: No factor is given or two share a name.

    Examples:
        >>> space = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
        >>> space.center
        array([1.25, 1.  ])
        >>> space.to_unit([[0.5, 1.5]])
        array([[0.  , 0.75]])
    """

    def __init__(self, factors: Sequence[Factor]) -> None:
        names = [factor.name for factor in factors]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"a factor space needs factors with unique names, got {names}")
        self.factors = tuple(factors)
        self.names = tuple(names)
        self.low = np.array([factor.low for factor in factors], dtype=np.float64)
        self.high = np.array([factor.high for factor in factors], dtype=np.float64)

    def __repr__(self) -> str:
        return f"FactorSpace({list(self.factors)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FactorSpace) and self.factors == other.factors

    def __hash__(self) -> int:
        return hash(self.factors)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of tables that hold the factors, `factor.<name>` each."""
        return tuple(factor_column(name) for name in self.names)

    @property
    def dimension(self) -> int:
        """Number of factors, d."""
        return len(self.factors)

    @property
    def span(self) -> NDArray[np.float64]:
        """`high - low` of each factor, (d,), in raw units."""
        return self.high - self.low

    @property
    def center(self) -> NDArray[np.float64]:
        """The middle of the box, (d,), in raw units."""
        return (self.low + self.high) / 2

    @property
    def finite(self) -> bool:
        """Whether every factor has a finite set of values."""
        return all(factor.values is not None for factor in self.factors)

    def most_steps(self, count: int) -> list[int]:
        """Return of each factor the number of its distinct values, or `count` where any exists.

        Args:
            count: Steps along a factor without a finite set of values.

        Example:
            >>> turn = Factor("turn", 0, 360, periodic=True, values=(0, 120, 240, 360))
            >>> FactorSpace([turn, Factor("a", 0, 1)]).most_steps(100)
            [3, 100]
        """
        values = [factor.distinct_values for factor in self.factors]
        return [count if one is None else len(one) for one in values]

    def index(self, name: str) -> int:
        """Return the column of the factor `name`.

        Raises:
            ValueError: There is no such factor.
        """
        if name not in self.names:
            raise ValueError(f"no factor {name!r}; choose from {', '.join(self.names)}")
        return self.names.index(name)

    def check(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return `points` as a float64 array (n, d), or say what is wrong with them.

        Points outside the box are allowed here, since a line may leave it; see `contains`.

        Raises:
            ValueError: The shape is not (n, d) or a value is not finite.
        """
        array = np.asarray(points, dtype=np.float64)
        if array.ndim != 2 or array.shape[1] != self.dimension:
            raise ValueError(
                f"points need the shape (n, {self.dimension}), one column for each of "
                f"{', '.join(self.names)}; got {array.shape}"
            )
        if not np.all(np.isfinite(array)):
            row = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
            raise ValueError(f"points need finite values, got {array[row].tolist()} in row {row}")
        return array

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Return for each of the points (n, d) whether it lies in the closed box, (n,)."""
        array = self.check(points)
        return np.all((array >= self.low) & (array <= self.high), axis=1)

    def to_unit(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return raw points (n, d) in units of the box, where each factor spans [0, 1]."""
        return (self.check(points) - self.low) / self.span

    def from_unit(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return points (n, d), given in units of the box, in raw units."""
        return self.check(points) * self.span + self.low

    def snap(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return points (n, d) with each coordinate moved to the nearest value that exists.

        Factors without a finite set of values are left as they are.
        """
        snapped = self.check(points).copy()
        for column, factor in enumerate(self.factors):
            if factor.values is not None:
                values = np.asarray(factor.values, dtype=np.float64)
                middles = (values[1:] + values[:-1]) / 2
                snapped[:, column] = values[np.searchsorted(middles, snapped[:, column])]
        return snapped
