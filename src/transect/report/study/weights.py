"""Where losses stand on an axis: by name, or by the one number that they differ in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from transect.report.style import short

LEAST = 3
"""Values that make a series; two are better told apart by their names."""


@dataclass(frozen=True)
class Scale:
    """Where losses stand on an axis.

    Attributes:
        places: Position of each loss by its name.
        ticks: Label of each loss by its name.
        title: Name of the axis; empty where losses stand side by side.
        broken: Position of the break between 0 and the logarithmic rest, or None.
    """

    places: Mapping[str, float]
    ticks: Mapping[str, str]
    title: str = ""
    broken: float | None = None


def loss_scale(losses: Mapping[str, Mapping[str, Any]]) -> Scale:
    """Return where losses stand: on a logarithmic axis where they are a series, else side by side.

    They are a series where they differ in one number alone, which is 0 or more and takes at least
    three values. 0 stands a decade and a half left of the least positive one, beyond a break.

    Args:
        losses: Name -> its component {kind, options}.

    Example:
        >>> one = {"kind": "entanglement"}
        >>> losses = {str(w): one | {"entanglement": w} for w in (0, 0.01, 1)}
        >>> scale = loss_scale(losses)
        >>> scale.title, scale.places, scale.broken
        ('entanglement', {'0': -3.5, '0.01': -2.0, '1': 0.0}, -2.75)
    """
    option = varied_option(losses)
    if option is None:
        places = {loss: float(place) for place, loss in enumerate(losses)}
        return Scale(places, {loss: short(loss) for loss in losses})
    values = {loss: float(component[option]) for loss, component in losses.items()}
    zero = float(np.log10(min(value for value in values.values() if value))) - 1.5
    places = {loss: float(np.log10(value)) if value else zero for loss, value in values.items()}
    ticks = {loss: weight_text(value) for loss, value in values.items()}
    return Scale(places, ticks, option, zero + 0.75 if 0 in values.values() else None)


def varied_option(losses: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return the only option that the losses differ in where they are a series, or None."""
    components = list(losses.values())
    names = {name for component in components for name in component}
    if any(set(component) != names for component in components):
        return None
    first = components[0]
    varied = [
        name for name in names if any(component[name] != first[name] for component in components)
    ]
    if len(varied) != 1:
        return None
    values = [component[varied[0]] for component in components]
    numeric = all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )
    if not numeric or len(set(values)) < LEAST or not all(0 <= value < np.inf for value in values):
        return None
    return varied[0]


def weight_text(value: float) -> str:
    """Return a weight as a short label.

    Example:
        >>> weight_text(0.0001), weight_text(0.25), weight_text(10.0)
        ('1e-4', '0.25', '10')
    """
    if value and not 0.01 <= value < 1000:
        digits, power = f"{value:.2e}".split("e")
        return f"{float(digits):g}e{int(power)}"
    return f"{value:g}"
