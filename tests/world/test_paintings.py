"""Bumps and gratings against their formulas, integrals and spectra."""

from math import atan2, cos, exp, pi, sin

import numpy as np
import pytest

from transect.world import GaussianBump, Grating


def pixel_grid(size):
    """World coordinates of the pixel centres, row 0 at the top, one pixel after the other."""
    return [
        [(-1 + (2 * column + 1) / size, 1 - (2 * row + 1) / size) for column in range(size)]
        for row in range(size)
    ]


def test_a_bump_against_its_formula_pixel_by_pixel():
    points = [[0.3, -0.5], [-0.7, 0.7]]
    images = GaussianBump(width=0.2).paint(points, 16)
    assert images.dtype == np.float32
    expected = [
        [
            [exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * 0.2**2)) for u, v in row]
            for row in pixel_grid(16)
        ]
        for x, y in points
    ]
    np.testing.assert_allclose(images, expected, atol=2e-7)


def test_the_integral_and_the_centre_of_mass_of_a_bump():
    points = np.array([[0.2, 0.3, 0.1], [-0.4, 0.1, 0.08], [0.0, -0.5, 0.12]])
    world = GaussianBump(width=(0.05, 0.15))
    images = world.paint(points, 64).astype(np.float64)
    mass = images.sum(axis=(1, 2))
    np.testing.assert_allclose(mass * (2 / 64) ** 2, 2 * pi * points[:, 2] ** 2, rtol=1e-4)
    coordinates = np.array(pixel_grid(64))
    centres = np.einsum("nij,ijc->nc", images, coordinates) / mass[:, None]
    np.testing.assert_allclose(centres, points[:, :2], atol=1e-4)


def test_a_grating_against_its_formula_pixel_by_pixel():
    world = Grating(phase=(0, 2 * pi), width=(0.2, 0.6))
    points = np.random.default_rng(5).uniform(world.space.low, world.space.high, (6, 4))
    for (f, angle, phase, width), image in zip(points, world.paint(points, 12), strict=True):
        expected = [
            [
                exp(-(u * u + v * v) / (2 * width**2))
                * (1 + cos(pi * f * (u * cos(angle) + v * sin(angle)) + phase))
                / 2
                for u, v in row
            ]
            for row in pixel_grid(12)
        ]
        np.testing.assert_allclose(image, expected, atol=1e-6)


@pytest.mark.parametrize(("across", "up"), [(5, 0), (0, 6), (4, 3), (-4, 3), (2, 5)])
def test_the_spectrum_of_a_grating_peaks_at_its_frequency_and_direction(across, up):
    frequency, angle = np.hypot(across, up), atan2(up, across)
    point = [[frequency, angle]]
    # The difference of opposite phases is the wave without the window's own light.
    wave = Grating(phase=0).paint(point, 64)[0] - Grating(phase=pi).paint(point, 64)[0]
    power = np.abs(np.fft.fft2(wave.astype(np.float64)))
    row, column = np.unravel_index(np.argmax(power), power.shape)
    order = np.fft.fftfreq(64, 1 / 64)
    # Rows run downwards, so a wave that climbs has a negative frequency along them.
    assert (order[column], -order[row]) in {(across, up), (-across, -up)}


def test_half_a_turn_of_a_grating_reverses_its_phase():
    world = Grating(orientation=(0, 2 * pi), phase=(0, 2 * pi))
    turned = world.paint([[4, 0.7 + pi, 1.2]], 32)
    reversed_phase = world.paint([[4, 0.7, 2 * pi - 1.2]], 32)
    np.testing.assert_allclose(turned, reversed_phase, atol=1e-6)


def test_the_orientation_is_periodic_over_a_half_turn_only_where_the_phase_is_even():
    assert Grating().space.factors[1].periodic
    assert Grating(phase=pi).space.factors[1].periodic
    assert not Grating(phase=1.0).space.factors[1].periodic
    assert not Grating(phase=(0, 2 * pi)).space.factors[1].periodic
    assert Grating(phase=1.0, orientation=(0, 2 * pi)).space.factors[1].periodic
