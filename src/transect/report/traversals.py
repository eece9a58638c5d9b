"""Images along straight walks through the latent space."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.report.sheets import paste, show
from transect.report.style import WIDTH, clear_frame, new_figure, short, styled

TRAVERSALS_CAPTION = (
    "Each row is a straight walk through the mean code, from low to high: along one latent, along "
    "a principal direction of the codes, and in the direction in which the codes follow a factor."
)

NAMES = 0.72
"""Inches that the names of the walks take, as long as their factors' are short."""

Traversals = Mapping[str, NDArray[np.floating]]
"""Name of a walk: the images along it, (steps, h, w) in [0, 1], as many on each."""


@styled
def traversal_sheet(images: Traversals, dark_foreground: bool = True) -> Figure:
    """Return the images along walks, a row each.

    Args:
        images: The walks, at least one.
        dark_foreground: Whether 1 is dark.
    """
    steps, height, width = next(iter(images.values())).shape
    gap = max(1, width // 32)
    sheet = paste(np.concatenate(list(images.values())), steps, gap)
    figure = new_figure(WIDTH, (WIDTH - NAMES) * sheet.shape[0] / sheet.shape[1] + 0.25)
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, sheet, dark_foreground=dark_foreground)
    down, along = height + 2 * gap, width + 2 * gap
    axes.set_yticks((np.arange(len(images)) + 0.5) * down, [short(name) for name in images])
    axes.set_xticks([0.5 * along, (steps - 0.5) * along], ["low", "high"])
    axes.tick_params(length=0)
    return figure
