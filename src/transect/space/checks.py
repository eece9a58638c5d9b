"""Checks of arguments; each names the argument and what it needs."""

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray


def number(name: str, value: ArrayLike) -> float:
    """Return `value` as one finite float.

    Raises:
        ValueError: It is not; the message calls it `name`.
    """
    array = numbers(name, value)
    if array.ndim:
        raise ValueError(f"{name} needs one number, got {value!r}")
    return float(array)


def numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return `values` as a float64 array of finite numbers.

    Raises:
        ValueError: They are not; the message calls them `name`.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} needs numbers, got {values!r}") from error
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} needs finite numbers, got {values!r}")
    return array


def whole(name: str, value: int, least: int) -> int:
    """Return `value` as an int of at least `least`.

    Raises:
        ValueError: It is not; the message calls it `name`.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} needs a whole number of at least {least}, got {value!r}")
    return int(value)
