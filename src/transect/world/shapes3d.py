"""The 3D Shapes data set as a world."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from transect.space.reading import reading
from transect.world.archive import check_images, check_labels, existing_file
from transect.world.finite import Axis, FiniteWorld, grid
from transect.world.grey import luma

if TYPE_CHECKING:
    import h5py

SOURCE = "https://github.com/google-deepmind/3d-shapes"
AXES = (
    Axis("floor_hue", period=1),
    Axis("wall_hue", period=1),
    Axis("object_hue", period=1),
    Axis("scale"),
    Axis("shape", ordered=False),
    Axis("orientation", "deg"),
)


class Shapes3D(FiniteWorld):
    """3D Shapes: an object in a room, six factors, read from the published file.

    C. Burgess, H. Kim, "3D Shapes Dataset", 2018. The file is HDF5 with `images`, uint8
    (N, 64, 64, 3), and `labels`, float64 (N, 6): floor_hue, wall_hue, object_hue, scale, shape
    (0 to 3) and orientation. Colour is turned to grey by luma. Images are read from the file
    when they are asked for; only the labels stay in memory.

    Args:
        path: Of the published `3dshapes.h5`, or of a file of the same layout with fewer values
            per factor.

    Raises:
        ValueError: There is no such file, it has another layout, or its labels are no full grid.
    """

    def __init__(self, path: str | Path) -> None:
        self._file = existing_file(path, SOURCE)
        with self._open() as file:
            images, labels = _dataset(file, "images"), _dataset(file, "labels")
            check_images(images.shape, images.dtype, "images")
            if labels.shape != (len(images), len(AXES)):
                raise ValueError(
                    f"labels needs the shape {(len(images), len(AXES))}, got {labels.shape}"
                )
            values, self._rows = grid(check_labels(labels[:], "labels"))
            super().__init__(AXES, values, size=images.shape[1])

    def stored(self, cells: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the stored images of grid cells (n,): grey (n, size, size)."""
        # In file order and each image once, since a file on a disk is quickest read forwards.
        rows, places = np.unique(self._rows[cells], return_inverse=True)
        pixels = np.empty((len(rows), self.size, self.size), dtype=np.uint8)
        with self._open() as file:
            images = _dataset(file, "images")
            scale = np.uint8(255 if images.dtype == np.bool_ else 1)
            # One by one: HDF5 takes 30 times as long over a list of rows.
            for place, row in enumerate(rows):
                pixels[place] = luma(images[row][None] * scale)[0]
        return pixels[places]

    @contextmanager
    def _open(self) -> "Iterator[h5py.File]":
        """Open the file for the time of one reading, so that worlds can be copied.

        Yields:
            The file; what goes wrong with it is a `ValueError`.
        """
        import h5py  # noqa: PLC0415 - the other worlds need NumPy alone

        with reading(self._file), h5py.File(self._file, "r") as file:
            yield file


def _dataset(file: "h5py.File", key: str) -> "h5py.Dataset":
    """Return the array `key` of an open file.

    Raises:
        ValueError: The file has no such array.
    """
    import h5py  # noqa: PLC0415 - the other worlds need NumPy alone

    item = file.get(key)
    if not isinstance(item, h5py.Dataset):
        raise ValueError(f"the file needs an array {key}; it has {', '.join(file)}")
    return item
