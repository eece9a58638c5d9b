"""The numbers of a report as tables of text."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transect.measure.catalogue import (
    ATTRIBUTION_MEASURES,
    EMBEDDING_MEASURES,
    IMAGE_MEASURES,
    Measure,
    measure,
)
from transect.measure.key import COMPARED, Key, Source, column
from transect.report.attribution_words import attribution_number
from transect.report.data import ReportData
from transect.report.sentences import hole_penalty, number
from transect.report.shape_words import with_interval

SPLIT_NAMES = {
    "removed": "Removed: inside the hole",
    "validation": "Validation: outside the hole, not trained on",
    "train": "Train",
}

MISSING = "–"


@dataclass(frozen=True)
class Cell:
    """One number of a table.

    Attributes:
        text: As it is shown.
        best: Whether no other row of its column is better.
    """

    text: str
    best: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a heading for each row and column.

    Attributes:
        title: What it is about.
        columns: Heading of each column.
        rows: Heading of each row and its cells.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def measure_tables(data: ReportData) -> list[Table]:
    """Return the mean of every measure by split and source, a table a split."""
    found = []
    for split, title in SPLIT_NAMES.items():
        values = np.array(
            [[data.value(source, split, one.name) for one in IMAGE_MEASURES] for source in COMPARED]
        )
        columns = np.flatnonzero(np.isfinite(values).any(axis=0))
        rows = np.flatnonzero(np.isfinite(values).any(axis=1))
        if not columns.size:
            continue
        cells = [_column(values[rows, k], IMAGE_MEASURES[k]) for k in columns]
        lines = tuple(
            (COMPARED[row].label, tuple(column[place] for column in cells))
            for place, row in enumerate(rows)
        )
        found.append(Table(title, tuple(IMAGE_MEASURES[k].heading for k in columns), lines))
    return found


def penalty_table(data: ReportData) -> Table | None:
    """Return the hole penalty of every measure with its interval, or None without an oracle."""
    rows = []
    for one in IMAGE_MEASURES:
        penalty = hole_penalty(data, one.name)
        if penalty is not None:
            low, high = number(penalty.low), number(penalty.high)
            rows.append((one.label, (Cell(number(penalty.mean)), Cell(f"{low} to {high}"))))
    columns = ("penalty", "95 % interval over images")
    return Table("Hole penalty: model ÷ oracle", columns, tuple(rows)) if rows else None


def attribution_table(data: ReportData) -> Table | None:
    """Return the parts of the excess in the hole and their shares, or None where none is known."""
    rows = []
    for one in ATTRIBUTION_MEASURES[:3]:
        values = [attribution_number(data, f"{one.name}{end}") for end in ("", "_share")]
        if np.isfinite(values[0].mean):
            texts = [
                text
                for value in values
                for text in (number(value.mean), f"{number(value.low)} to {number(value.high)}")
            ]
            blank = [MISSING if text == f"{MISSING} to {MISSING}" else text for text in texts]
            rows.append((one.label, tuple(Cell(text) for text in blank)))
    columns = ("nMSE", "95 % interval over images", "share", "95 % interval over images")
    return Table("Encoder or decoder: parts of the excess", columns, tuple(rows)) if rows else None


def transect_table(data: ReportData) -> Table | None:
    """Return the mean nMSE along each transect, in the hole and outside, by source."""
    table, nmse = data.transects, measure("nmse")
    if table is None or nmse.name not in table:
        return None
    columns = {
        source: column(source, nmse.name)
        for source in COMPARED
        if column(source, nmse.name) in table and table[column(source, nmse.name)].notna().any()
    }
    rows = []
    for name, part in table.groupby("transect", sort=False):
        for inside, place in ((True, "in the hole"), (False, "outside")):
            chosen = part[part["in_hole"].astype(bool) == inside]
            if len(chosen):
                values = np.array([float(chosen[one].mean()) for one in columns.values()])
                rows.append((f"{name}, {place}", tuple(_column(values, nmse))))
    title = f"{nmse.heading} along the transects"
    return Table(title, tuple(source.label for source in columns), tuple(rows))


def shape_table(data: ReportData) -> Table | None:
    """Return the numbers of the embedding of model and oracle, or None where there are none."""
    sources = [
        source
        for source in (Source.MODEL, Source.ORACLE)
        if any(key.group == "embedding" and key.source is source for key in data.metrics)
    ]
    rows = []
    for one in _shape_measures(len(data.codes)):
        texts = [_shape_text(data, one, source) for source in sources]
        if any(text != MISSING for text in texts):
            rows.append((one.heading, tuple(Cell(text) for text in texts)))
    verdicts = [data.text(Key("verdict", "embedding", source)) or MISSING for source in sources]
    rows.append(("verdict", tuple(Cell(text) for text in verdicts)))
    columns = tuple(source.label for source in sources)
    return Table("Shape of the embedding", columns, tuple(rows)) if sources else None


def _shape_measures(latents: int) -> Iterator[Measure]:
    for one in EMBEDDING_MEASURES:
        if "*" not in one.name:
            yield one
            continue
        for place in range(1, latents + 1):
            yield measure(one.name.replace("*", str(place)))


def _shape_text(data: ReportData, one: Measure, source: Source) -> str:
    value = data.metric(Key(one.name, "embedding", source))
    if one.whole and np.isfinite(value):
        return f"{value:.0f}"
    return with_interval(data, one.name, source)


def duration(seconds: float) -> str:
    """Return a time in words.

    Example:
        >>> duration(7384.2), duration(61.5), duration(0.25)
        ('2 h 3 min', '1 min 1 s', '0.250 s')
    """
    if seconds < 60:
        return f"{number(seconds)} s"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _column(values: np.ndarray, one: Measure) -> list[Cell]:
    """Return the values of a measure as cells, the best of them marked."""
    finite = values[np.isfinite(values)]
    most = finite.max if one.better == "higher" else finite.min
    best = most() if len(finite) > 1 else np.nan
    return [Cell(number(value), bool(value == best)) for value in values]
