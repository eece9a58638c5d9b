"""What the sections share: how models look, how axes are framed, and what captions say of means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from matplotlib.transforms import ScaledTranslation, Transform

from transect.measure.catalogue import Score
from transect.measure.error.penalty import THRESHOLD
from transect.measure.key import Source
from transect.measure.statistics import Interval
from transect.report.comparison.data import PENALTY, ComparisonData
from transect.report.style import FAINT, FOREGROUND, LETTERS, SOURCE_COLORS
from transect.report.words import number, seed_count

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", FOREGROUND, FAINT)
"""The colours of Okabe and Ito without yellow, which is too light for lines, and grey instead."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
LineStyle = str | tuple[float, tuple[float, ...]]
SOLID: LineStyle = "-"
DASHED: LineStyle = (0, (5, 1.5))
THRESHOLD_LINE: LineStyle = (0, (4, 2))

WIDE, NARROW = 8, 5
"""Labels that fit on an axis across the page, and on one across a panel."""


@dataclass(frozen=True)
class Style:
    """How a model is drawn.

    Attributes:
        color: Of its lines and markers.
        marker: Its marker.
        line: Style of its line.
    """

    color: str
    marker: str
    line: LineStyle = SOLID


def styles(data: ComparisonData) -> dict[str, Style]:
    """Return the style of each model; colours repeat after eight, with other markers and lines."""
    if len(data.models) == 1:
        return {data.reference: Style(SOURCE_COLORS[Source.MODEL], "o")}
    return {
        model: Style(
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


def aside(axes: Axes, x: float) -> Transform:
    """Return the transform of data that moves marks to the right by so many points."""
    figure = axes.get_figure(root=True)
    assert figure is not None  # axes of a figure
    return axes.transData + ScaledTranslation(x / 72, 0, figure.dpi_scale_trans)


def offsets(count: int, step: float, most: float) -> list[float]:
    """Return how far each of some marks stands aside, centred, in points.

    Args:
        count: How many there are.
        step: Distance of neighbours.
        most: Width of all together at most.

    Example:
        >>> offsets(3, 2.0, 100.0), offsets(3, 2.0, 1.0), offsets(1, 2.0, 100.0)
        ([-2.0, 0.0, 2.0], [-0.5, 0.0, 0.5], [0.0])
    """
    half = min(step * (count - 1), most) / 2
    return np.linspace(-half, half, count).tolist() if count > 1 else [0.0]


def has_bar(found: Interval) -> bool:
    """Return whether a mean has an interval to draw."""
    return bool(np.isfinite(found.low))


def draw_mean(
    axes: Axes,
    found: Interval,
    row: float,
    style: Style,
    *,
    label: str = "",
    hollow: bool = False,
) -> None:
    """Draw a mean as a mark in a row of a panel, with its interval as a bar.

    Args:
        axes: The panel.
        found: The mean.
        row: Where, from top to bottom.
        style: Colour and marker.
        label: What the legend calls it; empty leaves it out.
        hollow: Whether the mark is empty.
    """
    if has_bar(found):
        axes.plot([found.low, found.high], [row, row], color=style.color, linewidth=1.6, alpha=0.7)
    face = "white" if hollow else style.color
    colors = {"markerfacecolor": face, "markeredgecolor": style.color, "markeredgewidth": 0.9}
    axes.plot(
        [found.mean], [row], style.marker, markersize=4.6, label=label or "_", zorder=4, **colors
    )


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Write the names of rows beside them, the first on top."""
    axes.set_yticks(range(len(names)), [brief(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def add_legend(figure: Figure, axes: Axes) -> None:
    """Put a legend above the panels, with each name once."""
    handles, names = axes.get_legend_handles_labels()
    found = dict(zip(names, handles, strict=True))
    figure.legend(found.values(), found.keys(), loc="outside upper left", ncols=min(len(found), 4))


def legend_height(count: int) -> float:
    """Return the inches that a legend of so many names takes."""
    return 0.19 * -(-count // 4)


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


def scale(
    axes: Axes,
    direction: Literal["x", "y"],
    measure: Score,
    found: Sequence[Interval],
    include: Sequence[float] = (),
    *,
    log: bool | None = None,
    keep: Sequence[float] = (),
    most: int = WIDE,
) -> None:
    """Frame the means of a measure on an axis and label it; penalties have labels at 1 and at 2.

    Args:
        axes: The panel.
        direction: Which axis.
        measure: What is shown; the axis reaches no further than its greatest value.
        found: Means with their intervals.
        include: Further values that are to be in sight.
        log: Whether the axis is logarithmic; as the mean of the measure if None.
        keep: Values that are in sight and have a label.
        most: Number of labels that fit.
    """
    log = measure.geometric if log is None else log
    keep = (1.0, THRESHOLD) if measure == PENALTY else keep
    low, high = frame(found, [*include, *keep], log=log)
    high = min(high, measure.measure.bounds[1] + 0.02 * (high - low))
    axis = axes.xaxis if direction == "x" else axes.yaxis
    if log:
        axes.set(**{f"{direction}scale": "log"})
        # labels at the very ends of a panel would meet those of its neighbours
        inside = (high / low) ** (0.06 if most == NARROW else 0)
        axis.set_major_locator(FixedLocator(log_ticks(low * inside, high / inside, keep, most)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    elif most == NARROW:
        axis.set_major_locator(MaxNLocator(NARROW - 1, integer=measure.measure.whole))
    axes.set(**{f"{direction}lim": (low, high)})


STEPS = ((1.0,), (2.0, 5.0), (3.0, 7.0, 1.5), (1.2, 2.5, 4.0))
"""Labels of a decade, the most wanted first."""

LEAST_TICKS = 3
"""With fewer round labels an axis gets even ones."""


def log_ticks(low: float, high: float, keep: Sequence[float] = (), most: int = WIDE) -> list[float]:
    """Return the labels of a logarithmic axis, ascending, at even distances if they fit.

    Args:
        low: Its lower end, positive.
        high: Its upper end.
        keep: Values that have a label whatever lies beside them.
        most: Number of labels that fit.

    Example:
        >>> log_ticks(0.015, 0.7), log_ticks(0.9, 2.6, keep=[1, 2])
        ([0.02, 0.05, 0.1, 0.2, 0.5], [1, 1.2, 1.5, 2, 2.5])
    """
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    round_ones = [step * 10.0**power for steps in STEPS for power in powers for step in steps]
    found = _apart(round_ones, low, high, keep, most)
    if len(found) < LEAST_TICKS:
        even = [float(tick) for tick in MaxNLocator(NARROW).tick_values(low, high)]
        found = _apart(even, low, high, keep, most)
    return sorted(found)


def _apart(
    wanted: Sequence[float], low: float, high: float, keep: Sequence[float], most: int
) -> list[float]:
    """Return the values to keep and those of the wanted ones that are not too close to others."""
    least = np.log(high / low) / most
    found = list(keep)
    for tick in (float(f"{value:.6g}") for value in wanted if low <= value <= high):
        if all(abs(np.log(tick / other)) >= least for other in found):
            found.append(tick)
    return found


def bars_text(data: ComparisonData) -> str:
    """Return what marks and bars are."""
    count = len(data.seeds)
    if count == 1:
        return "There is one seed, so there are no intervals."
    return (
        f"Marks are means over {seed_count(count)}, bars their 95\u00a0% t intervals; a bar that "
        "reaches the frame continues beyond it."
    )


def pairing_text(data: ComparisonData) -> str:
    """Return why bars that overlap do not decide."""
    if len(data.seeds) == 1 or len(data.models) == 1:
        return ""
    return (
        " Much of the variation between seeds is common to all models, so models may be "
        "distinguishable although their bars overlap: the ratios below decide."
    )


def selection_text(data: ComparisonData, models: Sequence[str]) -> str:
    """Return how many models are drawn, if not all are."""
    if len(models) == len(data.models):
        return ""
    return f" The figure shows the {len(models)} best of {len(data.models)} models."


def means_text(data: ComparisonData, condition: str, models: Sequence[str], measure: Score) -> str:
    """Return the means of models under a condition in words; empty if there is none."""
    found = {model: data.mean(model, condition, measure) for model in models}
    return ", ".join(f"{m} {number(one.mean)}" for m, one in found.items() if one is not None)
