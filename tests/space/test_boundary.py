import numpy as np
import pytest

from transect.space import (
    Ball,
    Band,
    Box,
    Disc,
    Factor,
    FactorSpace,
    Polygon,
    boundary_chord,
    inside,
    outline,
    uniform,
)

PLANE = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2)])
SOLID = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2), Factor("c", -1, 1)])
FIVE = FactorSpace([Factor(name, 0, 1) for name in "abcde"])


def test_the_chord_of_a_disc_is_that_of_the_closed_form():
    disc = Disc(PLANE, 0.5)
    points = inside(PLANE, disc, 1000, seed=0)
    entry, exit, fraction = boundary_chord(PLANE, disc, points)
    arm = points - disc.center
    half = np.sqrt(0.25 - arm[:, ::-1] ** 2)
    # Along a the range is twice as long, so a chord counts half as much.
    axis = np.argmin(half / [4, 2], axis=1)
    rows = np.arange(len(points))
    expected = half[rows, axis]
    np.testing.assert_allclose(exit[rows, axis] - 2 + axis, expected, atol=1e-9)
    np.testing.assert_allclose(entry[rows, axis] - 2 + axis, -expected, atol=1e-9)
    np.testing.assert_array_equal(entry[rows, 1 - axis], points[rows, 1 - axis])
    np.testing.assert_array_equal(exit[rows, 1 - axis], points[rows, 1 - axis])
    np.testing.assert_allclose(entry + fraction[:, None] * (exit - entry), points, atol=1e-12)
    assert set(axis.tolist()) == {0, 1}


@pytest.mark.parametrize("unit", ["raw", "box"])
def test_the_chord_of_a_box_spans_its_shorter_side(unit):
    low, high = np.array([1.0, 0.5]), np.array([2.0, 1.5])
    box = Box(PLANE, low, high) if unit == "raw" else Box(PLANE, low / [4, 2], high / [4, 2], "box")
    entry, exit, fraction = boundary_chord(PLANE, box, [[1.25, 0.75], [1.9, 1.5]])
    np.testing.assert_allclose(entry, [[1, 0.75], [1, 1.5]], atol=1e-9)
    np.testing.assert_allclose(exit, [[2, 0.75], [2, 1.5]], atol=1e-9)
    np.testing.assert_allclose(fraction, [0.25, 0.9], atol=1e-9)


def test_the_ends_lie_on_the_boundary_and_the_chord_between_lies_in_the_hole():
    hole = Polygon(PLANE, [[1, 0.2], [3, 0.4], [2, 0.8], [3.5, 1.8], [0.5, 1.5]])
    points = inside(PLANE, hole, 300, seed=1)
    entry, exit, fraction = boundary_chord(PLANE, hole, points)
    np.testing.assert_allclose(hole.boundary_distance(entry), 0, atol=1e-9)
    np.testing.assert_allclose(hole.boundary_distance(exit), 0, atol=1e-9)
    for share in np.linspace(0, 1, 21):
        assert np.all(hole.boundary_distance(entry + share * (exit - entry)) < 1e-9)
    assert np.all((fraction >= 0) & (fraction <= 1))


def test_a_chord_that_leaves_the_box_does_not_count():
    band = Band(PLANE, "a", 1, 2)
    entry, exit, fraction = boundary_chord(PLANE, band, [[1.5, 1.0]])
    np.testing.assert_allclose([entry[0], exit[0]], [[1, 1], [2, 1]], atol=1e-9)
    corner = Ball(PLANE, 0.5, [0, 0])
    assert np.isnan(np.hstack([*boundary_chord(PLANE, corner, [[0.1, 0.1]])[:2]])).all()
    edge = Disc(PLANE, 0.5, [0, 1])
    entry, exit, fraction = boundary_chord(PLANE, edge, [[0.1, 1.0]])
    half = np.sqrt(0.25 - 0.01)
    np.testing.assert_allclose([entry[0, 1], exit[0, 1]], [1 - half, 1 + half], atol=1e-9)
    assert fraction[0] == pytest.approx(0.5, abs=1e-9)
    # A gap ends a chord too.
    entry, exit, _ = boundary_chord(PLANE, Disc(PLANE, 0.8) - Disc(PLANE, 0.4), [[2.6, 1.0]])
    np.testing.assert_allclose([entry[0], exit[0]], [[2.4, 1], [2.8, 1]], atol=1e-9)


