"""Ellipses, Lissajous figures, supershapes and blobs against closed forms."""

from math import cos, pi, sin

import numpy as np

from transect.world import Ellipse, FourierBlob, Lissajous, Superformula


def shoelace_area(curve):
    x, y = curve.T
    return abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2


def test_an_ellipse_fulfils_its_implicit_equation():
    world = Ellipse()
    points = np.random.default_rng(0).uniform(world.space.low, world.space.high, (50, 5))
    for (x, y, size, aspect, angle), curve in zip(points, world.curves(points), strict=True):
        offset = curve - [x, y]
        along = offset @ [np.cos(angle), np.sin(angle)]
        across = offset @ [-np.sin(angle), np.cos(angle)]
        residual = along**2 / (size**2 * aspect) + across**2 * aspect / size**2 - 1
        np.testing.assert_allclose(residual, 0, atol=1e-12)
        np.testing.assert_allclose(shoelace_area(curve), pi * size**2, rtol=1e-3)


def test_parameters_of_an_ellipse_can_be_fixed():
    world = Ellipse(x=(-1, 1), y=0.5, size=1, aspect=1, orientation=0)
    assert world.space.names == ("x",)
    circle = world.curves([[-0.25]])[0] - [-0.25, 0.5]
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), 1, rtol=1e-14)


def test_lissajous_figures_of_low_frequencies_are_an_ellipse_a_parabola_and_a_cubic():
    phases = np.array([[0.3], [1.0], [1.5]])
    x, y = np.moveaxis(Lissajous(1, 1, (0, pi / 2)).curves(phases), -1, 0)
    residual = x**2 + y**2 - 2 * x * y * np.cos(phases) - np.sin(phases) ** 2
    np.testing.assert_allclose(residual, 0, atol=1e-14)
    x, y = Lissajous(2, 1, (0, pi / 2)).curves([[pi / 2]])[0].T
    np.testing.assert_allclose(x, 1 - 2 * y**2, atol=1e-14)
    x, y = Lissajous((1, 3), 1, 0).curves([[3]])[0].T
    np.testing.assert_allclose(x, 3 * y - 4 * y**3, atol=1e-14)


def test_supershapes_of_no_corners_or_exponent_two_are_circles_and_of_exponent_one_a_square():
    circles = [Superformula(m=4, n1=(1, 2), n2=2, n3=2).curves([[2]])[0]]
    circles += [*Superformula(m=0).curves([[1, 2, 3], [6, 10, 2.5]])]
    np.testing.assert_allclose(np.linalg.norm(circles, axis=-1), 1, rtol=1e-14)
    square = Superformula(m=4, n1=(1, 2), n2=1, n3=1).curves([[1]])[0]
    np.testing.assert_allclose(np.abs(square).sum(axis=1), 1, rtol=1e-14)


def test_supershapes_against_the_formula_vertex_by_vertex():
    world = Superformula(m=(1, 8), vertices=50)
    points = np.random.default_rng(1).uniform(world.space.low, world.space.high, (20, 4))
    for (m, n1, n2, n3), curve in zip(points, world.curves(points), strict=True):
        angles = [2 * pi * index / 49 for index in range(50)]
        radii = [
            (abs(cos(m * t / 4)) ** n2 + abs(sin(m * t / 4)) ** n3) ** (-1 / n1) for t in angles
        ]
        expected = [
            [r * cos(t) / max(radii), r * sin(t) / max(radii)]
            for r, t in zip(radii, angles, strict=True)
        ]
        np.testing.assert_allclose(curve, expected, atol=1e-12)


def test_a_supershape_stays_finite_where_its_radius_overflows():
    world = Superformula(m=6, n1=(0.001, 1), n2=(0.001, 1000), n3=(0.001, 1000))
    corners = [[0.001, 1000, 1000], [0.001, 0.001, 1000], [1, 1000, 0.001]]
    curves = world.curves(corners)
    assert np.isfinite(curves).all()
    np.testing.assert_allclose(np.linalg.norm(curves, axis=-1).max(axis=1), 1, rtol=1e-12)


def test_the_spectrum_of_the_radius_of_a_blob_is_its_point():
    points = np.array([[0.2, -0.1, 0.05], [-0.25, 0.25, -0.25]])
    curves = FourierBlob(vertices=64).curves(points)
    spectrum = 2 * np.fft.rfft(np.linalg.norm(curves, axis=-1)).real / 64
    np.testing.assert_allclose(spectrum[:, 2:5], points, atol=1e-14)
    np.testing.assert_allclose(spectrum[:, [0, 1, 5, 6]], [[2, 0, 0, 0]] * 2, atol=1e-14)
    some = FourierBlob([0.1, (-0.2, 0.2), 0.0, 0.0, (-0.3, 0.3)])
    assert some.space.names == ("a3", "a6")
    spectrum = 2 * np.fft.rfft(np.linalg.norm(some.curves([[-0.1, 0.3]])[0], axis=-1)).real / 300
    np.testing.assert_allclose(spectrum[2:8], [0.1, -0.1, 0, 0, 0.3, 0], atol=1e-14)
