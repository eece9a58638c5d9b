"""How the model learnt, and how the hole fared meanwhile."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from transect.report.style import (
    FOREGROUND,
    HOLE,
    SPLIT_COLORS,
    WIDTH,
    log_axis,
    new_figure,
    styled,
)

CURVES = {
    "loss": [
        ("loss", "train", FOREGROUND),
        ("validation_loss", "validation", SPLIT_COLORS["validation"]),
    ],
    "nMSE": [
        ("train_nmse", "train", FOREGROUND),
        ("validation_nmse", "validation", SPLIT_COLORS["validation"]),
        ("removed_nmse", "removed (watched only)", HOLE),
    ],
}
"""Panel: the columns of the history that it shows, with name and colour."""


@styled
def learning_curves(history: pd.DataFrame, oracle_history: pd.DataFrame | None = None) -> Figure:
    """Return the losses and the errors of every epoch; the oracle's are dashed.

    Args:
        history: One row an epoch: `epoch`, `loss`, maybe `validation_loss`, `train_nmse`,
            `validation_nmse`, `removed_nmse`.
        oracle_history: The same of the oracle.
    """
    shown = {
        title: curves
        for title, curves in CURVES.items()
        if any(_has(history, column) for column, _, _ in curves)
    }
    figure = new_figure(WIDTH, 2.6)
    panels = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, (title, curves) in zip(panels, shown.items(), strict=True):
        for column, name, color in curves:
            _draw(axes, history, column, label=name, color=color)
            if oracle_history is not None:
                label = f"{name.split(' (')[0]}, oracle"
                style = {"linestyle": (0, (4, 1.5)), "linewidth": 1.0, "alpha": 0.8}
                _draw(axes, oracle_history, column, label=label, color=color, **style)
        axes.set_ylabel(title)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        _scale(axes)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return figure


def _has(table: pd.DataFrame, column: str) -> bool:
    return column in table and bool(table[column].notna().any())


def _draw(axes: Axes, table: pd.DataFrame, column: str, **style: object) -> None:
    if _has(table, column):
        known = table[table[column].notna()]
        axes.plot(known["epoch"], known[column], **style)  # pyright: ignore[reportArgumentType]


def _scale(axes: Axes) -> None:
    values = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.lines])
    if len(values) and values.min() > 0 and values.max() > 5 * values.min():
        axes.set_yscale("log")
        log_axis(axes.yaxis, values.min(), values.max())
