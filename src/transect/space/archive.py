"""Arrays of NumPy archives (`.npz`), read to their last byte and never unpickled.

`numpy.load` reads as much as the header of an array asks for. If a damaged header asks for less
than there is, the checksum, which covers the whole entry, is never compared. Here it always is.
"""

import zipfile
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
from numpy.typing import NDArray


def open_archive(path: Path | BinaryIO) -> zipfile.ZipFile:
    """Return an archive, open for reading.

    Raises:
        ValueError: The file is something else; it needs `transect.space.reading` around it, as
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
