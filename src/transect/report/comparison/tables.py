"""The numbers of a comparison: means of measures, and the list of all runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from transect.measure.catalogue import Score, score
from transect.measure.key import Source
from transect.report.comparison.data import (
    DECODER,
    ENCODER,
    ORACLE,
    ORACLE_IOU,
    PENALTY,
    REMOVED,
    SOFT_IOU,
    VALIDATION,
    VALIDATION_IOU,
    ComparisonData,
)
from transect.report.words import MISSING, bracket, number

MAIN = (PENALTY, REMOVED, ORACLE, VALIDATION, SOFT_IOU)
"""The scores whose tables stand open."""

OTHER_SOURCES = (
    Source.NEAREST_IMAGE,
    Source.NEAREST_POINT,
    Source.BLEND,
    Source.BEST_CODE,
    Source.STRAIGHT,
    Source.GEODESIC,
)
FURTHER = (
    ORACLE_IOU,
    VALIDATION_IOU,
    score("soft_iou", "penalty"),
    score("factor_error", "removed"),
    score("factor_error", "removed", Source.ORACLE),
    score("factor_error", "penalty"),
    score("off_manifold", "removed"),
    score("off_manifold", "removed", Source.ORACLE),
    *(score("nmse", "removed", source) for source in OTHER_SOURCES),
    ENCODER,
    DECODER,
    score("converged", "attribution"),
    score("agreement", "attribution"),
    score("loops", "embedding"),
    score("two_nn", "embedding"),
    score("mcc", "embedding"),
    score("count", "train"),
    score("train", "seconds"),
    score("total", "seconds"),
)
"""The scores whose tables are folded."""

OF_A_RUN = (PENALTY, REMOVED, VALIDATION, SOFT_IOU)
"""The scores in the list of all runs."""

Line = tuple[str, tuple[tuple[str, str], ...]]
"""Heading of a row and its cells: a mean and, below it, its interval and number of seeds."""


@dataclass(frozen=True)
class MeasureTable:
    """Means of measures.

    Attributes:
        title: What it is about.
        columns: Heading of each column.
        rows: The rows.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Line, ...]


@dataclass(frozen=True)
class RunTable:
    """The list of all finished runs.

    Attributes:
        columns: Heading of each column after the first.
        rows: Name of each run, relative address of its page (empty if it has none), and its texts:
            model, condition, seed and numbers.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


def measure_tables(
    data: ComparisonData, title: str, measures: Sequence[Score], models: Sequence[str]
) -> list[MeasureTable]:
    """Return the measures that some run has by condition and model.

    A table a measure, conditions in rows and models in columns; for one model, or under one
    condition, a single table with measures in columns.

    Args:
        data: The comparison.
        title: Title of the single table.
        measures: Which to show.
        models: All models, in order.
    """
    known = [one for one in measures if data.has(one)]
    conditions = [condition.name for condition in data.conditions]
    if len(models) > 1 and len(conditions) > 1:
        return [
            MeasureTable(
                one.heading,
                tuple(models),
                _rows({c: [_cell(data, model, c, one) for model in models] for c in conditions}),
            )
            for one in known
        ]
    rows = {
        model if len(models) > 1 else condition: [
            _cell(data, model, condition, one) for one in known
        ]
        for model in models
        for condition in conditions
    }
    columns = tuple(one.heading for one in known)
    return [MeasureTable(title, columns, _rows(rows))] if known else []


def _rows(rows: dict[str, list[tuple[str, str]]]) -> tuple[Line, ...]:
    """Return the rows that have a number."""
    return tuple(
        (name, tuple(cells))
        for name, cells in rows.items()
        if any(text != MISSING for text, _ in cells)
    )


def _cell(data: ComparisonData, model: str, condition: str, measure: Score) -> tuple[str, str]:
    found = data.mean(model, condition, measure)
    if found is None:
        return MISSING, ""
    few = f" n\u00a0=\u00a0{found.count}" if found.count != len(data.seeds) else ""
    return number(found.mean), f"{bracket(found)}{few}".strip()


def run_table(data: ComparisonData) -> RunTable:
    """Return every finished run with its main numbers."""
    measures = [one for one in OF_A_RUN if data.has(one)]
    columns = [one.column for one in measures]
    numbers = data.scores[columns].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    names = data.scores[["cell", "model", "condition", "seed"]].itertuples(index=False)
    rows = tuple(
        (str(run), data.links.get(str(run), ""), (*map(str, about), *map(number, values)))
        for (run, *about), values in zip(names, numbers, strict=True)
    )
    return RunTable(("model", "condition", "seed", *(one.heading for one in measures)), rows)
