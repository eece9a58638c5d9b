"""Figures are asserted on their artists: what is drawn, where, in which direction."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from transect.measure.key import COMPARED, column
from transect.report.section.transects import (
    stretches,
    transect_errors,
    transect_strip,
    transect_table,
)
from transect.report.style import HOLE, SOURCE_COLORS
from transect.space import Transect


def frames(axes):
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


@pytest.mark.parametrize(
    ("mask", "runs"),
    [
        ([0, 1, 1, 0, 1], [(1, 3), (4, 5)]),
        ([1, 1], [(0, 2)]),
        ([0, 0], []),
    ],
)
def test_stretches(mask, runs):
    assert stretches(np.array(mask, bool)) == runs


def test_frame_covers_exactly_the_columns_in_the_hole(run, report):
    # the published facts: points 6 to 10 of P1 and P2, 7 to 9 of P3
    for line, (first, last) in zip(report.lines, [(6, 10), (6, 10), (7, 9)], strict=True):
        inside = run.hole.contains(line.points)
        figure = transect_strip(line, report.transect_images[line.name], inside)
        (axes,) = figure.axes
        (frame,) = frames(axes)
        cell = run.size + 2
        assert frame.get_x() == (first - 1) * cell
        assert frame.get_x() + frame.get_width() == last * cell
        assert frame.get_y() == 0 and frame.get_height() == 3 * cell
        assert to_hex(frame.get_edgecolor()) == HOLE.lower()
        assert "hole" in [text.get_text() for text in axes.texts]


def test_errors_along_transects_are_those_of_the_table(report):
    figure = transect_errors(report.transects, report.lines, report.hole)
    panels = np.array(list(figure.axes), dtype=object).reshape(3, 3)
    for row, measure in enumerate(("nmse", "soft_iou", "factor_error")):
        for place, line in enumerate(report.lines):
            part = report.transects[report.transects["transect"] == line.name]
            drawn = {artist.get_label(): artist for artist in panels[row, place].lines}
            for source in COMPARED:
                np.testing.assert_allclose(
                    drawn[source.label].get_ydata(), part[column(source, measure)]
                )
                assert to_hex(drawn[source.label].get_color()) == SOURCE_COLORS[source].lower()


def test_hole_is_shaded_from_entry_to_exit(report):
    figure = transect_errors(report.transects, report.lines, report.hole)
    for axes, half in zip(figure.axes[:3], (0.3 / 2, 0.3 / 1.5, 0.3 / 2.5), strict=True):
        (span,) = frames(axes)
        assert span.get_x() == pytest.approx(0.5 - half, abs=1e-6)
        assert span.get_x() + span.get_width() == pytest.approx(0.5 + half, abs=1e-6)


def test_measures_without_values_are_left_out(report):
    table = report.transects.assign(factor_error=np.nan)
    assert len(transect_errors(table, report.lines, report.hole).axes) == 6


def test_a_point_that_is_hit_exactly_leaves_the_others_their_axis(report):
    table = report.transects.copy()
    table["factor_error"] = np.geomspace(1e-3, 0.1, len(table))
    table.loc[table.index[3], "factor_error"] = 1e-16
    figure = transect_errors(table, report.lines, report.hole)
    panels = figure.axes[6:]
    assert all(axes.get_ylim()[0] > 5e-6 for axes in panels)
    drawn = np.concatenate([line.get_ydata() for axes in panels for line in axes.lines])
    assert 1e-16 in drawn


def test_many_transects_follow_beneath(report):
    lines = [Transect(f"Q{k}", report.space, [0.5, 0], [2, k + 1.0]) for k in range(5)]
    part = report.transects[report.transects["transect"] == "P1"]
    table = pd.concat([part.assign(transect=line.name) for line in lines])
    figure = transect_errors(table, lines, report.hole)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 15 and len(figure.axes) == 24
    titles = [axes.get_title(loc="left") for axes in shown]
    assert [title for title in titles if title] == ["Q0", "Q1", "Q2", "Q3", "Q4"]


def test_transect_table_keeps_inside_and_outside_apart(report):
    table = transect_table(report)
    assert table is not None
    rows = dict(table.rows)
    part = report.transects[report.transects["transect"] == "P3"]
    inside = part.loc[part["in_hole"], "nmse"].mean()
    assert rows["P3, in the hole"][0].text == f"{inside:#.3g}"
    assert len(rows) == 6


def test_strip_rows_are_truth_model_oracle(run, report):
    line, images = report.lines[0], report.transect_images["P1"]
    figure = transect_strip(line, images, np.zeros(15, bool))
    axes = figure.axes[0]
    assert not frames(axes)
    assert [text.get_text() for text in axes.get_yticklabels()] == ["truth", "model", "oracle"]
    drawn = np.asarray(axes.images[0].get_array()).reshape(3, run.size + 2, 15, run.size + 2)
    for row, stack in enumerate(images.rows.values()):
        np.testing.assert_array_equal(drawn[row, 1:-1, 4, 1:-1], stack[4])
