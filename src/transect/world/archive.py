"""Arrays in the files of published data sets, read without unpickling anything."""

from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from transect.space.reading import check_end, open_archive, open_array, read_array, reading
from transect.world.grey import luma, white_level

BLOCK = 4096
"""Images that are decompressed at a time."""


def existing_file(path: str | Path, source: str) -> Path:
    """Return `path` with the home folder filled in.

    Args:
        path: Of the data set.
        source: Where the data set can be had.

    Raises:
        ValueError: There is no such file.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise ValueError(f"path needs the file of the data set ({source}); there is no file {file}")
    return file


def read_labels(path: Path, key: str) -> NDArray[np.float64]:
    """Return the numbers `key` of an `.npz` file.

    Raises:
        ValueError: The file is no whole archive of NumPy, lacks the array, or the array is
            pickled, of other values than real numbers, or not finite.
    """
    with reading(path), open_archive(path) as file:
        return check_labels(read_array(file, key), key)


def check_labels(labels: NDArray, key: str) -> NDArray[np.float64]:
    """Return labels as float64.

    Raises:
        ValueError: They are no real numbers, or not finite.
    """
    if labels.dtype.kind not in "iuf":
        raise ValueError(f"{key} needs numbers, got values of the type {labels.dtype}")
    if not np.isfinite(labels).all():
        raise ValueError(f"{key} needs finite numbers")
    return labels.astype(np.float64)


def read_images(path: Path, key: str) -> NDArray[np.uint8]:
    """Return the images `key` of an `.npz` file in grey, uint8 (n, h, w).

    They are decompressed and turned to grey block by block: beside the result only one block of
    them is in memory. Which value is white is found by the rule of `transect.world.grey`.

    Raises:
        ValueError: The file is no whole archive of NumPy, lacks the array, or the array is not
            uint8 or bool of shape (n, h, h), (n, h, h, 1) or (n, h, h, 3).
    """
    with (
        reading(path),
        open_archive(path) as file,
        open_array(file, key) as stream,
    ):
        shape, column_major, dtype = _header(stream, key)
        scale = np.uint8(255 if dtype == np.bool_ else 1)
        if column_major:  # its first image is not complete before its last byte
            content = np.frombuffer(_content(stream, shape, key), dtype=np.uint8)
            images = luma(content.reshape(shape, order="F") * scale)
        else:
            images = np.empty(shape[:3], dtype=np.uint8)
            for start in range(0, shape[0], BLOCK):
                block = (min(BLOCK, shape[0] - start), *shape[1:])
                colours = np.frombuffer(_content(stream, block, key), dtype=np.uint8)
                images[start : start + block[0]] = luma(colours.reshape(block) * scale)
        check_end(stream, key)
    images *= np.uint8(255 // white_level(images))
    return images


def check_images(shape: tuple[int, ...], dtype: np.dtype, key: str) -> None:
    """Check that an array of images is of bytes or truth values and square, grey or in colour.

    Raises:
        ValueError: It is not; `key` names the array.
    """
    square = len(shape) in {3, 4} and shape[1] == shape[2] and shape[3:] in {(), (1,), (3,)}
    if dtype not in (np.uint8, np.bool_) or not square or 0 in shape:
        raise ValueError(
            f"{key} needs square images of uint8 or bool and the shape (n, h, h), (n, h, h, 1) "
            f"or (n, h, h, 3), got {dtype} of shape {shape}"
        )


def _content(stream: IO[bytes], shape: tuple[int, ...], key: str) -> bytes:
    """Return the bytes of the next images.

    Raises:
        ValueError: The stream ends before.
    """
    size = int(np.prod(shape, dtype=object))
    data = stream.read(size)
    if len(data) < size:
        raise ValueError(f"the array {key} ends before its last image")
    return data


def _header(stream: IO[bytes], key: str) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(stream)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read_header is None:
        raise ValueError(f"{key} has format {version}; (1, 0) and (2, 0) are known")
    shape, column_major, dtype = read_header(stream)
    check_images(shape, dtype, key)
    return shape, column_major, dtype
