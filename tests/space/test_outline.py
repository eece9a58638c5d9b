import numpy as np
import pytest

from transect.space import Ball, Band, Box, Disc, Factor, FactorSpace, outline

PLANE = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2)])
SPACE = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2), Factor("c", -1, 1)])


def test_the_outline_of_a_disc_is_a_closed_circle():
    [line] = outline(Disc(PLANE, 0.5), PLANE)
    np.testing.assert_allclose(np.linalg.norm(line - [2, 1], axis=1), 0.5, atol=1e-3)
    np.testing.assert_array_equal(line[0], line[-1])
    step = np.linalg.norm(np.diff(line, axis=0), axis=1)
    assert step.sum() == pytest.approx(np.pi, rel=1e-3)


def test_a_ring_has_two_lines_and_a_cut_hole_an_open_one():
    assert len(outline(Disc(PLANE, 0.8) - Disc(PLANE, 0.4), PLANE)) == 2
    [line] = outline(Disc(PLANE, 0.5, [0, 1]), PLANE)
    np.testing.assert_allclose(line[[0, -1], 0], 0, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(line - [0, 1], axis=1), 0.5, atol=1e-3)
    assert len(outline(Band(PLANE, "a", 1, 2), PLANE)) == 2


def test_a_hole_outside_of_the_box_has_no_outline():
    assert outline(Disc(PLANE, 0.5, [9, 9]), PLANE) == []


def test_a_slice_of_a_ball_shrinks_with_the_distance_of_the_slice():
    ball = Ball(SPACE, 0.5)
    [middle] = outline(ball, SPACE)
    np.testing.assert_allclose(np.linalg.norm(middle - [2, 1], axis=1), 0.5, atol=1e-3)
    [aside] = outline(ball, SPACE, fixed={"c": 0.3})
    np.testing.assert_allclose(np.linalg.norm(aside - [2, 1], axis=1), 0.4, atol=1e-3)
    assert outline(ball, SPACE, fixed={"c": 0.6}) == []


def test_the_chosen_factors_give_the_two_columns_in_their_order():
    box = Box(SPACE, [1, 0.5, -0.5], [3, 1.5, 0.25])
    [line] = outline(box, SPACE, resolution=400, factors=["c", "a"])
    np.testing.assert_allclose(line.min(axis=0), [-0.5, 1], atol=1e-2)
    np.testing.assert_allclose(line.max(axis=0), [0.25, 3], atol=1e-2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resolution": 0}, "resolution needs a whole number of at least 1, got 0"),
        ({"factors": ["a"]}, "an outline needs exactly two factors"),
        ({"factors": ["a", "d"]}, "no factor 'd'"),
        ({"fixed": {"a": 1}}, "fixed needs factors other than those drawn, got 'a'"),
        ({"fixed": {"d": 1}}, "no factor 'd'"),
        ({"fixed": {"c": "x"}}, "c needs numbers"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        outline(Ball(SPACE, 0.5), SPACE, **options)
