"""The dSprites data set as a world."""

from math import pi
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transect.world.archive import existing_file, read_images, read_labels
from transect.world.finite import Axis, FiniteWorld, grid

SOURCE = "https://github.com/google-deepmind/dsprites-dataset"
AXES = (
    Axis("color", ordered=False),
    Axis("shape", ordered=False),
    Axis("scale"),
    Axis("orientation", "rad", period=2 * pi),
    Axis("posX"),
    Axis("posY"),
)


class DSprites(FiniteWorld):
    """dSprites: white shapes of any scale, orientation and position, read from the published file.

    L. Matthey, I. Higgins, D. Hassabis, A. Lerchner, "dSprites: Disentanglement testing Sprites
    dataset", 2017. The file is an `.npz` with `imgs`, uint8 (N, 64, 64) of 0 and 1, and
    `latents_values`, float64 (N, 6). Its pickled `metadata` are never read. The factors are shape
    (1 square, 2 ellipse, 3 heart), scale, orientation, posX and posY; color has one value. All
    images are kept in memory as uint8: 3.0 GB for the published 737 280.

    Args:
        path: Of the published `dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz`, or of a file of
            the same layout with fewer values per factor.

    Raises:
        ValueError: There is no such file, it has another layout, or its latents are no full grid.
    """

    def __init__(self, path: str | Path) -> None:
        file = existing_file(path, SOURCE)
        labels = read_labels(file, "latents_values")
        images = read_images(file, "imgs")
        if labels.shape != (len(images), len(AXES)):
            raise ValueError(
                f"{file}: latents_values needs the shape {(len(images), len(AXES))}, "
                f"got {labels.shape}"
            )
        values, self._rows = grid(labels)
        self._images = images
        super().__init__(AXES, values, size=images.shape[1])

    def stored(self, cells: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the stored images of grid cells (n,): grey (n, size, size)."""
        return self._images[self._rows[cells]]
