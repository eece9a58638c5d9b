"""Files of images by the name of their format or the ending of their path."""

from pathlib import Path

from transect.image import folder, mat, npz, parquet, webdataset
from transect.image.image_file import ImageFile, ImageSource, Progress

FORMATS = {"npz": npz, "png": folder, "parquet": parquet, "mat": mat, "webdataset": webdataset}
"""The module of each format."""

FOLDERS = ("png", "webdataset")
"""Formats that make a folder, of any name; each other one makes a file of its ending."""


def write_dataset(
    source: ImageSource,
    path: str | Path,
    format: str | None = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images and their ground truth, streamed where the format allows it.

    Args:
        source: A `Dataset` or an `ImageFile` of at least one image.
        path: The file to write, with the ending of its format, or the folder to make for one of
            `FOLDERS`.
        format: One of `FORMATS`; by default the one of the path's ending; a path without
            an ending is a folder of PNG files.
        overwrite: Whether a dataset that is there may be replaced.
        progress: Called after each batch with the number of images that are done.

    Returns:
        The path that was written.

    Raises:
        ValueError: The format is unknown or does not fit the ending of the path, the path exists
            and must not be replaced, or there is no image.
    """
    path = Path(path)
    chosen = format_of(path) if format is None else format
    if chosen not in FORMATS:
        raise ValueError(f"no format {chosen!r}; choose from {', '.join(FORMATS)}")
    if chosen not in FOLDERS and path.suffix.lower() != f".{chosen}":
        raise ValueError(f"a file of the format {chosen} needs the ending .{chosen}, got {path}")
    return FORMATS[chosen].write(source, path, overwrite=overwrite, progress=progress)


def read_dataset(path: str | Path) -> ImageFile:
    """Return what `write_dataset` wrote.

    A folder with an index holds shards, any other one PNG files; a file has the format of its
    ending.

    Raises:
        ValueError: The path is absent or of no known format, or its content is not as the format
            needs it.
    """
    path = Path(path)
    if not path.exists():
        raise ValueError(f"{path}: no such file or folder")
    if path.is_dir():
        return (webdataset if (path / webdataset.INDEX).is_file() else folder).read(path)
    return FORMATS[format_of(path)].read(path)


def format_of(path: Path) -> str:
    """Return the format of the ending of a path: `png` if it has none.

    Raises:
        ValueError: It is the ending of no format.
    """
    ending = path.suffix.lower().removeprefix(".") or "png"
    if ending not in FORMATS or (ending == "png" and path.suffix):
        endings = ", ".join(f".{name}" for name in FORMATS if name not in FOLDERS)
        raise ValueError(
            f"{path}: the ending is that of no format; choose from {endings}, or a folder"
        )
    return ending
