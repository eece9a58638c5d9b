"""The answer in words, computed from the numbers.

The verdict follows the hole penalty by nMSE; `transect.measure.error.verdict` has the rules.
Without an oracle the error on validation images stands in for the oracle's, and the sentence says
so.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transect.measure.error.penalty import penalty_interval
from transect.measure.error.verdict import PenaltyBand, learnt_equally, oracle_fails, penalty_band
from transect.measure.key import Key, Source, column
from transect.measure.statistics import Interval
from transect.report.data import ReportData

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


class Headline(NamedTuple):
    """The first words of a page.

    Attributes:
        verdict: One sentence with the answer.
        detail: The numbers beside it; may be empty.
    """

    verdict: str
    detail: str


def number(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits; `–` for nan, `∞` for infinity.

    Example:
        >>> number(0.04641), number(12.0), number(float("nan")), number(1.0, 2)
        ('0.0464', '12.0', '–', '1.0')
    """
    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:#.{digits}g}".removesuffix(".")
    return text.replace("-", "−")


def bracket(found: Interval, digits: int = 3) -> str:
    """Return an interval in brackets after a space; empty where there is none.

    Example:
        >>> bracket(Interval(0.2, 0.1, 0.3, 5)), bracket(Interval(0.2, np.nan, np.nan, 1))
        (' (0.100 to 0.300)', '')
    """
    if np.isnan(found.low):
        return ""
    return f" ({number(found.low, digits)} to {number(found.high, digits)})"


def seed_count(count: int) -> str:
    """Return a number of seeds in words.

    Example:
        >>> seed_count(1), seed_count(3)
        ('1 seed', '3 seeds')
    """
    return f"{count} {'seed' if count == 1 else 'seeds'}"


def hole_penalty(data: ReportData, measure: str = "nmse") -> Interval | None:
    """Return the hole penalty with its 95 % interval, or None where there is none.

    It is that of `metrics`; where they lack it, that of the removed rows of `points` which the
    oracle has not been trained on.
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
            beaten = "which says little yet: even the oracle is worse than a baseline"
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
    """Return that model and oracle differ outside of the hole as well, where they do."""
    model, oracle = (
        data.value(source, "validation", "nmse") for source in (Source.MODEL, Source.ORACLE)
    )
    if learnt_equally(model, oracle):
        return ""
    return (
        f" Outside the hole the model’s error is {number(model / oracle, 2)} times its oracle’s: "
        "the two have not learnt equally well, and the penalty counts that, too."
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
