"""Maps and grids are oriented alike and show what was removed."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from transect.report.planes import planes
from transect.report.section.factor_space import (
    factor_grid,
    grid_points,
    sampled_space,
    transect_map,
)
from transect.report.style import HOLE
from transect.space import Ball, Factor, FactorSpace, Transect, factor_column


def boundary_lines(axes):
    return [line for line in axes.lines if line.get_label() == "_boundary"]


def test_grid_has_the_first_factor_to_the_right_and_the_second_downwards(run):
    space = run.world.space
    asked = []

    def draw(points):
        asked.append(points)
        # the image tells its point: left half a, right half b
        unit = (points - space.low) / space.span
        images = np.empty((len(points), 4, 4), np.float32)
        images[:, :, :2], images[:, :, 2:] = unit[:, 0, None, None], unit[:, 1, None, None]
        return images

    figure = factor_grid(draw, space, run.hole)
    (axes,) = figure.axes
    (image,) = axes.images
    pixel_rows = np.asarray(image.get_array()).reshape(10, 6, 10, 6)
    np.testing.assert_allclose(pixel_rows[0, 2, :, 1], np.linspace(0, 1, 10), atol=1e-6)
    np.testing.assert_allclose(pixel_rows[:, 2, 0, 4], np.linspace(0, 1, 10), atol=1e-6)
    bottom, top = axes.get_ylim()
    left, right = axes.get_xlim()
    assert bottom > top and left < right, "b grows downwards and a to the right"
    # the cell of a point is centred on the point itself
    assert left == pytest.approx(0.5 - 1.5 / 18) and bottom == pytest.approx(2 + 2 / 18)
    assert len(asked[0]) == 100


def test_grid_outline_is_the_boundary_of_the_hole(run):
    figure = factor_grid(run.draw, run.world.space, run.hole)
    (boundary,) = boundary_lines(figure.axes[0])
    np.testing.assert_allclose(run.hole.boundary_distance(boundary.get_xydata()), 0, atol=1e-3)


def test_grid_of_many_factors_keeps_the_rest_in_the_middle():
    space = FactorSpace([Factor(name, 0, k + 1.0) for k, name in enumerate("abc")])
    points = grid_points(space, 3)
    assert points[:, 2].tolist() == [1.5] * 9
    assert points[:3, 0].tolist() == [0, 0.5, 1]
    assert points[::3, 1].tolist() == [0, 1, 2]


def test_maps_run_downwards_and_show_every_point(report):
    figure = sampled_space(report.points, report.space, report.hole)
    (axes,) = figure.axes
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    shown = {c.get_label().split(" (")[0]: c.get_offsets() for c in axes.collections}
    for split in ("train", "validation", "removed"):
        rows = report.points["split"] == split
        np.testing.assert_allclose(shown[split], report.points.loc[rows, ["factor.a", "factor.b"]])
    assert all(c.get_rasterized() for c in axes.collections)
    assert len(boundary_lines(axes)) == 1


def test_transects_are_vermilion_in_the_hole(run, report):
    (axes,) = transect_map(report.lines, report.space, report.hole).axes
    for line, dots in zip(report.lines, axes.collections, strict=True):
        np.testing.assert_allclose(dots.get_offsets(), line.points)
        red = [to_hex(color) == HOLE.lower() for color in dots.get_facecolor()]
        assert red == run.hole.contains(line.points).tolist()
    assert {text.get_text() for text in axes.texts} == {"P1", "P2", "P3"}


def test_a_transect_along_other_factors_has_no_name_on_a_plane():
    space = FactorSpace([Factor(name, 0, 1) for name in "abc"])
    middle = [0.5] * 3
    lines = [
        Transect(
            name, space, [*middle[:k], 0, *middle[k + 1 :]], [*middle[:k], 1, *middle[k + 1 :]]
        )
        for k, name in enumerate(space.names)
    ]
    for axes, plane in zip(transect_map(lines, space).axes, planes(space), strict=True):
        assert {text.get_text() for text in axes.texts} == {space.names[k] for k in plane}


def test_spaces_of_many_factors_show_planes():
    space = FactorSpace([Factor(name, 0, 1) for name in "abcd"])
    assert len(planes(space)) == 6
    points = pd.DataFrame(np.random.default_rng(0).random((30, 4)), columns=list(space.columns))
    figure = sampled_space(points.assign(split="train"), space, Ball(space, radius=0.3))
    assert [(a.get_xlabel(), a.get_ylabel()) for a in figure.axes][:2] == [("a", "b"), ("a", "c")]
    assert all(len(boundary_lines(axes)) == 1 for axes in figure.axes)


def test_long_names_leave_room_for_the_figure(report):
    space = FactorSpace([Factor("n" * 200, 0.5, 2), Factor("b", 0, 2)])
    points = report.points.rename(columns={"factor.a": factor_column("n" * 200)})
    (axes,) = sampled_space(points, space).axes
    assert axes.get_xlabel() == "n" * 23 + "…"
