"""Bumps and gratings against their formulas and spectra."""

from math import atan2, cos, exp, pi, sin

import numpy as np
import pytest

from transect.world import GaussianBump, Grating


def pixel_by_pixel(value, size):
    """What a function of world coordinates gives at pixel centres, row 0 at the top."""
    places = [(2 * k + 1) / size - 1 for k in range(size)]
    return [[value(u, -v) for u in places] for v in places]


def test_a_bump_against_its_formula_pixel_by_pixel():
    points = [[0.3, -0.5, 0.2], [-0.7, 0.7, 0.1]]
    images = GaussianBump(width=(0.05, 0.2)).paint(points, 16)
    assert images.dtype == np.float32
    for (x, y, width), image in zip(points, images, strict=True):

        def bump(u, v, x=x, y=y, width=width):
            return exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * width**2))

        np.testing.assert_allclose(image, pixel_by_pixel(bump, 16), atol=2e-7)


def test_a_grating_against_its_formula_pixel_by_pixel():
    world = Grating(phase=(0, 2 * pi), width=(0.2, 0.6))
    points = np.random.default_rng(5).uniform(world.space.low, world.space.high, (6, 4))
    for point, image in zip(points, world.paint(points, 12), strict=True):

        def grating(u, v, f=point[0], angle=point[1], phase=point[2], width=point[3]):
            wave = 1 + cos(pi * f * (u * cos(angle) + v * sin(angle)) + phase)
            return exp(-(u * u + v * v) / (2 * width**2)) * wave / 2

        np.testing.assert_allclose(image, pixel_by_pixel(grating, 12), atol=1e-6)


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


def test_the_orientation_is_periodic_over_a_half_turn_only_where_the_phase_is_even():
    assert Grating().space.factors[1].periodic
    assert Grating(phase=pi).space.factors[1].periodic
    assert not Grating(phase=1.0).space.factors[1].periodic
    assert not Grating(phase=(0, 2 * pi)).space.factors[1].periodic
    assert Grating(phase=1.0, orientation=(0, 2 * pi)).space.factors[1].periodic
