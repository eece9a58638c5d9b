"""The embeddings as figures to turn by hand, in the terms of plotly."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.report.embedding import project_tables
from transect.report.study.data import StudyData
from transect.report.study.embeddings import drawn_points, even_box
from transect.report.style import FOREGROUND, short
from transect.space import FactorSpace

DIGITS = 4
"""Decimals of what is drawn, which keeps the page small."""

EYE = {"x": 0.95, "y": -1.65, "z": 1.1}
"""Where the embedding is seen from at first: the direction of the still figure."""

MOST_SCENES = 8
"""A browser draws only so many figures in three dimensions at once."""

FARTHER = 1.25
"""A small scene is seen from farther away, so that the names of its axes stay within."""


def turnable_embeddings(data: StudyData) -> dict[str, Any] | None:
    """Return the embeddings as one scene a loss, or None below three latents.

    Args:
        data: The study.

    Returns:
        `factors`: {label, low, high} each; `scenes`: {loss, data, layout} each, the loss as the
        user names it. The values of the factors are the `customdata` of a scene, so that each can
        become its colour.
    """
    scenes = []
    for loss in list(data.losses)[:MOST_SCENES]:
        points = drawn_points(data, loss)
        shown = project_tables(points, None)
        if len(shown.labels) < 3:
            return None
        trace = _trace(shown.points, points, data.space)
        scenes.append(
            {"loss": loss, "data": [trace], "layout": _layout(shown.labels, shown.points)}
        )
    factors = [
        {"label": factor.label, "low": float(factor.low), "high": float(factor.high)}
        for factor in data.space.factors
    ]
    return {"factors": factors, "scenes": scenes}


def _trace(codes: NDArray[np.float64], points: pd.DataFrame, space: FactorSpace) -> dict[str, Any]:
    factors = points[list(space.columns)].to_numpy(dtype=np.float64)
    first = space.factors[0]
    hover = "<br>".join(
        f"{plain(short(name))} = %{{customdata[{place}]}}" for place, name in enumerate(space.names)
    )
    # codes may be small: decimals count from the size of the embedding
    span = float(np.ptp(codes, axis=0).max())
    digits = DIGITS - int(np.floor(np.log10(span))) if span > 0 else DIGITS
    axes = {
        axis: column.round(digits).tolist() for axis, column in zip("xyz", codes.T, strict=True)
    }
    return {
        "type": "scatter3d",
        "mode": "markers",
        "customdata": factors.round(DIGITS).tolist(),
        "hovertemplate": f"{hover}<extra></extra>",
        "marker": {
            "size": 2,
            "opacity": 0.9,
            "colorscale": "Viridis",
            "color": factors[:, 0].round(DIGITS).tolist(),
            "cmin": float(first.low),
            "cmax": float(first.high),
        },
        **axes,
    }


def _layout(labels: tuple[str, ...], codes: NDArray[np.float64]) -> dict[str, Any]:
    layout = scene_layout(tuple(label.replace("principal component", "PC") for label in labels))
    low, high = even_box(codes)
    length = high - low
    for place, axis in enumerate("xyz"):
        layout["scene"][f"{axis}axis"] |= {
            "range": [float(low[place]), float(high[place])],
            # labels of a short axis would lie on each other
            "nticks": 4 if length[place] > length.max() / 3 else 2,
        }
    # one scale for all axes, so that a thin sheet looks thin
    ratio = dict(zip("xyz", (length / length.max()).tolist(), strict=True))
    eye = {axis: FARTHER * value for axis, value in EYE.items()}
    layout["scene"] |= {
        "aspectmode": "manual",
        "aspectratio": ratio,
        "camera": {"eye": eye},
    }
    return layout


def plain(name: str) -> str:
    """Return a name that plotly shows as it is: no markup, no variable, no formula."""
    marks = str.maketrans({mark: f"&#{ord(mark)};" for mark in "%{}$"})
    return escape(name, quote=False).translate(marks)


def scene_layout(labels: tuple[str, ...]) -> dict[str, Any]:
    """Return the layout of a figure with one scene, its axes named by the three labels."""
    look = {
        "backgroundcolor": "#f6f7f9",
        "gridcolor": "#dfe3e8",
        "showbackground": True,
        "zeroline": False,
    }
    axes = {
        f"{axis}axis": {"title": {"text": label}, **look}
        for axis, label in zip("xyz", labels, strict=True)
    }
    return {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": "white",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": FOREGROUND},
        "legend": {"itemsizing": "constant", "x": 0, "y": 1, "bgcolor": "rgba(255,255,255,0.7)"},
        "scene": {**axes, "aspectmode": "cube", "dragmode": "orbit", "camera": {"eye": EYE}},
        "hovermode": "closest",
    }
