"""MATLAB files (version 5) with the variables of the original work.

| variable                              | shape           | content                             |
|---------------------------------------|-----------------|-------------------------------------|
| `images`                              | (h, w, n) uint8 | foreground 255; `images(:, :, i)`   |
| `data_full`                           | (n, d) double   | factors, raw units                  |
| `data_punctured`, `data_hole`         | (k, d) double   | those outside and inside the hole   |
| `data_punctured_ind`, `data_hole_ind` | (k, 1) double   | their rows in `data_full`, from 1   |
| `split`                               | (n, 1) uint8    | number in `split_names`, from 1     |
| `split_names`, `factor_names`         | cells           | `split_names(split)` names each row |
| `boundary_distance`                   | (n, 1) double   | signed, negative inside the hole    |
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transect.image.image_file import (
    ImageFile,
    ImageSource,
    Progress,
    image_batches,
)
from transect.image.staging import staged
from transect.space.points import SPLITS
from transect.space.reading import reading
from transect.world.grey import byte_images

_HEADER = b"MATLAB 5.0 MAT-file, images of known factors, written by transect".ljust(116)
_LIMIT = 2**31 - 1
_VARIABLES = ("images", "data_full", "split", "split_names", "boundary_distance", "factor_names")


def write(
    source: ImageSource,
    path: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images and their ground truth as a MATLAB file.

    The images are gathered in memory, since the format holds them in one piece. The same images
    give the same bytes. The file is complete or absent.

    Arguments and errors are those of `transect.image.formats.write_dataset`.

    Returns:
        The path of the file.

    Raises:
        ValueError: The images exceed the 2 GiB that the format allows, or as in `write_dataset`.
    """
    from scipy.io import savemat  # noqa: PLC0415 (slow to import)

    path = Path(path)
    size = len(source) * source.height * source.width
    if size > _LIMIT:
        raise ValueError(
            f"a MATLAB file holds images of at most {_LIMIT} bytes, these have {size}; choose "
            "another format or fewer images"
        )
    with staged(path, overwrite) as work, work.open("w+b") as file:
        variables = {"images": _gather(source, progress), **_truth(source)}
        savemat(file, variables, do_compression=True, oned_as="column")
        # The text that stands here holds the time of writing.
        file.seek(0)
        file.write(_HEADER)
    return path


def _gather(source: ImageSource, progress: Progress | None) -> NDArray[np.uint8]:
    # MATLAB's order: the row of an image varies fastest, the image slowest.
    columns_first = np.empty((len(source), source.width, source.height), dtype=np.uint8)
    for rows, images in image_batches(source, progress):
        columns_first[rows] = images.transpose(0, 2, 1)
    return columns_first.T


def _truth(source: ImageSource) -> dict[str, Any]:
    hole = source.split == "removed"
    codes = np.zeros(len(source), dtype=np.uint8)
    for code, split in enumerate(SPLITS, start=1):
        codes[source.split == split] = code
    return {
        "data_full": source.factors,
        "data_punctured": source.factors[~hole],
        "data_hole": source.factors[hole],
        "data_punctured_ind": np.flatnonzero(~hole) + 1.0,
        "data_hole_ind": np.flatnonzero(hole) + 1.0,
        "split": codes,
        "split_names": np.array(SPLITS, dtype=object),
        "boundary_distance": source.boundary_distance,
        "factor_names": np.array(source.names, dtype=object),
    }


def read(path: str | Path) -> ImageFile:
    """Return what a file holds that `write` wrote.

    Raises:
        ValueError: The file is absent, damaged or no MATLAB file of version 5, a variable is
            missing, or the shapes do not fit each other.
    """
    from scipy.io import loadmat  # noqa: PLC0415

    path = Path(path)
    with reading(path):
        with path.open("rb") as file:
            # MATLAB's own types tell logical images from those of bytes.
            variables = loadmat(file, variable_names=_VARIABLES, mat_dtype=True)
        missing = [name for name in _VARIABLES if name not in variables]
        if missing:
            raise ValueError(f"the file lacks the variables {', '.join(missing)}")
        factors = _numbers("data_full", variables)
        images = _images(variables["images"], len(factors))
        return ImageFile(
            images=np.ascontiguousarray(byte_images(images)),
            factors=factors,
            names=_texts("factor_names", variables),
            split=_splits(variables),
            boundary_distance=_numbers("boundary_distance", variables).ravel(),
        )


def _images(images: NDArray, count: int) -> NDArray:
    """Return images as (n, height, width).

    A file of another program may hold them so already; it is recognised if its first axis has as
    many entries as there are points, and its last has not.

    Raises:
        ValueError: They have another number of axes.
    """
    # MATLAB drops the last axis of a single image.
    images = images[..., np.newaxis] if images.ndim == 2 else images
    if images.ndim != 3:
        raise ValueError(f"images need the shape (height, width, n); got {images.shape}")
    if len(images) == count != images.shape[2]:
        return images
    return images.transpose(2, 0, 1)


def _numbers(name: str, variables: dict[str, NDArray]) -> NDArray[np.float64]:
    array = variables[name]
    if array.ndim != 2 or array.dtype.kind not in "iuf":
        raise ValueError(f"{name} needs to be a matrix of numbers; got {array.shape} {array.dtype}")
    return array.astype(np.float64)


def _texts(name: str, variables: dict[str, NDArray]) -> tuple[str, ...]:
    cells = variables[name].ravel()
    if cells.dtype != np.object_ or not all(getattr(cell, "size", 0) == 1 for cell in cells):
        raise ValueError(f"{name} needs to be cells of text")
    return tuple(str(cell.item()) for cell in cells)


def _splits(variables: dict[str, NDArray]) -> NDArray[np.str_]:
    names = np.array(_texts("split_names", variables))
    codes = _numbers("split", variables).ravel()
    if not np.isin(codes, np.arange(1, len(names) + 1)).all():
        raise ValueError(f"split needs whole numbers from 1 to {len(names)}, as split_names has")
    return names[codes.astype(np.int64) - 1]
