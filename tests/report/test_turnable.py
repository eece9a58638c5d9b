"""The turnable embedding holds the codes and shows names as they are."""

import numpy as np

from transect.report.turnable import plain, turnable_embedding


def test_traces_hold_every_code_with_its_factors(report):
    figure = turnable_embedding(report.points, report.transects, report.space)
    assert figure is not None
    traces = {trace["name"]: trace for trace in figure["data"]}
    assert list(traces) == ["train", "validation", "removed", "P1", "P2", "P3"]
    rows = report.points[report.points["split"] == "removed"]
    np.testing.assert_allclose(traces["removed"]["z"], rows["z2"], atol=1e-4)
    np.testing.assert_allclose(traces["removed"]["customdata"], rows[["a", "b"]], atol=1e-4)
    colors = traces["P3"]["marker"]["color"]
    assert [k + 1 for k, color in enumerate(colors) if color == "#D55E00"] == [7, 8, 9]


def test_hover_names_the_factors(report):
    figure = turnable_embedding(report.points, None, report.space)
    assert figure is not None
    template = figure["data"][0]["hovertemplate"]
    assert template == "train<br>a = %{customdata[0]}<br>b = %{customdata[1]}<extra></extra>"


def test_two_latents_need_no_turning(report):
    points = report.points.drop(columns="z2")
    assert turnable_embedding(points, report.transects.drop(columns="z2"), report.space) is None


def test_plain_leaves_nothing_to_interpret():
    assert plain("<b>%{x}$</b>") == "&lt;b&gt;&#37;&#123;x&#125;&#36;&lt;/b&gt;"
