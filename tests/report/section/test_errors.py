"""Means by distance against slow means, and maps that show every point."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from transect.report.section.errors import binned_means, boundary_errors, error_map


def test_binned_means_against_a_slow_mean():
    generator = np.random.default_rng(0)
    distance, values = generator.uniform(-1, 1, 300), generator.random(300)
    values[:10] = np.nan
    table = binned_means(distance, values, 0.25)
    assert len(table) == 8
    for row in table.itertuples():
        rows = [
            v for d, v in zip(distance, values, strict=True)
            if row.center - 0.125 < d <= row.center + 0.125 and np.isfinite(v)
        ]  # fmt: skip
        assert row.count == len(rows)
        assert row.mean == pytest.approx(np.mean(rows))
        assert row.low < row.mean < row.high


def test_the_boundary_belongs_to_the_hole_and_sparse_bins_are_left_out():
    distance = np.array([0.0] * 6 + [1e-9] * 4)
    table = binned_means(distance, np.ones(10), 0.5)
    assert table["center"].tolist() == [-0.25]


def test_boundary_figure_ignores_training_points(report):
    figure = boundary_errors(report.points)
    changed = report.points.copy()
    changed.loc[changed["split"] == "train", "nmse"] = 1e3
    other = boundary_errors(changed)
    assert len(figure.axes) == 2
    for one, two in zip(figure.axes[0].lines, other.axes[0].lines, strict=True):
        np.testing.assert_array_equal(one.get_ydata(), two.get_ydata())


def test_error_maps_share_one_scale(report):
    figure = error_map(report.points, report.space, report.hole)
    model, oracle = (axes.collections[0] for axes in figure.axes[:2])
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["model", "oracle"]
    np.testing.assert_allclose(model.get_array(), report.points["nmse"])
    assert model.norm is oracle.norm
    assert to_hex(model.cmap(model.norm(1e9))) == "#440154", "bad images are dark"


def test_perfect_images_have_a_map_too(report):
    figure = error_map(report.points.assign(nmse=0.0).drop(columns="oracle.nmse"), report.space)
    figure.draw_without_rendering()
    assert len(figure.axes) == 2
