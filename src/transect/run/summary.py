"""From the tables of a run to its final numbers."""

import numpy as np
import pandas as pd

from transect.measure.catalogue import IMAGE_MEASURES, names
from transect.measure.error.penalty import penalty_interval
from transect.measure.key import COMPARED, Key, Source, column, transect_group

HELD_OUT = ("validation", "removed")


def summarise(points: pd.DataFrame, transects: pd.DataFrame) -> dict[Key, float]:
    """Return the final numbers of a run.

    Their groups are the splits; `transect.<name>.inside` and `….outside`, the points of a transect
    in the hole and the others; and `penalty` where there is an oracle, with the ends of its 95 %
    bootstrap interval over images. `count` is the number of points of a split, `repeated` how many
    held-out images are trained on nevertheless.

    Args:
        points: The table of points, one row a point.
        transects: The table of transects, one row a transect point.
    """
    numbers: dict[Key, float] = {}
    for split in ("train", *HELD_OUT):
        chosen = points[points["split"] == split]
        numbers[Key("count", split)] = len(chosen)
        if split in HELD_OUT:
            numbers[Key("repeated", split)] = int(chosen["repeated"].sum())
        numbers |= _means(chosen, split)
    for name, line in transects.groupby("transect", sort=False):
        inside = line["in_hole"].astype(bool)
        numbers |= _means(line[inside], transect_group(str(name), "inside"))
        numbers |= _means(line[~inside], transect_group(str(name), "outside"))
    return numbers | _penalties(points)


def _means(table: pd.DataFrame, group: str) -> dict[Key, float]:
    keys = [Key(one, group, source) for source in COMPARED for one in names(IMAGE_MEASURES)]
    found = {key: table.get(column(key.source, key.measure)) for key in keys}
    return {
        key: float(values.mean())
        for key, values in found.items()
        if values is not None and values.notna().any()
    }


def _penalties(points: pd.DataFrame) -> dict[Key, float]:
    """Return the hole penalty of each measure, over the points that neither model has seen."""
    unseen = points[(points["split"] == "removed") & ~points["oracle_seen"].astype(bool)]
    found: dict[Key, float] = {}
    for measure in names(one for one in IMAGE_MEASURES if one.has_penalty):
        beside = column(Source.ORACLE, measure)
        if beside not in unseen or not len(unseen):
            continue
        errors = unseen[[measure, beside]].to_numpy(np.float64)
        interval = penalty_interval(errors[:, 0], errors[:, 1], measure)
        found[Key(measure, "penalty")] = interval.mean
        found[Key(measure, "penalty", end="low")] = interval.low
        found[Key(measure, "penalty", end="high")] = interval.high
    return found
