"""One look for every figure: colours, sizes, scales, legends.

Colours are those of Okabe and Ito (Color universal design, 2008), which colour-blind readers can
tell apart. A colour means the same in every figure: blue is the model, green its oracle, vermilion
the hole and whatever lies in it, yellow the longest loop of the embedding.
"""

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from transect.measure.key import COMPARED, Source

FOREGROUND = "#222222"
FAINT = "#8a8f98"
FRAME = "#c9ced6"
HOLE = "#D55E00"
LOOP = "#F0E442"
SOURCE_COLORS = {
    Source.MODEL: "#0072B2",
    Source.ORACLE: "#009E73",
    Source.NEAREST_IMAGE: "#E69F00",
    Source.NEAREST_POINT: "#CC79A7",
    Source.BLEND: "#56B4E9",
}
SPLIT_COLORS = {"train": "#b4bccb", "validation": "#0072B2", "removed": HOLE}
WIDTH = 7.2
"""Width of a figure that fills the page, in inches."""

RC = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.0,
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.edgecolor": FRAME,
    "axes.labelcolor": FOREGROUND,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": "#eceef2",
    "grid.linewidth": 0.6,
    "xtick.color": FRAME,
    "ytick.color": FRAME,
    "xtick.labelcolor": "#555a63",
    "ytick.labelcolor": "#555a63",
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "text.color": FOREGROUND,
    # Names are the user's own: a dollar sign in one of them is no formula.
    "text.parse_math": False,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "lines.linewidth": 1.4,
    "lines.solid_capstyle": "round",
    "image.interpolation": "none",
    "image.composite_image": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "transect",
    "figure.constrained_layout.h_pad": 0.04,
    "figure.constrained_layout.w_pad": 0.04,
}

DOTS_PER_INCH = 200

styled = matplotlib.rc_context(RC)  # pyright: ignore[reportArgumentType]
"""Decorator of a function that makes a figure: the look holds inside it and nowhere else."""


LETTERS = 24
"""Letters of a name that a figure has room for."""


def short(name: str) -> str:
    """Return a name as a figure shows it: in one line, and cut if it is long.

    Example:
        >>> short("a"), len(short("a" * 100))
        ('a', 24)
    """
    line = " ".join(name.split())
    return line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…"


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of a size in inches, which lays itself out."""
    return Figure(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")


def clear_frame(axes: Axes) -> None:
    """Take ticks and frame off axes that hold images."""
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def log_axis(axis: Axis, low: float, high: float) -> None:
    """Label an axis that is logarithmic with plain numbers, 1-2-5 where it spans little."""
    decades = np.log10(high / low)
    steps = (1.0, 2.0, 5.0) if decades < 2.5 else (1.0,)
    if decades < 0.4:
        steps = [float(f"{value:.2g}") for value in np.geomspace(low, high, 4)]
        axis.set_major_locator(FixedLocator(steps))
    else:
        axis.set_major_locator(LogLocator(base=10, subs=steps))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def scale_values(axes: Axes, values: np.ndarray) -> None:
    """Make the vertical axis logarithmic if the positive values span more than a factor of 5."""
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) and values.max() > 5 * values.min():
        axes.set_yscale("log")
        log_axis(axes.yaxis, values.min(), values.max())
        axes.set_ylim(values.min() / 1.25, values.max() * 1.25)


def source_style(source: Source) -> dict[str, Any]:
    """Return how the line of a source is drawn: the model strong, the baselines dashed."""
    strong = source is Source.MODEL
    return {
        "label": source.label,
        "color": SOURCE_COLORS[source],
        "linewidth": 2.0 if strong else 1.1,
        "marker": "o" if strong else None,
        "markersize": 3,
        "linestyle": "-" if source in (Source.MODEL, Source.ORACLE) else (0, (4, 1.2)),
    }


def source_legend(figure: Figure) -> None:
    """Add one legend of the sources that any axes of a figure show."""
    found = {
        text: handle
        for axes in figure.axes
        for handle, text in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    names = [source.label for source in COMPARED if source.label in found]
    figure.legend(
        [found[name] for name in names],
        names,
        loc="outside upper left",
        ncols=5,
        columnspacing=1.4,
        handlelength=1.6,
    )


def note_hole(axes: Axes, text: str, x: float, **options: Any) -> None:
    """Write a word above axes in the colour of the hole, at a place of the horizontal axis."""
    place = {"xytext": (0, 2), "ha": "center"} | options
    axes.annotate(
        text,
        (x, 1),
        va="bottom",
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=HOLE,
        fontsize=7,
        **place,
    )
