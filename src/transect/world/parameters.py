"""Parameters of a world, each of them fixed by a number or freed by a range."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isclose, isfinite
from numbers import Real
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space import Factor, FactorSpace

Setting: TypeAlias = float | Sequence[float]
"""A number, which fixes a parameter, or a pair [low, high], which makes it a factor."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a world: fixed where `setting` is a number, a factor where it is a pair.

    Attributes:
        name: Its name, and that of the factor.
        setting: A number, or the pair [low, high] with low < high.
        unit: Unit of the values; empty for a pure number.
        period: The shift that gives the same image, where there is one. A factor that spans it
            (to 0.01 %, so that 6.283 counts as a full turn) is periodic; none may span more,
            since two of its values would name one image.
        least: Smallest value that makes sense.
        most: Largest value that makes sense.

    Raises:
        ValueError: The setting is neither a finite number nor an ascending pair of them, lies
            outside [least, most], or spans more than the period.
    """

    name: str
    setting: Setting
    unit: str = ""
    period: float | None = None
    least: float = -inf
    most: float = inf

    def __post_init__(self) -> None:
        if not _usable(self.setting):
            raise ValueError(
                f"{self.name} needs a finite number, which fixes it, or a pair [low, high] with "
                f"low < high, which makes it a factor; got {self.setting!r}"
            )
        if self.low < self.least or self.high > self.most:
            raise ValueError(
                f"{self.name} needs values within [{self.least:g}, {self.most:g}], "
                f"got {self.setting!r}"
            )
        if self.period is not None and self.high - self.low > self.period * (1 + 1e-4):
            raise ValueError(
                f"{self.name} repeats after {self.period:g}, so its range may span no more; "
                f"got {self.setting!r}"
            )

    @property
    def free(self) -> bool:
        """Whether the parameter is a factor."""
        return not isinstance(self.setting, Real)

    @property
    def whole(self) -> bool:
        """Whether the parameter is fixed at a whole number."""
        return not self.free and self.low.is_integer()

    @property
    def low(self) -> float:
        """The smallest value that the parameter takes."""
        return float(np.min(self.setting))

    @property
    def high(self) -> float:
        """The largest value that the parameter takes."""
        return float(np.max(self.setting))

    @property
    def magnitude(self) -> float:
        """The largest absolute value that the parameter takes."""
        return max(abs(self.low), abs(self.high))

    @property
    def factor(self) -> Factor:
        """The parameter as a factor; only for a free one."""
        periodic = self.period is not None and isclose(
            self.high - self.low, self.period, rel_tol=1e-4
        )
        return Factor(self.name, self.low, self.high, self.unit, periodic)


class Parameters:
    """All parameters of a world; the free ones span its factor space.

    Args:
        parameters: In the order of the formula; the factors keep that order.

    Raises:
        ValueError: None of them is free.
    """

    def __init__(self, *parameters: Parameter) -> None:
        self.all = parameters
        factors = [parameter.factor for parameter in parameters if parameter.free]
        if not factors:
            raise ValueError(
                "a world needs at least one factor: give a pair [low, high] for one of "
                f"{', '.join(parameter.name for parameter in parameters)}"
            )
        self.space = FactorSpace(factors)

    def columns(self, points: ArrayLike) -> tuple[NDArray[np.float64], ...]:
        """Return the value of every parameter at points (n, d), each as a column.

        The column of a factor is (n, 1), that of a fixed parameter (1, 1): what depends on fixed
        ones alone is then computed once for all points.
        """
        array = self.space.check(points)
        free = iter(range(array.shape[1]))
        return tuple(
            array[:, next(free), None] if parameter.free else np.full((1, 1), parameter.low)
            for parameter in self.all
        )


def _usable(setting: object) -> bool:
    """Return whether `setting` is a finite number, or two of which the second is larger."""
    if _is_number(setting):
        return True
    if not isinstance(setting, Sequence | np.ndarray) or len(setting) != 2:
        return False
    return all(_is_number(end) for end in setting) and bool(setting[0] < setting[1])


def _is_number(value: object) -> bool:
    """Return whether `value` is a finite real number; truth values are none."""
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
