"""The example of a world of one's own."""

import runpy
from pathlib import Path

import numpy as np

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_world.py"


def test_the_spiral_grows_evenly_to_its_radius():
    world = runpy.run_path(str(EXAMPLE))["Spiral"]()
    curves = world.curves([[1, 0.3], [4, 0.9]])
    radius = np.linalg.norm(curves, axis=-1)
    np.testing.assert_allclose(radius, np.outer([0.3, 0.9], np.linspace(0, 1, 400)), atol=1e-12)
    x, y = curves[1].T
    turned = np.unwrap(np.arctan2(y, x)[1:])
    np.testing.assert_allclose(turned[-1] - turned[0], 2 * np.pi * 4 * 398 / 399, rtol=1e-9)
    assert radius.max() <= world.extent
