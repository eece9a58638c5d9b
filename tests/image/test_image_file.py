"""What a file holds is checked as a whole."""

import numpy as np
import pytest

from transect.image.image_file import ImageFile, image_name
from transect.space import Factor, FactorSpace


def test_points_need_the_factors_of_the_file():
    file = ImageFile(
        images=np.zeros((2, 3, 4), dtype=np.uint8),
        factors=np.array([[1.0, 5.0], [2.0, 4.0]]),
        names=("x", "y"),
        split=np.array(["train", "removed"]),
        boundary_distance=np.array([1.0, -1.0]),
    )
    assert repr(file) == "ImageFile(2 images 3×4, factors x, y: 1 train, 1 removed)"
    assert (file.height, file.width) == (3, 4)
    assert file.classes.tolist() == [[0, 1], [1, 0]]
    points = file.points(FactorSpace([Factor("x", 0, 9), Factor("y", 0, 9)]))
    assert points.where("removed").tolist() == [1]
    with pytest.raises(ValueError, match="the file has the factors x, y; the space has y, x"):
        file.points(FactorSpace([Factor("y", 0, 9), Factor("x", 0, 9)]))


@pytest.mark.parametrize("count", [1, 10, 11, 100, 101])
def test_names_of_images_sort_by_row(count):
    names = [image_name(row, count) for row in range(count)]
    assert names == sorted(names)
    assert len({len(name) for name in names}) == 1
