"""The numbers of a study as tables of text."""

from collections.abc import Sequence
from dataclasses import dataclass

from transect.report.measure import Measure
from transect.report.sentences import bracket, number
from transect.report.study.comparison import change, difference, mean
from transect.report.study.data import StudyData
from transect.report.study.evidence import signed
from transect.report.study.measures import GROUPS, remaining


@dataclass(frozen=True)
class StudyCell:
    """A measure of one loss.

    Attributes:
        mean: Its mean over seeds with the interval.
        difference: Its mean difference to the reference with the interval; empty where it is that.
        distinguishable: Whether the interval of the difference leaves out 0.
    """

    mean: str
    difference: str = ""
    distinguishable: bool = False


@dataclass(frozen=True)
class StudyTable:
    """Measures in rows, losses in columns.

    Attributes:
        title: What it is about.
        rows: Name of each measure and its cells, one a loss.
    """

    title: str
    rows: tuple[tuple[str, tuple[StudyCell, ...]], ...]


def study_tables(data: StudyData) -> list[StudyTable]:
    """Return the measures that have a name, a table a group; those that no run has are left out."""
    tables = [_table(data, title, measures) for title, measures in GROUPS.items()]
    return [table for table in tables if table.rows]


def remaining_table(data: StudyData) -> StudyTable:
    """Return all other final numbers, under the names that they have in the scores."""
    return _table(data, "All other final numbers", remaining(data.scores))


def comparisons(tables: Sequence[StudyTable]) -> int:
    """Return how many differences tables show."""
    return sum(
        bool(cell.difference) for table in tables for _, cells in table.rows for cell in cells
    )


def _table(data: StudyData, title: str, measures: Sequence[Measure]) -> StudyTable:
    rows = [
        (measure.label, tuple(_cell(data, loss, measure) for loss in data.losses))
        for measure in measures
        if any(len(data.values(loss, measure.column)) for loss in data.losses)
    ]
    return StudyTable(title, tuple(rows))


def _cell(data: StudyData, loss: str, measure: Measure) -> StudyCell:
    found = mean(data, loss, measure.column)
    if found is None:
        return StudyCell("–")
    text = f"{number(found.mean)}{bracket(found)}"
    paired = None if loss == data.reference else difference(data, loss, measure.column)
    if paired is None:
        return StudyCell(text)
    told = change(paired) in {"higher", "lower"}
    return StudyCell(text, f"{signed(paired.mean)}{bracket(paired)}", told)
