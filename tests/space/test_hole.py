"""The set algebra of holes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.space import (
    Ball,
    Band,
    Box,
    Factor,
    FactorSpace,
    Hole,
    Intersection,
    Union,
)

PLANE = FactorSpace([Factor("a", 0, 4), Factor("b", 0, 2)])


def shape(generator):
    low = generator.uniform(0, 2, size=2)
    return [
        Ball(PLANE, generator.uniform(0.2, 1.5), generator.uniform(0, 3, size=2)),
        Box(PLANE, low, low + generator.uniform(0.2, 2, size=2)),
        Band(PLANE, "a", low[0], low[0] + 0.7),
    ][generator.integers(3)]


@pytest.fixture(params=range(12))
def drawn(request):
    generator = np.random.default_rng(request.param)
    holes = [shape(generator) for _ in range(3)]
    return *holes, generator.uniform(-1, 5, size=(2000, 2))


def test_operators_are_the_set_operations(drawn):
    first, second, third, points = drawn
    a, b, c = (hole.contains(points) for hole in (first, second, third))
    np.testing.assert_array_equal((first | second).contains(points), a | b)
    np.testing.assert_array_equal((first & second).contains(points), a & b)
    np.testing.assert_array_equal((first - second).contains(points), a & ~b)
    np.testing.assert_array_equal((~first).contains(points), ~a)
    np.testing.assert_array_equal(Union([first, second, third]).contains(points), a | b | c)
    np.testing.assert_array_equal(Intersection([first, second, third]).contains(points), a & b & c)


def test_the_laws_of_de_morgan_hold_to_the_last_bit(drawn):
    first, second, _, points = drawn
    for left, right in [
        (~(first | second), ~first & ~second),
        (~(first & second), ~first | ~second),
        (first - second, first & ~second),
        (~~first, first),
    ]:
        np.testing.assert_array_equal(
            left.boundary_distance(points), right.boundary_distance(points)
        )


def nearest_change(hole, point, reach):
    """Find how near the hole's answer changes, by looking all around at growing distances."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    radii = np.linspace(0, reach, 400)[1:]
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    around = (point + radii[:, None, None] * ring).reshape(-1, 2)
    changed = (hole.contains(around) != hole.contains(point[None])).reshape(len(radii), -1)
    rows = np.flatnonzero(changed.any(axis=1))
    return radii[rows[0]] if rows.size else np.inf


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=15)
def test_distance_never_exceeds_that_to_the_boundary_and_is_exact_on_the_stated_side(seed):
    generator = np.random.default_rng(seed)
    first, second = shape(generator), shape(generator)
    step = 6 / 399
    for hole, exact_inside in [
        (first | second, False),
        (first & second, True),
        (first - second, True),
    ]:
        for point in generator.uniform(-0.5, 4.5, size=(3, 2)):
            distance = float(hole.boundary_distance(point[None])[0])
            truth = nearest_change(hole, point, reach=6)
            assert abs(distance) <= truth + 1e-9
            if (distance < 0) == exact_inside and np.isfinite(truth):
                # Looking in 180 directions finds the boundary late by a few steps at most.
                assert truth <= abs(distance) + step + 0.05 * max(1, abs(distance))


def test_the_boundary_belongs_to_a_hole_and_to_its_complement():
    ball = Ball(PLANE, 0.5, [2, 1])
    boundary = [[2.5, 1.0]]
    assert ball.contains(boundary).all()
    assert (~ball).contains(boundary).all()
    assert (Ball(PLANE, 1, [2, 1]) - ball).contains(boundary).all()


def test_a_hole_of_ones_own_needs_only_its_distance():
    class Diamond(Hole):
        space = PLANE

        def boundary_distance(self, points):
            return (np.abs(np.asarray(points) - [2, 1]).sum(axis=1) - 1) / np.sqrt(2)

    ring = Diamond() - Ball(PLANE, 0.25, [2, 1])
    assert ring.contains([[2, 1], [2.5, 1.25], [2.75, 1.5]]).tolist() == [False, True, False]
    assert ring.unit == "raw"
