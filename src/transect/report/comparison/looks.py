"""How models look in every figure, and how an axis is framed around means with bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from matplotlib.transforms import ScaledTranslation

from transect.measure.key import Source
from transect.measure.statistics import Interval
from transect.report.comparison.data import ComparisonData
from transect.report.style import FAINT, FOREGROUND, LETTERS, SOURCE_COLORS

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", FOREGROUND, FAINT)
"""Those of Okabe and Ito without yellow, which is too light for lines, and grey in its place."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
SOLID, DASHED = "-", (0, (5, 1.5))

WIDE, NARROW = 8, 5
"""Labels that an axis across the page has room for, and one across a panel."""


@dataclass(frozen=True)
class Look:
    """How a model is drawn.

    Attributes:
        color: Of its lines and markers.
        marker: Its marker.
        line: Style of its line.
    """

    color: str
    marker: str
    line: Any


def looks(data: ComparisonData) -> dict[str, Look]:
    """Return how each model looks; colours come again after eight, with other markers and lines."""
    if len(data.models) == 1:
        return {next(iter(data.models)): Look(SOURCE_COLORS[Source.MODEL], "o", SOLID)}
    return {
        model: Look(
            COLORS[place % len(COLORS)],
            MARKERS[place % len(MARKERS)],
            SOLID if place // len(COLORS) % 2 == 0 else DASHED,
        )
        for place, model in enumerate(data.models)
    }


def brief(name: str) -> str:
    """Return a name as a figure shows it: a long one loses its middle, as ends tell models apart.

    Example:
        >>> brief("film"), brief("spatial_broadcast, noise 0.1, latent 8")
        ('film', 'spatial_bro…0.1, latent 8')
    """
    half = LETTERS // 2
    return name if len(name) <= LETTERS else f"{name[: half - 1]}…{name[-half - 1 :]}"


def aside(axes: Axes, x: float = 0.0, y: float = 0.0) -> Any:
    """Return the transform of data that moves marks aside by so many points."""
    figure = axes.get_figure(root=True)
    assert figure is not None  # axes of a figure
    move = ScaledTranslation(x / 72, y / 72, figure.dpi_scale_trans)
    return axes.transData + move


def spread(count: int, step: float, most: float) -> list[float]:
    """Return how far each of some marks stands aside, centred, in points.

    Args:
        count: How many there are.
        step: Distance of neighbours.
        most: Width of all together at most.

    Example:
        >>> spread(3, 2.0, 100.0), spread(3, 2.0, 1.0)
        ([-2.0, 0.0, 2.0], [-0.5, 0.0, 0.5])
    """
    width = min(step * (count - 1), most)
    return (
        [float(place) for place in np.linspace(-width / 2, width / 2, count)]
        if count > 1
        else [0.0]
    )


def has_bar(found: Interval) -> bool:
    """Return whether a mean has an interval to draw."""
    return bool(np.isfinite(found.low))


def frame(
    found: Sequence[Interval], include: Sequence[float] = (), *, log: bool
) -> tuple[float, float]:
    """Return the ends of an axis that shows all means, and of their bars what fits.

    Two seeds can have a bar that is many times as long as all that is to be compared, so bars widen
    the axis by a quarter of the means' range on each side and no more.

    Args:
        found: Means with their intervals.
        include: Further values that are to be in sight.
        log: Whether the axis is logarithmic; all values are positive then.

    Example:
        >>> low, high = frame([Interval(1, -99, 99, 2), Interval(2, 1.5, 2.5, 9)], log=False)
        >>> round(low, 6), round(high, 6)
        (0.65, 2.35)
    """
    bars = [end for one in found if has_bar(one) for end in (one.low, one.high)]
    values = np.array([*(one.mean for one in found), *include], dtype=np.float64)
    ends = np.array([*values, *bars])
    if log:
        values, ends = np.log(values), np.log(ends)
    low, high = float(values.min()), float(values.max())
    span = max(high - low, 0.2 if log else 0.1 * float(np.abs(values).max()) or 1.0)
    low, high = (
        max(float(ends.min()), low - span / 4) - 0.1 * span,
        min(float(ends.max()), high + span / 4) + 0.1 * span,
    )
    return (float(np.exp(low)), float(np.exp(high))) if log else (low, high)


STEPS = ((1.0,), (2.0, 5.0), (3.0, 7.0, 1.5), (1.2, 2.5, 4.0))
"""Labels of a decade, those that are wanted most first."""

LEAST_TICKS = 3
"""With fewer round labels an axis gets even ones."""


def log_ticks(low: float, high: float, keep: Sequence[float] = (), most: int = WIDE) -> list[float]:
    """Return the labels of a logarithmic axis, ascending, at even distances where there is room.

    Args:
        low: Its lower end, positive.
        high: Its upper end.
        keep: Values that have a label whatever lies beside them.
        most: How many there is room for.

    Example:
        >>> log_ticks(0.015, 0.7), log_ticks(0.9, 2.6, keep=[1, 2])
        ([0.02, 0.05, 0.1, 0.2, 0.5], [1, 1.2, 1.5, 2, 2.5])
    """
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    round_ones = [step * 10.0**power for steps in STEPS for power in powers for step in steps]
    found = _thinned(round_ones, low, high, keep, most)
    if len(found) < LEAST_TICKS:
        even = [float(tick) for tick in MaxNLocator(NARROW).tick_values(low, high)]
        found = _thinned(even, low, high, keep, most)
    return sorted(found)


def _thinned(
    wanted: Sequence[float], low: float, high: float, keep: Sequence[float], most: int
) -> list[float]:
    """Return the values to keep and those of the wanted ones that are not too close to others."""
    least = np.log(high / low) / most
    found = list(keep)
    for tick in (float(f"{value:.6g}") for value in wanted if low <= value <= high):
        if all(abs(np.log(tick / other)) >= least for other in found):
            found.append(tick)
    return found


def label_log(axis: Axis, ticks: Sequence[float]) -> None:
    """Label a logarithmic axis with these numbers and no others."""
    axis.set_major_locator(FixedLocator(list(ticks)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
