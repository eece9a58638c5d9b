from cmath import exp as complex_exp
from math import cos, pi

import numpy as np
import pytest

from transect.space import Factor
from transect.world import Rose


def slow_rose(a, b, petals, phase, rotation, vertices):
    """The curve in complex numbers, one vertex after the other."""
    curve = []
    for index in range(vertices):
        angle = 2 * pi * index / (vertices - 1)
        z = (b * cos(petals * angle + phase) + a) * complex_exp(1j * (angle + rotation))
        curve.append([z.real, z.imag])
    return np.array(curve)


def test_the_default_is_the_world_of_the_original():
    world = Rose()
    assert world.space.factors == (Factor("a", 0.5, 2.0), Factor("b", 0.0, 2.0))
    assert world.extent == 4
    assert world.closed
    assert world.default_hole() == {"kind": "disc", "center": [1.25, 1.0], "radius": 0.3}
    lines = {line["name"]: (line["start"], line["end"]) for line in world.default_transects()}
    assert lines == {
        "P1": ([1.25, 0], [1.25, 2]),
        "P2": ([0.5, 1], [2, 1]),
        "P3": ([0.5, 2], [2, 0]),
    }
    assert [line["count"] for line in world.default_transects()] == [15, 15, 15]
    curve = world.curves([[1.25, 1.0]])
    assert curve.shape == (1, 500, 2)
    assert curve.dtype == np.float64
    np.testing.assert_allclose(curve[0, 0], [2.25, 0])
    np.testing.assert_allclose(curve[0, -1], curve[0, 0], atol=1e-12)


FIXED = {"a": 1.1, "b": 1.7, "petals": 3, "phase": 0.4, "rotation": 0.9}
RANGES = {"a": (0.5, 2), "b": (0, 2), "petals": (2, 7), "phase": (0, 6), "rotation": (0, 6)}


@pytest.mark.parametrize("free", [*([name] for name in FIXED), ["a", "petals"], list(FIXED)])
def test_any_factors_against_the_curve_in_complex_numbers(free):
    world = Rose(**(FIXED | {name: RANGES[name] for name in free}), vertices=60)
    assert world.space.names == tuple(free)
    points = np.random.default_rng(3).uniform(world.space.low, world.space.high, (20, len(free)))
    values = [FIXED | dict(zip(free, point, strict=True)) for point in points]
    expected = [slow_rose(**value, vertices=60) for value in values]
    np.testing.assert_allclose(world.curves(points), expected, atol=1e-12)


def test_other_ranges_get_a_view_a_hole_and_transects_of_their_own():
    assert Rose(a=(0, 3), b=(-2, 1)).extent == 5
    assert Rose(a=0.1, b=(0, 0.2)).extent == 4
    assert Rose(a=(1, 3)).default_hole()["kind"] == "ball"
    lines = Rose(a=(1, 3)).default_transects()
    assert [line["name"] for line in lines] == ["a", "b", "antidiagonal"]
