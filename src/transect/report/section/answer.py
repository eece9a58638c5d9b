"""The answer, which opens the page: the hole penalty, the headline, the mean of every measure.

The verdict follows the hole penalty by nMSE; `transect.measure.error.verdict` has the rules.
Without an oracle the error on validation images stands in for the oracle's, and the headline says
so.
"""

import numpy as np
from numpy.typing import NDArray

from transect.measure.catalogue import IMAGE_MEASURES
from transect.measure.error.penalty import penalty_interval
from transect.measure.error.verdict import PenaltyBand, learnt_equally, oracle_fails, penalty_band
from transect.measure.key import COMPARED, Key, Source, column
from transect.measure.statistics import Interval
from transect.report.data import ReportData
from transect.report.parts import Cell, Headline, Section, Table, best_cells
from transect.report.section.transects import strips
from transect.report.words import number

TITLE = "Answer"

VERDICTS: dict[PenaltyBand, str] = {
    "better": "it reconstructs the removed images better than a model trained with the hole filled",
    "as well": "it reconstructs the removed images as well as a model trained with the hole filled",
    "nearly as well": "it reconstructs the removed images nearly as well as a model trained with "
    "the hole filled",
    "measurably worse": "it reconstructs the removed images measurably worse than a model trained "
    "with the hole filled",
    "much worse": "it reconstructs the removed images much worse than a model trained with the "
    "hole filled",
    "hardly at all": "it hardly reconstructs the removed images at all",
}
"""Band of a hole penalty: the clause of the headline."""

BASELINES = (Source.NEAREST_IMAGE, Source.NEAREST_POINT, Source.BLEND)

SPLITS = {
    "removed": "Removed: inside the hole",
    "validation": "Validation: outside the hole, not trained on",
    "train": "Train",
}


def section(data: ReportData) -> Section:
    """Return the images along the transects, which stand beside the headline, and the means."""
    penalties = penalty_table(data)
    tables = (*measure_tables(data), *([] if penalties is None else [penalties]))
    return Section(TITLE, strips(data, TITLE), tables=tables)


def hole_penalty(data: ReportData, measure: str = "nmse") -> Interval | None:
    """Return the hole penalty with its 95 % interval, or None where there is none.

    It is read from `metrics`, or else computed from the removed rows of `points` that the oracle
    was not trained on.
    """
    pairs = _unseen_pairs(data, measure)
    if Key(measure, "penalty") in data.metrics:
        found = data.interval(Key(measure, "penalty"), count=len(pairs))
        return None if np.isnan(found.mean) else found
    return penalty_interval(pairs[:, 0], pairs[:, 1], measure) if len(pairs) else None


def _unseen_pairs(data: ReportData, measure: str) -> NDArray[np.float64]:
    """Return the errors of model and oracle on removed points that neither has seen, (n, 2)."""
    columns = [measure, column(Source.ORACLE, measure)]
    table = data.points
    if table is None or not set(columns) <= set(table.columns):
        return np.empty((0, 2))
    rows = table["split"] == "removed"
    if "oracle_seen" in table:
        rows &= ~table["oracle_seen"].astype(bool)
    return table.loc[rows, columns].dropna().to_numpy(dtype=np.float64)


def headline(data: ReportData) -> Headline:
    """Return the answer in words: what the page says first."""
    answer = _answer(data)
    note = data.text(Key("judged_note"))
    return answer._replace(detail=f"{answer.detail} {note}".strip())


def _answer(data: ReportData) -> Headline:
    penalty = hole_penalty(data)
    removed, validation = (
        data.value(Source.MODEL, split, "nmse") for split in ("removed", "validation")
    )
    if penalty is not None:
        equal = number(penalty.mean, 2) == "1.0"
        size = "as large as" if equal else f"{number(penalty.mean, 2)} times"
        start = f"Inside the hole the model’s error is {size} its oracle’s"
        detail = f"{_detail(data, 'removed')}{_unequal(data)}".lstrip()
        baselines = [data.value(source, "removed", "nmse") for source in BASELINES]
        if oracle_fails(data.value(Source.ORACLE, "removed", "nmse"), baselines):
            beaten = "which says little: even the oracle is worse than a baseline"
            return Headline(f"{start}, {beaten} that learns nothing.", detail)
        return Headline(f"{start}: {VERDICTS[penalty_band(penalty.mean)]}.", detail)
    if np.isfinite(removed) and np.isfinite(validation) and validation > 0:
        ratio = number(removed / validation, 2)
        return Headline(
            f"Inside the hole the model’s error is {ratio} times its error on validation images.",
            "There is no oracle, so part of this may be that the removed images are harder. "
            + _detail(data, "removed"),
        )
    for split, place in (("removed", "Inside the hole"), ("validation", "On validation images")):
        value = data.value(Source.MODEL, split, "nmse")
        if np.isfinite(value):
            nothing = "" if split == "removed" else "Nothing was removed. "
            return Headline(
                f"{nothing}{place} the model’s nMSE is {number(value)}.", _detail(data, split)
            )
    return Headline("No error was measured.", "")


def _detail(data: ReportData, split: str) -> str:
    """Return the soft IoU of every source, and whether a baseline does better."""
    model = data.value(Source.MODEL, split, "soft_iou")
    if np.isnan(model):
        return ""
    others = [
        f"{source.label} {data.value(source, split, 'soft_iou'):.2f}"
        for source in (Source.ORACLE, *BASELINES)
        if np.isfinite(data.value(source, split, "soft_iou"))
    ]
    beside = f" ({'; '.join(others)})" if others else ""
    return f"Soft IoU {model:.2f}{beside}.{_against_baselines(data, split)}"


def _unequal(data: ReportData) -> str:
    """Return that model and oracle differ outside the hole too, if they do."""
    model, oracle = (
        data.value(source, "validation", "nmse") for source in (Source.MODEL, Source.ORACLE)
    )
    if learnt_equally(model, oracle):
        return ""
    return (
        f" Outside the hole the model’s error is {number(model / oracle, 2)} times its oracle’s: "
        "the two have not learnt equally well, and the penalty contains this difference too."
    )


def _best_baseline(data: ReportData, split: str) -> tuple[Source, float] | None:
    """Return the baseline of least nMSE and that nMSE, or None where none was measured."""
    values = {name: data.value(name, split, "nmse") for name in BASELINES}
    known = [(value, name) for name, value in values.items() if np.isfinite(value)]
    return (min(known)[1], min(known)[0]) if known else None


def _against_baselines(data: ReportData, split: str) -> str:
    model, best = data.value(Source.MODEL, split, "nmse"), _best_baseline(data, split)
    if best is None or np.isnan(model):
        return ""
    name, value = best
    if model < value:
        return " By nMSE it beats every baseline."
    return f" By nMSE the {name.label} ({number(value)}) beats it ({number(model)})."


def measure_tables(data: ReportData) -> list[Table]:
    """Return the mean of every measure by split and source, a table a split."""
    found = []
    for split, title in SPLITS.items():
        values = np.array(
            [[data.value(source, split, one.name) for one in IMAGE_MEASURES] for source in COMPARED]
        )
        columns = np.flatnonzero(np.isfinite(values).any(axis=0))
        rows = np.flatnonzero(np.isfinite(values).any(axis=1))
        if not columns.size:
            continue
        cells = [best_cells(values[rows, k], IMAGE_MEASURES[k]) for k in columns]
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
