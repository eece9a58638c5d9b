"""What the figures show, in words and numbers, for readers who cannot see them."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transect.measure import catalogue
from transect.measure.code.attribution import column_parts
from transect.measure.key import Source, column
from transect.report.attribution import WAYS, way_means
from transect.report.crossings import stretches
from transect.report.data import ReportData
from transect.report.sentences import number
from transect.report.shape_words import loop_places, stretch_inside, way_errors, way_value
from transect.report.traversals import Traversals
from transect.space import FactorSpace
from transect.space.transect import Transect


def ranges(space: FactorSpace) -> str:
    """Return the range of every factor."""
    return ", ".join(
        f"{factor.label} from {factor.low:g} to {factor.high:g}" for factor in space.factors
    )


def counts(points: pd.DataFrame) -> str:
    """Return the number of points of every split."""
    found = points["split"].value_counts()
    return ", ".join(
        f"{found[name]} {name}" for name in ("train", "validation", "removed") if name in found
    )


def walks_text(traversals: Traversals) -> str:
    """Return which walks a sheet of traversals shows."""
    steps = len(next(iter(traversals.values())))
    return f"{steps} images along each of {len(traversals)} walks: {', '.join(traversals)}."


def columns_in_hole(table: pd.DataFrame) -> str:
    """Return which points of a transect lie in the hole, counted from 1."""
    runs = stretches(table["in_hole"].to_numpy(dtype=bool))
    if not runs:
        return f"None of its {len(table)} points lies in the hole."
    places = " and ".join(
        f"{start + 1} to {stop}" if stop - start > 1 else f"{start + 1}" for start, stop in runs
    )
    return f"Points {places} of {len(table)} lie in the hole."


def transect_errors(data: ReportData, line: Transect, measure: str) -> str:
    """Return the mean error along a transect inside and outside the hole, by model and oracle."""
    table = data.transects
    if table is None:
        return ""
    part = table[table["transect"] == line.name]
    inside = part["in_hole"].astype(bool)
    parts = []
    for source in (Source.MODEL, Source.ORACLE):
        name = column(source, measure)
        if name in part and part[name].notna().any():
            values = [part.loc[rows, name].mean() for rows in (inside, ~inside)]
            where = ("in the hole", "outside")
            said = [
                f"{number(v)} {w}" for v, w in zip(values, where, strict=True) if np.isfinite(v)
            ]
            parts.append(f"{source.label} {', '.join(said)}")
    return f"Mean {catalogue.measure(measure).title}: {'; '.join(parts)}." if parts else ""


def strip_text(data: ReportData, line: Transect) -> str:
    """Return what the images along a transect show."""
    table = data.transects
    place = "" if table is None else columns_in_hole(table[table["transect"] == line.name])
    hands = ", ".join(data.crossings[line.name].rows)
    return f"Transect {line.name}, rows {hands}. {place} {transect_errors(data, line, 'nmse')}"


def split_errors(data: ReportData, measures: tuple[str, ...] = ("nmse", "soft_iou")) -> str:
    """Return the mean errors of model and oracle on validation and on removed points."""
    return " ".join(_split_errors(data, measures))


def _split_errors(data: ReportData, measures: tuple[str, ...]) -> Iterator[str]:
    for measure in measures:
        parts = []
        for split in ("validation", "removed"):
            values = {
                source.label: data.value(source, split, measure)
                for source in (Source.MODEL, Source.ORACLE)
            }
            said = [
                f"{hand} {number(value)}" for hand, value in values.items() if np.isfinite(value)
            ]
            if said:
                parts.append(f"{split} {', '.join(said)}")
        if parts:
            yield f"Mean {catalogue.measure(measure).title}: {'; '.join(parts)}."


def last_epoch(history: pd.DataFrame) -> str:
    """Return the numbers of the last epoch of a history."""
    last = history.iloc[-1]
    names = {
        "loss": "training loss",
        "validation_loss": "validation loss",
        "validation_nmse": "validation nMSE",
        "removed_nmse": "removed nMSE",
    }
    said = [
        f"{name} {number(float(last[column]))}"
        for column, name in names.items()
        if column in history and np.isfinite(last[column])
    ]
    return f"After epoch {last['epoch']:g}: {', '.join(said)}."


def loop_text(data: ReportData, points: pd.DataFrame) -> str:
    """Return how many points lie on the longest loop, and how near to the boundary."""
    kept = int((points["split"] != "removed").sum())
    count = f"{int(points['on_loop'].sum())} of {kept} kept points lie on the longest loop."
    return f"{count} {loop_places(data)}".strip()


def ways_text(data: ReportData) -> str:
    """Return the errors and lengths of the ways across the hole, by transect."""
    return " ".join(_ways(data))


def _ways(data: ReportData) -> Iterator[str]:
    for name, errors in way_errors(data).items():
        lengths = [
            way_value(data, name, f"{way}_length") for way in ("straight", "geodesic", "true")
        ]
        said = ", ".join(
            f"{way} nMSE {number(error)} and length {number(length)}"
            for way, error, length in zip(("straight", "geodesic"), errors, lengths, strict=False)
        )
        yield f"{name}: {said}; the true images travel {number(lengths[2])}."


def stretch_text(data: ReportData, points: pd.DataFrame) -> str:
    """Return how much the embedding is stretched, and how much more inside the hole."""
    known = points["stretch"].dropna()
    low, middle, high = (number(float(known.quantile(share))) for share in (0.05, 0.5, 0.95))
    spread = f"Stretch at {len(known)} points, median {middle}, 90 % of them from {low} to {high}."
    return f"{spread} {stretch_inside(data)}".strip()


def code_errors(points: pd.DataFrame) -> str:
    """Return the mean error with each code, of the points whose errors were taken apart."""
    said = "; ".join(
        f"{WAYS[name]} {number(one.mean)} over {one.count} points"
        for name, one in way_means(points).items()
    )
    return f"Mean nMSE: {said}."


def part_text(points: pd.DataFrame) -> str:
    """Return the spread of both parts over the points whose errors were taken apart."""
    said = []
    for half, values in column_parts(points)._asdict().items():
        low, middle, high = (number(float(x)) for x in np.quantile(values, [0.05, 0.5, 0.95]))
        said.append(f"{half}’s part, median {middle}, 90 % from {low} to {high}")
    return f"{len(points)} points in the hole: {'; '.join(said)}."
