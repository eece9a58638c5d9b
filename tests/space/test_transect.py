import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from transect.space import Ball, Band, Box, Disc, Factor, FactorSpace, Polygon, Transect

PLANE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
SPACE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2), Factor("c", -3, 1)])
DISC = Disc(PLANE, 0.3)
coordinate = st.floats(-2, 4)


def test_points_are_equally_spaced_and_both_ends_are_exact():
    line = Transect("long", SPACE, [0.1, 0.7, -3], [0.3, 0.7, 0.2], count=11)
    assert line.points.shape == (11, 3)
    assert line.points[0].tolist() == [0.1, 0.7, -3]
    assert line.points[-1].tolist() == [0.3, 0.7, 0.2]
    np.testing.assert_allclose(np.diff(line.points, axis=0), [[0.02, 0, 0.32]] * 10, atol=1e-15)
    np.testing.assert_array_equal(line.points[:, 1], np.full(11, 0.7))
    np.testing.assert_array_equal(line.at(line.fractions), line.points)
    np.testing.assert_allclose(line.at(0.5), [[0.2, 0.7, -1.4]])


@pytest.mark.parametrize(
    ("start", "end", "inside", "half"),
    [
        ([1.25, 0], [1.25, 2], [6, 7, 8, 9, 10], 0.3 / 2),
        ([0.5, 1], [2, 1], [6, 7, 8, 9, 10], 0.3 / 1.5),
        ([0.5, 2], [2, 0], [7, 8, 9], 0.3 / 2.5),
    ],
)
def test_the_lines_of_the_original_have_their_known_points_in_the_hole(start, end, inside, half):
    line = Transect("P", PLANE, start, end)
    assert line.count == 15
    assert (np.flatnonzero(line.in_hole(DISC)) + 1).tolist() == inside
    [crossing] = line.crossings(DISC)
    assert crossing == pytest.approx((0.5 - half, 0.5 + half), abs=1e-9)


def chord_of_ball(start, end, center, radius):
    """Solve |start + t (end − start) − center|² = radius² for t, clipped to [0, 1]."""
    run, arm = end - start, start - center
    square, middle = run @ run, run @ arm
    root = middle**2 - square * (arm @ arm - radius**2)
    if root <= 0:
        return None
    low, high = (-middle - np.sqrt(root)) / square, (-middle + np.sqrt(root)) / square
    return None if high <= 0 or low >= 1 else (max(low, 0.0), min(high, 1.0))


def chord_of_box(start, end, low, high):
    """Intersect the stretches that lie between the two planes of each factor."""
    run = end - start
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - start) / run, (high - start) / run
    enter, leave = (
        max(0.0, np.minimum(first, second).max()),
        min(1.0, np.maximum(first, second).min()),
    )
    return (enter, leave) if enter < leave else None


def check_crossing(found, expected):
    """Compare, where grazing contact (shorter than 1e-6) may come out either way."""
    if expected is None or expected[1] - expected[0] < 1e-6:
        assert all(exit - entry < 1e-5 for entry, exit in found)
    else:
        assert len(found) == 1
        assert found[0] == pytest.approx(expected, abs=1e-9)


@given(st.lists(coordinate, min_size=6, max_size=6), st.floats(0.05, 2), st.booleans())
@settings(deadline=None, max_examples=120)
def test_crossings_of_a_ball_and_a_box_are_those_of_the_closed_form(ends, radius, in_box):
    start, end = np.array(ends[:3]), np.array(ends[3:])
    assume(np.all(np.abs(end - start) > 1e-2))
    line = Transect("line", SPACE, start, end)
    box = Box(SPACE, [0.7, 0.2, -2], [1.5, 1.1, 0.5])
    check_crossing(line.crossings(box), chord_of_box(start, end, box.low, box.high))
    ball = Ball(SPACE, radius, unit="box" if in_box else "raw")
    places = SPACE.to_unit([start, end]) if in_box else (start, end)
    check_crossing(line.crossings(ball), chord_of_ball(*places, ball.center, radius))


RING = Disc(PLANE, 0.5) - Disc(PLANE, 0.25)
STRIPES = RING | Band(PLANE, "a", 0.3, 0.35) | Band(PLANE, "a", 2.1, 2.2)
BOX = Box(PLANE, [1, 0.5], [2, 1.5])
BESIDE = float(np.nextafter(1, 0))


@pytest.mark.parametrize(
    ("hole", "start", "end", "expected"),
    [
        (DISC, [1.25, 1], [1.25, 2], [(0, 0.3)]),
        (DISC, [1.25, 2], [1.25, 1], [(0.7, 1)]),
        (DISC, [1.25, 0.9], [1.25, 1.1], [(0, 1)]),
        (DISC, [0.5, 0], [0.5, 2], []),
        (RING, [0.25, 1], [2.25, 1], [(0.25, 0.375), (0.625, 0.75)]),
        (BOX, [1, 0], [1, 2], [(0.25, 0.75)]),  # along the boundary
        (BOX, [BESIDE, 0], [BESIDE, 2], []),
    ],
)
def test_crossings_of_lines_that_start_end_or_run_at_a_boundary(hole, start, end, expected):
    found = Transect("line", PLANE, start, end).crossings(hole)
    assert found == [pytest.approx(crossing, abs=1e-9) for crossing in expected]
    assert len(Transect("across", PLANE, [0.25, 1], [2.25, 1]).crossings(STRIPES)) == 4


@pytest.mark.parametrize("offset", [0.0, 0.123456, 0.9998])
@pytest.mark.parametrize("width", [1e-4, 1e-6, 2e-8])
def test_a_sliver_between_two_samples_is_found(width, offset):
    line = Transect("line", PLANE, [0, 1], [1, 1])
    sliver = Band(PLANE, "a", offset, offset + width)
    np.testing.assert_allclose(line.crossings(sliver), [(offset, offset + width)], atol=1e-9)
    gap = Box(PLANE, [-1, 0], [2, 2]) - sliver
    expected = [0, offset, offset + width, 1]
    np.testing.assert_allclose(np.ravel(line.crossings(gap)), expected, atol=1e-9)
    # In units of the box, however small the raw range is.
    small = FactorSpace([Factor("a", 0, 1e-3), Factor("b", 0, 1e-3)])
    line = Transect("line", small, [0, 5e-4], [1e-3, 5e-4])
    sliver = Band(small, "a", offset, offset + width, unit="box")
    np.testing.assert_allclose(line.crossings(sliver), [(offset, offset + width)], atol=1e-9)


def test_the_ends_of_a_crossing_lie_in_the_hole():
    for hole in (DISC, Polygon(PLANE, [[1, 0.3], [1.8, 1], [0.8, 1.9]])):
        line = Transect("line", PLANE, [0.6, 0.1], [1.9, 1.9])
        [(entry, exit)] = line.crossings(hole)
        assert hole.contains(line.at([entry, exit])).all()
        assert not hole.contains(line.at([entry - 1e-9, exit + 1e-9])).any()


def test_points_of_a_finite_factor_take_values_that_exist():
    space = FactorSpace([Factor("kind", 0, 2, values=(0, 1, 2)), Factor("x", 0, 1)])
    line = Transect("line", space, [0, 0], [2, 1], count=5)
    np.testing.assert_array_equal(line.points, [[0, 0], [0, 0.25], [1, 0.5], [1, 0.75], [2, 1]])
