from math import pi

import numpy as np
import pytest

from transect.image import SquareCanvas
from transect.measure.repeated import repeated_images
from transect.space import uniform
from transect.world import Ellipse, Rose


def test_equal_images_are_found_wherever_their_points_lie():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 9, 7), dtype=np.uint8)[rng.integers(0, 40, 300)]
    trained, unit = rng.random(300) < 0.6, rng.random((300, 2))
    shown = {image.tobytes() for image in images[trained]}
    expected = [image.tobytes() in shown for image in images] & ~trained
    found = repeated_images(images.__getitem__, trained, unit)
    assert found.sum() > 20
    assert not found[~expected].any()
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("size", [64, 96])
def test_a_symmetric_shape_drawn_from_another_point_is_found(size):
    world = Ellipse(orientation=(0, pi))
    points = world.space.from_unit(np.random.default_rng(1).random((60, world.space.dimension)))
    column = world.space.index("orientation")
    low, high = points.copy(), points.copy()
    low[:, column], high[:, column] = 0, pi
    images = SquareCanvas(size).draw(world, np.concatenate([low, high]))
    trained = np.arange(120) < 60
    unit = world.space.to_unit(np.concatenate([low, high]))
    found = repeated_images(images.__getitem__, trained, unit)
    assert found[60:].mean() > 0.8
    assert not found[:60].any()
    close = np.tile(unit[:60], (2, 1))  # the very same images, as if of one place
    assert repeated_images(images.__getitem__, trained, close).sum() < 30


def test_a_world_whose_points_differ_all_round_has_none():
    world = Rose()
    points = uniform(world.space, 600, seed=0)
    images = SquareCanvas(32).draw(world, points)
    trained = np.linalg.norm(points - world.space.center, axis=1) > 0.3
    assert not repeated_images(images.__getitem__, trained, world.space.to_unit(points)).any()


def test_blank_images_repeat_and_nothing_to_compare_has_no_repeats():
    blank = np.zeros((3, 2, 2), np.uint8)
    unit = np.zeros((3, 1))
    for trained, expected in (
        ([True, False, False], [False, True, True]),
        ([True] * 3, [False] * 3),
        ([False] * 3, [False] * 3),
    ):
        assert repeated_images(blank.__getitem__, trained, unit).tolist() == expected
