"""Numbers and names as a page shows them."""

import numpy as np

from transect.measure.statistics import Interval

MISSING = "–"

INTERPOLATIONS = {"straight": "straight interpolation", "geodesic": "geodesic"}
"""Interpolation between two codes: its name."""


def number(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits; `–` for nan, `∞` for infinity.

    Example:
        >>> number(0.04641), number(12.0), number(float("nan")), number(1.0, 2)
        ('0.0464', '12.0', '–', '1.0')
    """
    if np.isnan(value):
        return MISSING
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:#.{digits}g}".removesuffix(".")
    return text.replace("-", "−")


def bracket(found: Interval, digits: int = 3) -> str:
    """Return an interval in brackets after a space; empty where there is none.

    Example:
        >>> bracket(Interval(0.2, 0.1, 0.3, 5)), bracket(Interval(0.2, np.nan, np.nan, 1))
        (' (0.100 to 0.300)', '')
    """
    if np.isnan(found.low):
        return ""
    return f" ({number(found.low, digits)} to {number(found.high, digits)})"


def seed_count(count: int) -> str:
    """Return a number of seeds in words.

    Example:
        >>> seed_count(1), seed_count(3)
        ('1 seed', '3 seeds')
    """
    return f"{count} {'seed' if count == 1 else 'seeds'}"


def duration(seconds: float) -> str:
    """Return a time in words.

    Example:
        >>> duration(7384.2), duration(61.5), duration(0.25)
        ('2 h 3 min', '1 min 1 s', '0.250 s')
    """
    if seconds < 60:
        return f"{number(seconds)} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
