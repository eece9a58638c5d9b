"""What a report is made of says at once what is wrong with it."""

from dataclasses import replace

import numpy as np
import pytest

from planted_metrics import keyed
from transect.measure.key import Source
from transect.report import Images, ReportData
from transect.report.tables import duration, measure_tables, penalty_table, transect_table


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"points": "factor.a"}, "points needs the column 'factor.a'"),
        ({"transects": "in_hole"}, "transects needs the column 'in_hole'"),
        ({"history": "loss"}, "history needs the column 'loss'"),
        ({"oracle_history": "epoch"}, "oracle_history needs the column 'epoch'"),
    ],
)
def test_missing_columns_are_named(report, change, message):
    dropped = {name: getattr(report, name).drop(columns=column) for name, column in change.items()}
    with pytest.raises(ValueError, match=message):
        replace(report, **dropped)


def test_weights_need_a_value_a_point(report):
    with pytest.raises(ValueError, match=r"each of the 400 rows of points.*\(3,\)"):
        replace(report, weights=np.ones(3))


def test_crossings_need_their_transect(report):
    with pytest.raises(ValueError, match=r"P1, P2, P3; got 'P9'"):
        replace(report, crossings={"P9": report.crossings["P1"]})


def test_images_need_one_shape():
    truth = np.zeros((2, 4, 4))
    with pytest.raises(ValueError, match=r"oracle needs the shape of truth, \(2, 4, 4\)"):
        Images(truth, truth, truth[:1])
    with pytest.raises(ValueError, match=r"\(n, h, w\), got \(4, 4\)"):
        Images(truth[0])


def test_value_prefers_the_metrics_to_the_table(report):
    mean = report.points.loc[report.points["split"] == "removed", "oracle.nmse"].mean()
    assert report.value(Source.ORACLE, "removed", "nmse") == pytest.approx(mean)
    told = replace(report, metrics=keyed({"oracle.removed.nmse": 0.5}))
    assert told.value(Source.ORACLE, "removed", "nmse") == 0.5
    assert np.isnan(ReportData("t", report.space).value(Source.MODEL, "removed", "nmse"))


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


def test_transect_table_keeps_inside_and_outside_apart(report):
    table = transect_table(report)
    assert table is not None
    rows = dict(table.rows)
    part = report.transects[report.transects["transect"] == "P3"]
    inside = part.loc[part["in_hole"], "nmse"].mean()
    assert rows["P3, in the hole"][0].text == f"{inside:#.3g}"
    assert len(rows) == 6


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.25, "0.250 s"), (59.0, "59.0 s"), (61.5, "1 min 1 s"), (7384.2, "2 h 3 min")],
)
def test_duration(seconds, text):
    assert duration(seconds) == text
