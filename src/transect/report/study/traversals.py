"""Pictures along each latent."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.report.sheets import paste, show
from transect.report.style import clear_frame, new_figure, styled

SHEET = 4.4
"""Width of a sheet in inches: two stand beside each other on a page."""


@styled
def traversal_sheet(pictures: NDArray[np.floating], dark_ink: bool = True) -> Figure:
    """Return the pictures along each latent, a row each.

    Args:
        pictures: (latent, steps, h, w) in [0, 1].
        dark_ink: Whether 1 is dark.
    """
    latent, steps, height, width = pictures.shape
    gap = max(1, width // 32)
    sheet = paste(pictures.reshape(-1, height, width), steps, gap)
    figure = new_figure(SHEET, (SHEET - 0.25) * sheet.shape[0] / sheet.shape[1] + 0.25)
    axes = figure.add_subplot()
    clear_frame(axes)
    show(axes, sheet, dark_ink=dark_ink)
    down, along = height + 2 * gap, width + 2 * gap
    axes.set_yticks((np.arange(latent) + 0.5) * down, [f"z{place}" for place in range(latent)])
    axes.set_xticks([0.5 * along, (steps - 0.5) * along], ["low", "high"])
    axes.tick_params(length=0)
    return figure
