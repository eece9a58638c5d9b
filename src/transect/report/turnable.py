"""The embedding as a figure to turn by hand, in the terms of plotly."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.report.embedding import project_tables
from transect.report.style import HOLE, INK, LOOP, SPLIT_COLORS, short
from transect.space import FactorSpace

DIGITS = 4
"""Decimals of what is drawn, which keeps the page small."""

EYE = {"x": 0.95, "y": -1.65, "z": 1.1}
"""Where the embedding is seen from at first: the direction of the still figure."""


def turnable_embedding(
    points: pd.DataFrame, transects: pd.DataFrame | None, space: FactorSpace
) -> dict[str, Any] | None:
    """Return the traces and the layout of the embedding, or None below three latents.

    Hovering shows the factors. Names are the user's own, so they come escaped and free of the
    marks of plotly's templates.

    Args:
        points: One row a point: `split`, the factors, `z0`, `z1`, ..., maybe `on_loop`, whether it
            lies on the longest loop.
        transects: One row a point of a transect: `transect`, `in_hole`, the factors, `z0`, ...
        space: The factor space.
    """
    shown = project_tables(points, transects)
    if len(shown.labels) < 3:
        return None
    factors = points[list(space.names)].to_numpy(dtype=np.float64)
    traces = []
    for split, color in SPLIT_COLORS.items():
        rows = (points["split"] == split).to_numpy()
        if rows.any():
            marker = {"size": 1.8, "color": color, "opacity": 0.9}
            trace = _trace(split, shown.points[rows], factors[rows], space)
            traces.append(trace | {"mode": "markers", "marker": marker})
    if "on_loop" in points and points["on_loop"].any():
        rows = points["on_loop"].to_numpy(dtype=bool)
        marker = {"size": 5, "color": LOOP, "line": {"color": INK, "width": 1}}
        trace = _trace("longest loop", shown.points[rows], factors[rows], space)
        traces.append(trace | {"mode": "markers", "marker": marker})
    if transects is not None and len(shown.transects):
        traces += _lines(transects, shown.transects, space)
    return {"data": traces, "layout": scene_layout(shown.labels)}


def _lines(
    table: pd.DataFrame, codes: NDArray[np.float64], space: FactorSpace
) -> list[dict[str, Any]]:
    factors = table[list(space.names)].to_numpy(dtype=np.float64)
    traces = []
    for name in table["transect"].unique():
        rows = (table["transect"] == name).to_numpy()
        inside = table.loc[rows, "in_hole"].astype(bool)
        trace = _trace(str(name), codes[rows], factors[rows], space)
        traces.append(
            trace
            | {
                "mode": "lines+markers",
                "line": {"color": INK, "width": 4},
                "marker": {"size": 4, "color": [HOLE if within else INK for within in inside]},
            }
        )
    return traces


def _trace(
    name: str, codes: NDArray[np.float64], factors: NDArray[np.float64], space: FactorSpace
) -> dict[str, Any]:
    hover = "<br>".join(
        f"{plain(short(factor))} = %{{customdata[{k}]}}" for k, factor in enumerate(space.names)
    )
    axes = {
        axis: column.round(DIGITS).tolist() for axis, column in zip("xyz", codes.T, strict=True)
    }
    return {
        "type": "scatter3d",
        "name": plain(short(name)),
        "customdata": factors.round(DIGITS).tolist(),
        "hovertemplate": f"{plain(short(name))}<br>{hover}<extra></extra>",
        **axes,
    }


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
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": INK},
        "legend": {"itemsizing": "constant", "x": 0, "y": 1, "bgcolor": "rgba(255,255,255,0.7)"},
        "scene": {**axes, "aspectmode": "cube", "dragmode": "orbit", "camera": {"eye": EYE}},
        "hovermode": "closest",
    }
