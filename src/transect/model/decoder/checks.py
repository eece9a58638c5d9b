"""The checks that decoders make of their options."""

import math
from collections.abc import Sequence
from numbers import Integral


def check_whole(name: str, value: int, least: int = 1) -> int:
    """Return `value` if it is a whole number from `least` up.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(value, Integral) or value < least:
        raise ValueError(f"{name} must be a whole number from {least} up, got {value!r}")
    return value


def check_counts(name: str, values: Sequence[int]) -> list[int]:
    """Return `values` if they are at least one whole number, each from 1 up.

    Raises:
        ValueError: They are not.
    """
    if not values or not all(isinstance(value, Integral) and value >= 1 for value in values):
        raise ValueError(f"{name} must be at least one whole number from 1 up, got {list(values)}")
    return list(values)


def check_positive(name: str, value: float) -> float:
    """Return `value` if it is a finite number above 0.

    Raises:
        ValueError: It is not.
    """
    if isinstance(value, str) or not 0 < value < math.inf:
        raise ValueError(f"{name} must be a finite number above 0, got {value!r}")
    return float(value)
