"""Reading files that may be damaged: one line names the file and what is wrong with it.

Arrays of NumPy archives (`.npz`) are read to their last byte and never unpickled. `numpy.load`
reads as much as the header of an array asks for. If a damaged header asks for less than there is,
the checksum, which covers the whole entry, is never compared. Here it always is.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
from numpy.typing import NDArray


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn every error that occurs while a file is read into a `ValueError` that names the file.

    A broken byte leads readers anywhere: to `BadZipFile`, `zlib.error`, `struct.error`,
    `IndexError`, `MemoryError` and what others will raise in their next version. So every
    `Exception` counts, and only the reading and checking of the file belongs into the block.

    Args:
        path: The file or folder that is read.

    Raises:
        ValueError: An error occurred; its message is the path, a colon and one line that says
            what is wrong.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise ValueError(f"{error.filename or path}: no such file or folder") from error
    except Exception as error:
        reason = _reason(error)
        named = reason.startswith(str(path))
        raise ValueError(reason if named else f"{path}: {reason}") from error


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, OSError):
        return error.strerror or text or "it cannot be read"
    if isinstance(error, ValueError) and text:
        return text
    return f"damaged, or not the kind of file that is needed ({type(error).__name__}: {text})"


def open_archive(path: Path | BinaryIO) -> zipfile.ZipFile:
    """Return an archive, open for reading.

    Raises:
        ValueError: The file is something else; it needs `reading` around it, as
            every other error of the file does.
    """
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ValueError(f"not a NumPy archive (.npz), or a damaged one: {error}") from error


def array_names(archive: zipfile.ZipFile) -> list[str]:
    """Return the names of the arrays of an archive."""
    return [name.removesuffix(".npy") for name in archive.namelist()]


def open_array(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Return the bytes of the array `name`, header included, as a stream.

    Raises:
        ValueError: The archive has no such array.
    """
    names = array_names(archive)
    if name not in names:
        raise ValueError(f"the archive needs an array {name}; it has {', '.join(names) or 'none'}")
    return archive.open(f"{name}.npy")


def read_array(archive: zipfile.ZipFile, name: str) -> NDArray:
    """Return the array `name` of an archive.

    Raises:
        ValueError: The archive has no such array, it is pickled, or its header and its content
            contradict each other.
    """
    with open_array(archive, name) as stream:
        array = np.lib.format.read_array(stream, allow_pickle=False)
        check_end(stream, name)
    return array


def check_end(stream: IO[bytes], name: str) -> None:
    """Check that the array `name` has been read to its end, and with it the checksum.

    Raises:
        ValueError: There is more.
    """
    if stream.read(1):
        raise ValueError(f"the array {name} holds more bytes than its header says")
