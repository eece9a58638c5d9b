"""Images of one size become one array, whatever their types."""

import numpy as np
import pytest

from transect.image.png import stack


def test_images_of_one_type_keep_it():
    found = stack([np.full((2, 3), row, np.uint16) for row in range(4)], list("abcd"))
    assert found.dtype == np.uint16
    assert found[:, 1, 2].tolist() == [0, 1, 2, 3]


def test_images_of_several_types_meet_between_0_and_1():
    images = [
        np.full((1, 1), 51, np.uint8),
        np.full((1, 1), True),
        np.full((1, 1), 13107, np.uint16),
        np.full((1, 1), 65535, np.uint16),
        np.full((1, 1), 0.25, np.float32),
    ]
    found = stack(images, list("abcde"))
    np.testing.assert_allclose(found.ravel(), [0.2, 1, 0.2, 1, 0.25], rtol=1e-6)


def test_images_of_several_sizes_are_refused_by_name():
    with pytest.raises(ValueError, match=r"b has 5×4 pixels \(height × width\), but a has 4×5"):
        stack([np.zeros((4, 5), np.uint8), np.zeros((5, 4), np.uint8)], ["a", "b"])
