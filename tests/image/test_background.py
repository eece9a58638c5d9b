"""A bright background is known by the edges of the images."""

import numpy as np
import pytest

from transect.image import SquareCanvas
from transect.image.checks import is_bright
from transect.space import sobol
from transect.world import Ellipse, FourierBlob, GaussianBump, Rose


@pytest.mark.parametrize(
    "world",
    [Rose(), Ellipse(), FourierBlob(), GaussianBump()],
    ids=lambda world: type(world).__name__,
)
def test_drawings_are_known_and_so_are_their_negatives(world):
    images = SquareCanvas(32).draw(world, sobol(world.space, 32, seed=0)) / np.float32(255)
    assert not is_bright(images)
    assert is_bright(1 - images)


def test_what_has_no_background_is_not_bright():
    waves = 0.5 + 0.5 * np.cos(np.arange(32) / 3 + np.arange(8)[:, None, None] + np.zeros((32, 1)))
    for images in (waves, 1 - waves, np.full((8, 32, 32), 128 / 255)):
        assert not is_bright(images.astype(np.float32))


def test_every_pixel_of_the_edges_counts_once():
    images = np.zeros((1, 3, 3), np.float32)
    images[0].ravel()[[0, 1, 2, 3, 5, 6]] = 1  # six of the eight around the middle
    assert is_bright(images)
    images[0, 0, 0] = 0
    assert not is_bright(images)
