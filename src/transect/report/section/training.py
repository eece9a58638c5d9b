"""Training: the learning curves, and images and weights that the model was trained with."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from transect.report.data import ReportData
from transect.report.image_grid import comparison_grid, image_grid
from transect.report.parts import CaptionedFigure, Section
from transect.report.planes import planes, value_map
from transect.report.style import (
    FOREGROUND,
    HOLE,
    SPLIT_COLORS,
    WIDTH,
    new_figure,
    scale_values,
    styled,
)
from transect.report.words import number
from transect.space import FactorSpace
from transect.space.hole import Hole

TITLE = "Training"

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
"""Panel: the columns of the history that it shows, with label and colour."""


def section(data: ReportData) -> Section:
    """Return how the model was trained."""
    return Section(TITLE, _figures(data))


def _figures(data: ReportData) -> Iterator[CaptionedFigure]:
    if data.history is not None and len(data.history):
        yield CaptionedFigure(
            TITLE,
            "learning_curves",
            "Learning curves",
            learning_curves(data.history, data.oracle_history),
            "The error in the hole is watched only: the model is neither trained on it nor "
            "selected by it. A gap that opens between removed and validation is the price of the "
            "hole.",
            _last_epoch(data.history),
        )
    if data.training is not None and len(data.training):
        yield CaptionedFigure(
            TITLE,
            "training_images",
            "Training images",
            image_grid(data.training, data.dark_foreground),
            "A sample of the images that the model was trained on.",
            f"{len(data.training)} training images.",
        )
    if data.validation is not None:
        yield CaptionedFigure(
            TITLE,
            "validation_images",
            "Validation images",
            comparison_grid(data.validation.rows, data.dark_foreground),
            "Images from outside the hole that the model was not trained on: its best case.",
            f"{len(data.validation.truth)} validation images in rows "
            f"{', '.join(data.validation.rows)}.",
        )
    if data.weights is not None and data.points is not None and planes(data.space):
        known = data.weights[np.isfinite(data.weights)]
        yield CaptionedFigure(
            TITLE,
            "sample_weights",
            "Sample weights",
            weight_map(data.points, data.weights, data.space, data.hole),
            "The weight of each image in the loss; dark images have the largest weights.",
            f"Weights of {len(known)} points, from {number(float(known.min()))} to "
            f"{number(float(known.max()))}.",
        )


def _last_epoch(history: pd.DataFrame) -> str:
    """Return the numbers of the last epoch of a history."""
    last = history.iloc[-1]
    names = {
        "loss": "training loss",
        "validation_loss": "validation loss",
        "validation_nmse": "validation nMSE",
        "removed_nmse": "removed nMSE",
    }
    known = [
        f"{name} {number(float(last[column]))}"
        for column, name in names.items()
        if column in history and np.isfinite(last[column])
    ]
    return f"After epoch {last['epoch']:g}: {', '.join(known)}."


@styled
def learning_curves(history: pd.DataFrame, oracle_history: pd.DataFrame | None = None) -> Figure:
    """Return the losses and the errors of every epoch; the oracle's are dashed.

    Args:
        history: One row per epoch: `epoch`, `loss`, maybe `validation_loss`, `train_nmse`,
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
        for column, label, color in curves:
            _draw(axes, history, column, label=label, color=color)
            if oracle_history is not None:
                other = f"{label.split(' (')[0]}, oracle"
                style = {"linestyle": (0, (4, 1.5)), "linewidth": 1.0, "alpha": 0.8}
                _draw(axes, oracle_history, column, label=other, color=color, **style)
        axes.set_ylabel(title)
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        values = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.lines])
        if len(values) and values.min() > 0:
            scale_values(axes, values)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return figure


def _has(table: pd.DataFrame, column: str) -> bool:
    return column in table and bool(table[column].notna().any())


def _draw(axes: Axes, table: pd.DataFrame, column: str, **style: object) -> None:
    if _has(table, column):
        known = table[table[column].notna()]
        axes.plot(known["epoch"], known[column], **style)  # pyright: ignore[reportArgumentType]


@styled
def weight_map(
    points: pd.DataFrame,
    weights: NDArray[np.floating],
    space: FactorSpace,
    hole: Hole | None = None,
) -> Figure:
    """Return the weight of each point in the loss over the factor space.

    Args:
        points: One row per point: the factors.
        weights: (n,), nan where a point has none.
        space: At least two factors.
        hole: The removed region.
    """
    known = np.isfinite(weights)
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)[known]
    norm = Normalize(float(weights[known].min()), float(weights[known].max()))
    return value_map({"": (factors, weights[known])}, space, hole, norm, "weight in the loss")
