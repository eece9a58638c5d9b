"""The numbers of a comparison as tables of text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transect.measure.catalogue import Score
from transect.report.comparison.averages import mean
from transect.report.comparison.crossing import crossings
from transect.report.comparison.data import ComparisonData
from transect.report.comparison.measures import PENALTY, REMOVED, SOFT_IOU, VALIDATION
from transect.report.comparison.ranking import Ranked, Ranking
from transect.report.sentences import bracket, number
from transect.report.tables import MISSING, Cell, Table

VERDICTS = {"higher": "worse", "same": "not distinguishable", "unknown": "unknown: one seed"}
"""What an interval of a ratio says."""

OF_A_CELL = (PENALTY, REMOVED, VALIDATION, SOFT_IOU)
"""The measures in the list of all cells."""


@dataclass(frozen=True)
class MeasureTable:
    """Means of measures.

    Attributes:
        title: What it is about.
        columns: Heading of each column.
        rows: Heading of each row and its cells: the mean, and below it interval and seeds.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True)
class CellRow:
    """A cell of the list of all cells.

    Attributes:
        name: Its name.
        link: Relative address of its own page; empty where it has none.
        texts: Model, condition, seed and the numbers.
    """

    name: str
    link: str
    texts: tuple[str, ...]


def ranking_table(ranked: Ranking) -> Table | None:
    """Return the models in their order with the ratios to the best and to the next better one."""
    if len(ranked.places) < 2:
        return None
    rows = []
    for place, one in enumerate(ranked.places):
        rows.append((f"{place + 1}. {one.model}", _ranking_cells(one, first=place == 0)))
    gap = tuple(Cell(MISSING) for _ in range(6))
    rows += [(f"{model} (too few cells)", gap) for model in ranked.unranked]
    columns = (
        ranked.measure.heading,
        "÷ best",
        "against the best",
        "÷ next better",
        "against the next better",
        "seeds",
    )
    return Table("Ranking", columns, tuple(rows))


def _ranking_cells(one: Ranked, *, first: bool) -> tuple[Cell, ...]:
    error = Cell(f"{number(one.error.mean)}{bracket(one.error)}", best=first)
    count = Cell(f"{one.error.count}")
    if first:
        return (error, Cell("1"), Cell("best"), Cell(MISSING), Cell(MISSING), count)
    compared = []
    for ratio, change in ((one.to_best, one.from_best), (one.to_next, one.from_next)):
        compared += [Cell(f"{number(ratio.mean)}{bracket(ratio)}"), Cell(VERDICTS[change])]
    return (error, *compared, count)


def crossing_tables(data: ComparisonData, models: Sequence[str]) -> list[Table]:
    """Return the crossing radii of the models, a table a series of hole radii."""
    found = []
    for series, known in crossings(data).items():
        rows = tuple(
            (model, (Cell(one.text), Cell(one.seeds_text), Cell(str(one.summary.count))))
            for model in models
            if (one := known.get(model)) is not None
        )
        of = f", {series}" if len(data.series) > 1 else ""
        columns = ("r₂", "by seed", "seeds")
        found.append(
            Table(f"Crossing radius r₂: where the hole penalty reaches 2{of}", columns, rows)
        )
    return found


def measure_tables(
    data: ComparisonData, title: str, measures: Sequence[Score], models: Sequence[str]
) -> list[MeasureTable]:
    """Return the measures that some cell has by condition and model.

    A table a measure, conditions in rows and models in columns; of one model, or under one
    condition, a single table with measures in columns.

    Args:
        data: The comparison.
        title: Of the single table.
        measures: Which to show.
        models: All models, in order.
    """
    known = [one for one in measures if data.has(one.column)]
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


def _rows(
    rows: dict[str, list[tuple[str, str]]],
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return rows without those that have no number."""
    return tuple(
        (name, tuple(cells))
        for name, cells in rows.items()
        if any(text != MISSING for text, _ in cells)
    )


def _cell(data: ComparisonData, model: str, condition: str, measure: Score) -> tuple[str, str]:
    found = mean(data, model, condition, measure)
    if found is None:
        return MISSING, ""
    few = f" n\u00a0=\u00a0{found.count}" if found.count != len(data.seeds) else ""
    return number(found.mean), f"{bracket(found)}{few}".strip()


def cell_columns(data: ComparisonData) -> tuple[str, ...]:
    """Return the headings of the list of all cells after the first."""
    return "model", "condition", "seed", *(one.heading for one in _of_a_cell(data))


def cell_rows(data: ComparisonData) -> list[CellRow]:
    """Return every finished cell with its main numbers."""
    measures = _of_a_cell(data)
    numbers = {one.column: data.scores[one.column] for one in measures}
    rows = []
    for place, (cell, model, condition, seed) in enumerate(
        data.scores[["cell", "model", "condition", "seed"]].itertuples(index=False)
    ):
        values = (_number(numbers[one.column].iloc[place]) for one in measures)
        texts = (str(model), str(condition), f"{seed}", *values)
        rows.append(CellRow(str(cell), data.links.get(str(cell), ""), texts))
    return rows


def _of_a_cell(data: ComparisonData) -> list[Score]:
    return [one for one in OF_A_CELL if data.has(one.column)]


def _number(value: object) -> str:
    return number(float(value)) if isinstance(value, int | float | np.number) else MISSING
