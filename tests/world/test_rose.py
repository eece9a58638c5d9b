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


def test_every_parameter_against_the_curve_in_complex_numbers():
    world = Rose((2, 7), (0.5, 2), (0, 2), phase=(0, 2 * pi), rotation=(0, 2 * pi), vertices=60)
    assert world.space.names == ("a", "b", "petals", "phase", "rotation")
    points = np.random.default_rng(3).uniform(world.space.low, world.space.high, (20, 5))
    expected = [slow_rose(*point, vertices=60) for point in points]
    np.testing.assert_allclose(world.curves(points), expected, atol=1e-12)


@pytest.mark.parametrize("free", ["a", "b", "petals", "phase", "rotation"])
def test_one_factor_alone_against_the_curve_in_complex_numbers(free):
    options = {"a": 1.1, "b": 1.7, "petals": 3, "phase": 0.4, "rotation": 0.9}
    world = Rose(**{**options, free: (0.5, 1.5)}, vertices=40)
    assert world.space.names == (free,)
    expected = [slow_rose(**{**options, free: value}, vertices=40) for value in (0.6, 1.3)]
    np.testing.assert_allclose(world.curves([[0.6], [1.3]]), expected, atol=1e-12)


def test_a_negative_radius_lies_opposite():
    curve = Rose().curves([[0.5, 2.0]])[0]
    lowest = np.argmin(2 * np.cos(5 * np.linspace(0, 2 * pi, 500)) + 0.5)
    angle = 2 * pi * lowest / 499
    np.testing.assert_allclose(curve[lowest] @ [np.cos(angle), np.sin(angle)], -1.5, atol=1e-3)


@pytest.mark.parametrize("petals", [2, 3, 5])
def test_whole_petals_repeat_around_the_middle(petals):
    curve = Rose(petals, vertices=301).curves([[1.3, 0.9]])[0, :-1]
    turn = 2 * pi / petals
    turned = curve @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    np.testing.assert_allclose(np.roll(curve, -300 // petals, axis=0), turned, atol=1e-12)


def test_turning_the_figure_is_shifting_the_phase():
    turned = Rose(rotation=0.3).curves([[1.0, 0.8]])[0]
    shifted = Rose(phase=-5 * 0.3, vertices=5001).curves([[1.0, 0.8]])[0]
    gap = np.linalg.norm(turned[:, None] - shifted[None], axis=-1).min(axis=1)
    assert gap.max() < 0.01


def test_ranges_beyond_the_original_widen_the_view():
    assert Rose(a=(0, 3), b=(-2, 1)).extent == 5
    assert Rose(a=0.1, b=(0, 0.2)).extent == 4


def test_other_ranges_get_a_hole_and_transects_of_their_own():
    world = Rose(a=(1, 3))
    assert world.default_hole()["kind"] == "ball"
    assert [line["name"] for line in world.default_transects()] == ["a", "b", "antidiagonal"]
