"""What a report is made of says at once what is wrong with it."""

from dataclasses import replace

import numpy as np
import pytest

from planted_metrics import keyed
from transect.measure.key import Source
from transect.report import Images, ReportData


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


def test_transect_images_need_their_transect(report):
    with pytest.raises(ValueError, match=r"P1, P2, P3; got 'P9'"):
        replace(report, transect_images={"P9": report.transect_images["P1"]})


def test_images_need_one_shape():
    truth = np.zeros((2, 4, 4))
    with pytest.raises(ValueError, match=r"oracle needs the shape of truth, \(2, 4, 4\)"):
        Images(truth, truth, truth[:1])
    with pytest.raises(ValueError, match=r"\(n, h, w\), got \(4, 4\)"):
        Images(truth[0])


def test_value_prefers_the_metrics_to_the_table(report):
    mean = report.points.loc[report.points["split"] == "removed", "oracle.nmse"].mean()
    assert report.value(Source.ORACLE, "removed", "nmse") == pytest.approx(mean)
    other = replace(report, metrics=keyed({"oracle.removed.nmse": 0.5}))
    assert other.value(Source.ORACLE, "removed", "nmse") == 0.5
    assert np.isnan(ReportData("t", report.space).value(Source.MODEL, "removed", "nmse"))
