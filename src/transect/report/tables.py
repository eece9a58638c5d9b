"""The numbers of a report as tables of text."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transect.measure.catalogue import CODE_MEASURES
from transect.measure.error.pixel import HIGHER_IS_BETTER
from transect.report.attribution_words import attribution_number
from transect.report.data import MEASURE_NAMES, SOURCES, ReportData
from transect.report.sentences import better, hole_penalty, number
from transect.report.shape_words import with_interval

SPLIT_NAMES = {
    "removed": "Removed: inside the hole",
    "validation": "Validation: outside the hole, not trained on",
    "train": "Train",
}

SHAPE_NAMES = {
    **{name: measure.heading for name, measure in CODE_MEASURES.items()},
    "loop_boundary": "distance of the longest loop from the boundary, radii",
    "loop_boundary_random": "distance of all points from the boundary, radii",
    "stretch_removed": "stretch inside the hole ÷ outside",
    "verdict": "verdict",
}
"""Name of a number of the embedding: its heading, `*` standing for 1, 2, …"""

COUNTS = ("components", "loops")

ATTRIBUTION_NAMES = {"excess": "excess", "encoder": "encoder’s part", "decoder": "decoder’s part"}
"""Name of a part of the excess in the hole: its heading."""

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
            [[data.value(prefix, split, name) for name in MEASURE_NAMES] for prefix in SOURCES]
        )
        measures = [k for k in range(values.shape[1]) if np.isfinite(values[:, k]).any()]
        sources = [k for k in range(values.shape[0]) if np.isfinite(values[k]).any()]
        if not measures:
            continue
        names = list(MEASURE_NAMES)
        best = {k: _best(values[sources, k], names[k]) for k in measures}
        rows = tuple(
            (
                list(SOURCES.values())[row],
                tuple(
                    Cell(number(values[row, k]), bool(values[row, k] == best[k])) for k in measures
                ),
            )
            for row in sources
        )
        columns = tuple(f"{MEASURE_NAMES[names[k]]} {better(names[k])}" for k in measures)
        found.append(Table(title, columns, rows))
    return found


def penalty_table(data: ReportData) -> Table | None:
    """Return the hole penalty of every measure with its interval, or None without an oracle."""
    rows = []
    for measure, name in MEASURE_NAMES.items():
        penalty = hole_penalty(data, measure)
        if penalty is not None:
            low, high = number(penalty.low), number(penalty.high)
            rows.append((name, (Cell(number(penalty.mean)), Cell(f"{low} to {high}"))))
    columns = ("penalty", "95 % interval over images")
    return Table("Hole penalty: model ÷ oracle", columns, tuple(rows)) if rows else None


def attribution_table(data: ReportData) -> Table | None:
    """Return the parts of the excess in the hole and their shares, or None where none is known."""
    rows = []
    for name, heading in ATTRIBUTION_NAMES.items():
        values = [attribution_number(data, name), attribution_number(data, f"{name}_share")]
        if np.isfinite(values[0].mean):
            texts = [
                text
                for one in values
                for text in (number(one.mean), f"{number(one.low)} to {number(one.high)}")
            ]
            blank = [MISSING if text == f"{MISSING} to {MISSING}" else text for text in texts]
            rows.append((heading, tuple(Cell(text) for text in blank)))
    columns = ("nMSE", "95 % interval over images", "share", "95 % interval over images")
    return Table("Encoder or decoder: parts of the excess", columns, tuple(rows)) if rows else None


def transect_table(data: ReportData, measure: str = "nmse") -> Table | None:
    """Return the mean of a measure along each transect, in the hole and outside, by source."""
    table = data.transects
    if table is None or measure not in table:
        return None
    sources = [
        prefix
        for prefix in SOURCES
        if f"{prefix}{measure}" in table and table[f"{prefix}{measure}"].notna().any()
    ]
    rows = []
    for name, part in table.groupby("transect", sort=False):
        for inside, place in ((True, "in the hole"), (False, "outside")):
            chosen = part[part["in_hole"].astype(bool) == inside]
            if len(chosen):
                values = [float(chosen[f"{prefix}{measure}"].mean()) for prefix in sources]
                best = _best(np.array(values), measure)
                cells = tuple(Cell(number(value), value == best) for value in values)
                rows.append((f"{name}, {place}", cells))
    title = f"{MEASURE_NAMES[measure]} along the transects {better(measure)}"
    return Table(title, tuple(SOURCES[prefix] for prefix in sources), tuple(rows))


def shape_table(data: ReportData) -> Table | None:
    """Return the numbers of the embedding of model and oracle, or None where there are none."""
    sources = [
        s for s in ("", "oracle_") if any(k.startswith(f"{s}embedding_") for k in data.metrics)
    ]
    rows = []
    for name, heading in _shape_names(len(data.codes)):
        texts = [_shape_text(data, name, source) for source in sources]
        if any(text != MISSING for text in texts):
            rows.append((heading, tuple(Cell(text) for text in texts)))
    columns = tuple(SOURCES[source] for source in sources)
    return Table("Shape of the embedding", columns, tuple(rows)) if rows else None


def _shape_names(latents: int) -> Iterator[tuple[str, str]]:
    for name, heading in SHAPE_NAMES.items():
        for place in range(1, latents + 1) if "*" in name else ("",):
            yield name.replace("*", str(place)), heading.replace("*", str(place))


def _shape_text(data: ReportData, name: str, source: str) -> str:
    value = data.metrics.get(f"{source}embedding_{name}")
    if isinstance(value, str):
        return value
    if name in COUNTS and value is not None and np.isfinite(value):
        return f"{value:.0f}"
    return with_interval(data, name, source)


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


def _best(values: np.ndarray, measure: str) -> float:
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return np.nan
    return float(finite.max() if measure in HIGHER_IS_BETTER else finite.min())