def test_points_with_no_chord_are_nan_and_others_are_not_disturbed():
    disc = Disc(PLANE, 0.5)
    points = np.array([[2, 1], [0.1, 0.1], [9, 9], [2.1, 1.1]])
    entry, exit, fraction = boundary_chord(PLANE, disc, points)
    bare = np.isnan(entry).all(axis=1) & np.isnan(exit).all(axis=1) & np.isnan(fraction)
    assert bare.tolist() == [False, True, True, False]
    assert not np.isnan(entry[[0, 3]]).any()
    alone = boundary_chord(PLANE, disc, points[3:])
    np.testing.assert_array_equal(entry[3:], alone[0])
    np.testing.assert_array_equal(fraction[3:], alone[2])
    beyond = boundary_chord(PLANE, Ball(PLANE, 0.7, [-0.5, 1]), [[-0.5, 1]])
    assert np.isnan(beyond[2]).all()
    assert len(boundary_chord(PLANE, disc, np.empty((0, 2)))[2]) == 0


def test_a_cylinder_in_five_dimensions_is_crossed_along_its_own_factors():
    hole = Disc(FIVE, 0.2, factors=["b", "d"])
    points = uniform(FIVE, 400, seed=0)
    points[:, [1, 3]] = 0.5 + (points[:, [1, 3]] - 0.5) * 0.2
    entry, exit, _ = boundary_chord(FIVE, hole, points)
    moved = np.abs(exit - entry) > 0
    assert moved.sum(axis=1).tolist() == [1] * 400
    assert not moved[:, [0, 2, 4]].any()
    np.testing.assert_allclose(hole.boundary_distance(entry), 0, atol=1e-9)


def test_a_ring_has_two_lines_and_a_cut_hole_an_open_one():
    assert len(outline(Disc(PLANE, 0.8) - Disc(PLANE, 0.4), PLANE)) == 2
    [line] = outline(Disc(PLANE, 0.5, [0, 1]), PLANE)
    np.testing.assert_allclose(line[[0, -1], 0], 0, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(line - [0, 1], axis=1), 0.5, atol=1e-3)
    assert len(outline(Band(PLANE, "a", 1, 2), PLANE)) == 2
    assert outline(Disc(PLANE, 0.5, [9, 9]), PLANE) == []


def test_a_slice_of_a_ball_is_a_closed_circle_that_shrinks_with_the_distance_of_the_slice():
    ball = Ball(SOLID, 0.5)
    for aside, radius in ((0, 0.5), (0.3, 0.4)):
        [line] = outline(ball, SOLID, fixed={"c": aside})
        np.testing.assert_allclose(np.linalg.norm(line - [2, 1], axis=1), radius, atol=1e-3)
        np.testing.assert_array_equal(line[0], line[-1])
        step = np.linalg.norm(np.diff(line, axis=0), axis=1)
        assert step.sum() == pytest.approx(2 * np.pi * radius, rel=1e-3)
    assert outline(ball, SOLID, fixed={"c": 0.6}) == []


def test_the_chosen_factors_give_the_two_columns_in_their_order():
    box = Box(SOLID, [1, 0.5, -0.5], [3, 1.5, 0.25])
    [line] = outline(box, SOLID, resolution=400, factors=["c", "a"])
    np.testing.assert_allclose(line.min(axis=0), [-0.5, 1], atol=1e-2)
    np.testing.assert_allclose(line.max(axis=0), [0.25, 3], atol=1e-2)
