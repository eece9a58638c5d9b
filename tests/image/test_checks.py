import numpy as np
import pytest
import torch

from transect.image import SquareCanvas
from transect.image.checks import check_images, is_bright
from transect.space import sobol
from transect.world import Ellipse, FourierBlob, GaussianBump, Rose

GREY = np.random.default_rng(0).random((2, 3, 4))


@pytest.mark.parametrize(
    "images",
    [GREY, GREY.astype(np.float16), GREY > 0.5, (GREY > 0.5).astype(np.uint8), GREY.tolist()],
    ids=["float64", "float16", "bool", "uint8", "list"],
)
def test_images_of_every_real_type_become_float32(images):
    found = check_images(images, size=(3, 4))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.asarray(images, dtype=np.float32))


def test_rounding_is_clipped_and_nothing_stays_nothing():
    off = np.array([[[-1e-6, 1 + 1e-6]]])
    np.testing.assert_array_equal(check_images(off), [[[0, 1]]])
    assert off[0, 0, 0] < 0
    assert check_images(np.empty((0, 3, 4)), size=(3, 4)).shape == (0, 3, 4)
    assert check_images(torch.from_numpy(GREY)).shape == (2, 3, 4)


@pytest.mark.parametrize(
    ("images", "words"),
    [
        ((255 * GREY).astype(np.uint8), "divide images of 0 to 255 by 255"),
        (255 * GREY, r"values from .* in row 0; divide images of 0 to 255 by 255"),
        (2 * GREY - 1, r"of images in \[-1, 1\] give \(images \+ 1\) / 2"),
        (np.where(np.arange(2)[:, None, None], np.nan, GREY), "got NaN in row 1"),
        (np.where(np.arange(2)[:, None, None], np.inf, GREY), "inf in row 1"),
        (GREY[0], r"shape \(n, 3, 4\), got \(3, 4\); of a single image give image\[None\]"),
        (GREY[:, None], r"give images\[:, 0\]"),
        (GREY[..., None], r"give images\[\.\.\., 0\]"),
        (GREY.transpose(0, 2, 1), r"shape \(n, 3, 4\), got \(2, 4, 3\)"),
        (GREY.astype(complex), "real numbers, got an array of complex128"),
        (GREY.astype(str), "real numbers"),
        ([[[0.0]], [[0.0, 1.0]]], "to be an array"),
        (None, "real numbers"),
    ],
)
def test_what_is_no_stack_of_images_is_refused(images, words):
    with pytest.raises(ValueError, match=f"images need .*{words}"):
        check_images(images, "images", (3, 4))


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
