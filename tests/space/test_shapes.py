"""The laws of the primitive holes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.space import Ball, Band, Box, Disc, Factor, FactorSpace, HalfSpace, Polygon

PLANE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
SPACE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2), Factor("c", -3, 1)])

number = st.floats(-3, 3, allow_nan=False).map(lambda value: round(value, 3))
size = st.floats(0.05, 2).map(lambda value: round(value, 3))
unit = st.sampled_from(["raw", "box"])
seed = st.integers(0, 2**32 - 1)


@st.composite
def balls(draw):
    factors = draw(st.sampled_from([["a"], ["a", "b"], ["c", "a"], ["a", "b", "c"]]))
    center = [draw(number) for _ in factors]
    return Ball(SPACE, draw(size), center, draw(unit), factors)


@st.composite
def boxes(draw):
    factors = draw(st.sampled_from([["b"], ["a", "b"], ["c", "a"], ["a", "b", "c"]]))
    low = [draw(number) for _ in factors]
    return Box(SPACE, low, [end + draw(size) for end in low], draw(unit), factors)


@st.composite
def bands(draw):
    low = draw(number)
    return Band(SPACE, draw(st.sampled_from("abc")), low, low + draw(size), draw(unit))


@st.composite
def half_spaces(draw):
    normal = draw(st.lists(number, min_size=3, max_size=3).filter(any))
    return HalfSpace(SPACE, normal, draw(number), draw(unit))


@st.composite
def polygons(draw):
    """Star-shaped around a centre, so that no two edges meet; both orientations."""
    angles = np.cumsum(draw(st.lists(st.floats(0.5, 1.5), min_size=3, max_size=9)))
    angles *= 2 * np.pi / (angles[-1] + 0.5)
    radii = np.array([draw(size) for _ in angles])
    vertices = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    vertices += [draw(number), draw(number)]
    if draw(st.booleans()):
        vertices = vertices[::-1]
    return Polygon(
        SPACE, vertices.tolist(), draw(unit), draw(st.sampled_from([["a", "b"], ["c", "b"]]))
    )


primitives = st.one_of(balls(), boxes(), bands(), half_spaces(), polygons())


def scatter(seed, count=200):
    return np.random.default_rng(seed).uniform(-4, 4, size=(count, 3))


def coordinates(hole, points):
    """Place points in the unit of the hole, all factors kept."""
    return SPACE.to_unit(points) if hole.unit == "box" else points


def is_inside(hole, place):
    """Decide by the definition of each shape, point by point, in the coordinates of the hole."""
    if isinstance(hole, Ball):
        return sum((x - c) ** 2 for x, c in zip(place, hole.center, strict=True)) <= hole.radius**2
    if isinstance(hole, Box):
        return all(
            low <= x <= high for low, x, high in zip(hole.low, place, hole.high, strict=True)
        )
    if isinstance(hole, Band):
        return hole.low <= place[0] <= hole.high
    if isinstance(hole, HalfSpace):
        return sum(n * x for n, x in zip(hole.normal, place, strict=True)) <= hole.offset
    # The winding angle of the polygon around the point is a full turn inside and none outside.
    arms = [complex(*vertex) - complex(*place) for vertex in hole.vertices]
    turns = [
        np.angle(after / before) for before, after in zip(arms, arms[1:] + arms[:1], strict=True)
    ]
    return abs(sum(turns)) > np.pi


@given(primitives, seed)
@settings(deadline=None, max_examples=80)
def test_every_hole_obeys_the_laws_of_a_signed_distance(hole, seed):
    points = scatter(seed)
    distance = hole.boundary_distance(points)
    # A point is inside where its distance is not positive.
    np.testing.assert_array_equal(hole.contains(points), distance <= 0)
    columns = [SPACE.index(name) for name in hole.frame.factors]
    for place, value in zip(coordinates(hole, points)[:, columns], distance, strict=True):
        if abs(value) > 1e-9:
            assert is_inside(hole, place) == (value < 0)
    # The distance changes by no more than the way between two points.
    others = points + np.random.default_rng(seed).normal(size=points.shape) * 10.0 ** -(seed % 5)
    way = np.linalg.norm(coordinates(hole, points) - coordinates(hole, others), axis=1)
    assert np.all(np.abs(distance - hole.boundary_distance(others)) <= way + 1e-12)
    # A hole shows how to build it again.
    again = eval(repr(hole).replace("(", "(SPACE, ", 1), {**globals(), "array": np.array})
    np.testing.assert_array_equal(again.boundary_distance(points), distance)
    for combined in (hole | again, hole & again, hole - again, ~hole):
        assert repr(hole) in repr(combined)
        assert (combined.space, combined.unit) == (hole.space, hole.unit)


def boundary_points(hole, count=4000):
    """Sample the boundary densely: points of the plane and the greatest gap between neighbours."""
    fractions = np.linspace(0, 1, count)
    if isinstance(hole, Ball):
        angles = 2 * np.pi * fractions
        boundary = hole.center + hole.radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        return boundary, 2 * np.pi * hole.radius / count
    if isinstance(hole, Box):
        (left, bottom), (right, top) = hole.low, hole.high
        corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    else:
        corners = hole.vertices
    ends = np.roll(corners, -1, axis=0)
    sides = corners[:, None] + fractions[:, None] * (ends - corners)[:, None]
    return sides.reshape(-1, 2), np.linalg.norm(ends - corners, axis=1).max() / (count - 1)


@given(st.one_of(balls(), boxes(), polygons()).filter(lambda hole: hole.frame.dimension == 2), seed)
@settings(deadline=None, max_examples=60)
def test_distance_is_that_to_the_nearest_point_of_the_boundary(hole, seed):
    points = scatter(seed, count=30)
    columns = [SPACE.index(name) for name in hole.frame.factors]
    places = coordinates(hole, points)[:, columns]
    boundary, gap = boundary_points(hole)
    nearest = np.linalg.norm(places[:, None] - boundary, axis=2).min(axis=1)
    distance = np.abs(hole.boundary_distance(points))
    assert np.all(distance <= nearest + 1e-9)
    assert np.all(nearest <= distance + gap)


@given(half_spaces(), seed)
@settings(deadline=None, max_examples=60)
def test_a_half_space_is_met_after_its_distance_along_its_normal(hole, seed):
    places = coordinates(hole, scatter(seed))
    direction = hole.normal / np.linalg.norm(hole.normal)
    foot = places - hole.boundary_distance(scatter(seed))[:, None] * direction
    np.testing.assert_allclose(foot @ hole.normal, hole.offset, atol=1e-9)


@given(bands(), boxes().filter(lambda hole: hole.frame.dimension == 2), seed)
@settings(deadline=None, max_examples=60)
def test_a_band_is_a_box_over_one_factor_and_a_box_over_two_a_polygon(band, box, seed):
    points = scatter(seed)
    same = Box(SPACE, [band.low], [band.high], band.unit, band.frame.factors)
    np.testing.assert_array_equal(band.boundary_distance(points), same.boundary_distance(points))
    (left, bottom), (right, top) = box.low.tolist(), box.high.tolist()
    corners = [[left, bottom], [right, bottom], [right, top], [left, top]]
    polygon = Polygon(SPACE, corners, box.unit, box.frame.factors).boundary_distance(points)
    np.testing.assert_allclose(polygon, box.boundary_distance(points), atol=1e-9)


def test_a_ball_in_units_of_the_box_is_an_ellipse_in_raw_units():
    ball = Ball(PLANE, 0.2, unit="box")
    np.testing.assert_allclose(
        ball.boundary_distance([[1.25 + 0.3, 1.0], [1.25, 1.4]]), 0, atol=1e-15
    )
    assert ball.boundary_distance([[1.25, 1.0]]).tolist() == [-0.2]
    assert Ball(SPACE, 1, factors=["c", "a"]).center.tolist() == [-1, 1.25]


def test_the_boundary_belongs_to_the_hole():
    corner = [[0, 0], [2, 0], [2, 1], [1, 1], [1, 2], [0, 2]]
    for hole, boundary in [
        (Ball(PLANE, 0.5, [1, 1]), [[1.5, 1], [1, 0.5]]),
        (Box(PLANE, [0.5, 0.5], [1, 1]), [[0.5, 0.5], [1, 0.75]]),
        (Band(PLANE, "b", 0.5, 1), [[0, 0.5], [9, 1]]),
        (HalfSpace(PLANE, [1, 1], 2), [[1, 1], [2, 0]]),
        (Polygon(PLANE, corner), [[2, 0.5], [1, 1], [0, 0], [1, 1.5], [0.5, 2]]),
    ]:
        np.testing.assert_array_equal(hole.boundary_distance(boundary), np.zeros(len(boundary)))
        assert hole.contains(boundary).all()


def test_a_large_polygon_over_many_points_agrees_with_a_disc():
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    vertices = [1.25, 1] + 0.3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.random.default_rng(0).uniform([0.5, 0], [2, 2], size=(40_000, 2))
    polygon = Polygon(PLANE, vertices.tolist()).boundary_distance(points)
    np.testing.assert_allclose(polygon, Disc(PLANE, 0.3).boundary_distance(points), atol=5e-6)


def test_a_point_at_the_height_of_a_vertex_is_on_the_right_side():
    letter = [[0, 0], [1, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]]
    x, y = np.meshgrid(np.arange(-0.5, 4), np.arange(-1, 5))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    walls = (points[:, 0] > 0) & (points[:, 0] < 3) & (points[:, 1] >= 0) & (points[:, 1] <= 3)
    notch = (points[:, 0] == 1.5) & (points[:, 1] > 1)
    for vertices in (letter, letter[::-1]):
        hole = Polygon(PLANE, vertices)
        np.testing.assert_array_equal(hole.contains(points), walls & ~notch)
