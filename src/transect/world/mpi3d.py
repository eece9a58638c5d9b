"""The MPI3D data sets as a world."""

from collections.abc import Sequence
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transect.space.values import check_whole
from transect.world.archive import existing_file, read_images
from transect.world.finite import Axis, FiniteWorld

SOURCE = "https://github.com/rr-learning/disentanglement_dataset"
AXES = (
    Axis("object_color", ordered=False),
    Axis("object_shape", ordered=False),
    Axis("object_size"),
    Axis("camera_height"),
    Axis("background_color", ordered=False),
    Axis("horizontal_axis"),
    Axis("vertical_axis"),
)
PUBLISHED = ((6, 6, 2, 3, 3, 40, 40), (4, 4, 2, 3, 3, 40, 40))


class MPI3D(FiniteWorld):
    """MPI3D: an object on a robot arm, seven factors, read from a published file.

    M. W. Gondal et al., "On the Transfer of Inductive Bias from Simulation to the Real World: a
    New Disentanglement Dataset", NeurIPS 2019, arXiv:1906.03292. The file is an `.npz` with
    `images`, uint8 (N, 64, 64, 3), in row-major order of object_color, object_shape, object_size,
    camera_height, background_color, horizontal_axis and vertical_axis. The value of a factor is
    its number in that grid, from 0. Colour is turned to grey by luma while the file is read, and
    the images are kept in memory as uint8: 4.2 GB for the toy, realistic and real sets, 1.9 GB
    for the one of complex shapes.

    Args:
        path: Of the published file.
        shape: Number of values of each of the seven factors, for a reduced file. If it is left
            out, it follows from the number of images: 1 036 800 for (6, 6, 2, 3, 3, 40, 40), the
            toy, realistic and real sets, and 460 800 for (4, 4, 2, 3, 3, 40, 40), the complex
            shapes.

    Raises:
        ValueError: There is no such file, it has another layout, or not as many images as the
            shape needs.
    """

    def __init__(self, path: str | Path, shape: Sequence[int] | None = None) -> None:
        checked = None if shape is None else _check_shape(shape)
        file = existing_file(path, SOURCE)
        self._images = read_images(file, "images")
        count = len(self._images)
        shapes = PUBLISHED if checked is None else (checked,)
        fits = [candidate for candidate in shapes if prod(candidate) == count]
        if not fits:
            needs = " or ".join(f"{prod(known)} for shape {known}" for known in shapes)
            raise ValueError(
                f"images in {file} needs a full grid of images, {needs}; got {count}. "
                "A reduced file needs shape=[…], the number of values of each of "
                f"{', '.join(axis.name for axis in AXES)}"
            )
        values = [np.arange(length, dtype=np.float64) for length in fits[0]]
        super().__init__(AXES, values, size=self._images.shape[1])

    def stored(self, cells: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the stored images of grid cells (n,): grey (n, size, size)."""
        return self._images[cells]


def _check_shape(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the shape as a tuple.

    Raises:
        ValueError: It has not one whole number of at least 1 for each factor.
    """
    if not isinstance(shape, Sequence) or len(shape) != len(AXES):
        raise ValueError(
            f"shape needs {len(AXES)} whole numbers, one for each of "
            f"{', '.join(axis.name for axis in AXES)}; got {shape!r}"
        )
    return tuple(check_whole("shape", length, least=1) for length in shape)
