import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from transect.image import resize

IMAGES = np.random.default_rng(0).random((3, 24, 36)).astype(np.float32)
SIZES = [(24, 36), (48, 72), (12, 9), (17, 50), (1, 1)]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_bilinear_is_that_of_torch_without_averaging(height, width):
    expected = interpolate(
        torch.from_numpy(IMAGES)[:, None], (height, width), mode="bilinear", align_corners=False
    )
    np.testing.assert_allclose(resize(IMAGES, height, width), expected[:, 0], atol=1e-5)


def test_area_is_the_block_mean_at_whole_ratios_and_keeps_the_mean_at_any():
    blocks = IMAGES.reshape(3, 8, 3, 9, 4).mean(axis=(2, 4))
    np.testing.assert_allclose(resize(IMAGES, 8, 9, "area"), blocks, atol=1e-6)
    for height, width in SIZES:
        mean = resize(IMAGES, height, width, "area").mean(axis=(1, 2))
        np.testing.assert_allclose(mean, IMAGES.mean(axis=(1, 2)), rtol=1e-5)


def test_point_takes_pixels_as_they_are():
    doubled = resize(IMAGES, 48, 72, "point")
    np.testing.assert_array_equal(doubled, IMAGES.repeat(2, axis=1).repeat(2, axis=2))
    np.testing.assert_array_equal(resize(doubled, 24, 36, "point"), IMAGES)


def test_grey_bytes_stay_bytes():
    images = np.full((1, 4, 4), 200, np.uint8)
    for method in ("bilinear", "area", "point"):
        found = resize(images, 7, 3, method)
        assert found.dtype == np.uint8
        assert (found == 200).all()


@pytest.mark.parametrize(
    ("size", "method", "message"),
    [((0, 4), "area", "at least 1 pixel"), ((4, 4), "cubic", "no method 'cubic'; choose from")],
)
def test_what_is_impossible_is_refused(size, method, message):
    with pytest.raises(ValueError, match=message):
        resize(IMAGES, *size, method)
