"""From the tables of a run to its final numbers, flat."""

from typing import Any

import numpy as np
import pandas as pd

from transect.measure.error.penalty import penalty, penalty_interval
from transect.measure.error.pixel import MEASURES as PIXEL_MEASURES
from transect.space import transect_key

MEASURES = (*PIXEL_MEASURES, "factor_error")
SOURCES = ("", "oracle_", "nearest_image_", "nearest_point_", "blend_")
HELD_OUT = ("validation", "removed")


def summarise(points: pd.DataFrame, transects: pd.DataFrame) -> dict[str, Any]:
    """Return the final numbers of a run.

    The keys are `<source><split>_<measure>`, with the source empty for the model;
    `transect.<name>.<source>in_hole_<measure>` and `….<source>outside_<measure>`; `<split>_count`;
    `<split>_repeated`, how many held-out images are trained on nevertheless; and where there is
    an oracle `penalty_<measure>` with `penalty_<measure>_low` and `…_high`, the ends of its 95 %
    bootstrap interval over images.

    Args:
        points: The table of points, one row a point.
        transects: The table of transects, one row a transect point.
    """
    numbers: dict[str, Any] = {}
    for split in ("train", *HELD_OUT):
        chosen = points[points["split"] == split]
        numbers[f"{split}_count"] = len(chosen)
        if split in HELD_OUT:
            numbers[f"{split}_repeated"] = int(chosen["repeated"].sum())
        numbers |= _means(chosen, split)
    for name, line in transects.groupby("transect", sort=False):
        inside = line["in_hole"].astype(bool)
        means = _means(line[inside], "in_hole") | _means(line[~inside], "outside")
        numbers |= {transect_key(str(name), key): mean for key, mean in means.items()}
    return numbers | _penalties(points)


def _means(table: pd.DataFrame, group: str) -> dict[str, float]:
    found = {}
    for source in SOURCES:
        for measure in MEASURES:
            column = source + measure
            if column in table and table[column].notna().any():
                found[f"{source}{group}_{measure}"] = float(table[column].mean())
    return found


def _penalties(points: pd.DataFrame) -> dict[str, float]:
    """Return the hole penalty of each measure, over the points that neither model has seen."""
    unseen = points[(points["split"] == "removed") & ~points["oracle_seen"].astype(bool)]
    found = {}
    for measure in MEASURES:
        if f"oracle_{measure}" not in unseen or not len(unseen):
            continue
        error = unseen[measure].to_numpy(np.float64)
        oracle = unseen[f"oracle_{measure}"].to_numpy(np.float64)
        interval = penalty_interval(error, oracle, measure)
        found[f"penalty_{measure}"] = penalty(error, oracle, measure)
        found[f"penalty_{measure}_low"] = interval.low
        found[f"penalty_{measure}_high"] = interval.high
    return found
