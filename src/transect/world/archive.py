"""Arrays in the files of published data sets, read without unpickling anything."""

import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

BLOCK = 4096
"""Pictures that are decompressed at a time."""


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


def read_array(path: Path, key: str) -> NDArray:
    """Return the array `key` of an `.npz` file; one that is pickled is refused."""
    with _archive(path) as archive, _member(archive, path, key) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)


def read_pictures(path: Path, key: str) -> NDArray[np.uint8]:
    """Return the pictures `key` of an `.npz` file in grey, uint8 (n, h, w).

    They are decompressed and turned to grey block by block: beside the result only one block of
    them is in memory.

    Raises:
        ValueError: The file is no archive of NumPy, lacks the array, ends early, or the array is
            not uint8 of shape (n, h, w), (n, h, w, 1) or (n, h, w, 3) in row-major order.
    """
    with _archive(path) as archive, _member(archive, path, key) as stream:
        shape, dtype = _header(stream, path, key)
        pictures = np.empty(shape[:3], dtype=np.uint8)
        for start in range(0, shape[0], BLOCK):
            block_shape = (min(BLOCK, shape[0] - start), *shape[1:])
            data = stream.read(int(np.prod(block_shape)))
            if len(data) < np.prod(block_shape):
                raise ValueError(f"{key} in {path} ends before its {shape[0]} pictures")
            block = np.frombuffer(data, dtype=dtype).reshape(block_shape)
            pictures[start : start + len(block)] = grey(block)
    return pictures


def grey(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures (n, h, w), (n, h, w, 1) or (n, h, w, 3) in grey, (n, h, w).

    Grey is the luma Y = 0.299 R + 0.587 G + 0.114 B (Recommendation ITU-R BT.601, section 2.5.1)
    of the stored, gamma-corrected values, rounded to the nearest of the 256 levels.
    """
    if pictures.ndim == 3:
        return pictures
    if pictures.shape[-1] == 1:
        return pictures[..., 0]
    luma = pictures @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.rint(luma).astype(np.uint8)


def check_pictures(shape: tuple[int, ...], dtype: np.dtype, source: str) -> None:
    """Check that an array of pictures is uint8 and square, grey or in colour.

    Raises:
        ValueError: It is not; `source` names the array.
    """
    square = len(shape) in {3, 4} and shape[1] == shape[2] and shape[3:] in {(), (1,), (3,)}
    if dtype != np.uint8 or not square:
        raise ValueError(
            f"{source} needs square uint8 pictures of shape (n, h, h), (n, h, h, 1) or "
            f"(n, h, h, 3), got {dtype} of shape {shape}"
        )


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ValueError(f"{path} is no .npz archive: {error}") from error


def _member(archive: zipfile.ZipFile, path: Path, key: str) -> IO[bytes]:
    names = [name.removesuffix(".npy") for name in archive.namelist()]
    if key not in names:
        raise ValueError(f"{path} needs an array {key}; it has {', '.join(names)}")
    return archive.open(f"{key}.npy")


def _header(stream: IO[bytes], path: Path, key: str) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(stream)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read_header is None:
        raise ValueError(f"{key} in {path} has format {version}; (1, 0) and (2, 0) are known")
    shape, column_major, dtype = read_header(stream)
    check_pictures(shape, dtype, f"{key} in {path}")
    if column_major:
        raise ValueError(f"{key} in {path} needs row-major order, it is column-major")
    return shape, dtype
