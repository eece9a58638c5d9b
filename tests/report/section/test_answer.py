"""The headline and the tables of means say what the numbers say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planted_metrics import keyed
from transect.measure.error.penalty import penalty
from transect.measure.key import Source
from transect.report import ReportData
from transect.report.section.answer import headline, hole_penalty, measure_tables, penalty_table
from transect.space import Factor, FactorSpace

SPACE = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])


def with_metrics(metrics) -> ReportData:
    return ReportData("t", SPACE, metrics=keyed(metrics))


def test_headline_of_the_trial_run():
    data = with_metrics(
        {
            "penalty.nmse": 1.4,
            "removed.nmse": 0.03,
            "removed.soft_iou": 0.86,
            "oracle.removed.soft_iou": 0.88,
            "nearest_image.removed.soft_iou": 0.62,
            "nearest_image.removed.nmse": 0.4,
        }
    )
    said = headline(data)
    assert said.verdict == (
        "Inside the hole the model’s error is 1.4 times its oracle’s: "
        "it reconstructs the removed images nearly as well as a model trained with the hole filled."
    )
    assert said.detail == (
        "Soft IoU 0.86 (oracle 0.88; nearest training image 0.62). By nMSE it beats every baseline."
    )


@pytest.mark.parametrize(("oracle", "little"), [(0.466, True), (0.106, True), (0.05, False)])
def test_a_penalty_among_failures_is_no_praise(oracle, little):
    data = with_metrics(
        {
            "penalty.nmse": 1.11,
            "removed.nmse": 0.52,
            "oracle.removed.nmse": oracle,
            "nearest_image.removed.nmse": 0.14,
            "blend.removed.nmse": 0.106,
        }
    )
    said = headline(data).verdict
    assert ("even the oracle is worse than a baseline that learns nothing" in said) == little
    assert ("as well as a model" in said) != little
    assert "1.1 times its oracle’s" in said


@pytest.mark.parametrize(
    ("oracle", "said"),
    [
        (0.003, ""),
        (0.0026, ""),
        (
            0.0036,
            "Outside the hole the model’s error is 0.83 times its oracle’s: the two have not",
        ),
        (0.0015, "Outside the hole the model’s error is 2.0 times its oracle’s"),
        (np.nan, ""),
    ],
)
def test_a_model_and_an_oracle_that_learnt_unequally_well_are_told_of(oracle, said):
    data = with_metrics(
        {"penalty.nmse": 0.7, "validation.nmse": 0.003, "oracle.validation.nmse": oracle}
    )
    assert headline(data).detail.startswith(said)
    assert bool(headline(data).detail) == bool(said)


def test_a_better_baseline_is_named():
    data = with_metrics(
        {
            "penalty.nmse": 2.5,
            "removed.nmse": 0.213,
            "removed.soft_iou": 0.5,
            "blend.removed.nmse": 0.207,
            "nearest_point.removed.nmse": 0.9,
        }
    )
    assert "the blend of the boundary images (0.207) beats it (0.213)" in headline(data).detail


def test_without_oracle_validation_stands_in_and_is_named():
    said = headline(
        with_metrics({"removed.nmse": 0.06, "validation.nmse": 0.03, "penalty.nmse": np.nan})
    )
    assert said.verdict == (
        "Inside the hole the model’s error is 2.0 times its error on validation images."
    )
    assert "There is no oracle" in said.detail


def test_without_hole_only_validation_is_told():
    said = headline(with_metrics({"validation.nmse": 0.0335, "validation.soft_iou": 0.9}))
    assert said.verdict == "Nothing was removed. On validation images the model’s nMSE is 0.0335."
    assert said.detail == "Soft IoU 0.90."


@pytest.mark.parametrize(
    "metrics",
    [
        {},
        {"removed.nmse": np.nan, "penalty.nmse": np.nan},
    ],
)
def test_without_numbers_nothing_is_claimed(metrics):
    assert headline(with_metrics(metrics)) == ("No error was measured.", "")


def test_penalty_comes_from_points_that_neither_model_has_seen():
    points = pd.DataFrame(
        {
            "split": ["removed"] * 3 + ["train"],
            "factor.a": 0.5,
            "factor.b": 0.5,
            "oracle_seen": [False, False, True, False],
            "nmse": [0.2, 0.4, 9.0, 9.0],
            "oracle.nmse": [0.1, 0.1, 0.1, 0.1],
        }
    )
    found = hole_penalty(ReportData("t", SPACE, points=points))
    assert found is not None
    assert found.mean == pytest.approx(penalty([0.2, 0.4], [0.1, 0.1], "nmse")) == pytest.approx(3)
    assert found.count == 2
    assert found.low <= 3 <= found.high


def test_metrics_go_before_the_table(report):
    found = hole_penalty(report)
    assert found is not None
    assert (found.mean, found.low, found.high) == (1.42, 1.31, 1.55)
    assert found.count == int(
        ((report.points["split"] == "removed") & ~report.points["oracle_seen"]).sum()
    )


def test_no_oracle_column_no_penalty(report):
    points = report.points.loc[:, ~report.points.columns.str.startswith("oracle.n")]
    assert hole_penalty(replace(report, metrics={}, points=points)) is None


def test_measure_tables_mark_the_best_source(report):
    removed = measure_tables(report)[0]
    assert removed.title.startswith("Removed")
    assert removed.columns[:2] == ("nMSE\u00a0↓", "soft IoU\u00a0↑")
    rows = dict(removed.rows)
    best = {name: [cell.best for cell in cells] for name, cells in rows.items()}
    assert all(best["oracle"]) and not any(best["nearest training point"])
    assert rows["model"][0].text == f"{report.value(Source.MODEL, 'removed', 'nmse'):#.3g}"


def test_training_rows_have_the_model_alone(report):
    points = report.points.copy()
    others = points.columns.str.match("(oracle|nearest|blend)_(?!seen)")
    points.loc[points["split"] == "train", others] = np.nan
    train = measure_tables(replace(report, points=points))[-1]
    assert [name for name, _ in train.rows] == ["model"]
    assert not any(cell.best for cell in train.rows[0][1])


def test_penalty_table_tells_the_interval(report):
    table = penalty_table(report)
    assert table is not None
    cells = dict(table.rows)["nMSE"]
    assert [cell.text for cell in cells] == ["1.42", "1.31 to 1.55"]
