"""Folders of image files: our own with a table beside them, and foreign ones."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PureWindowsPath

import numpy as np
from numpy.typing import NDArray

from transect.image.image_file import (
    ImageFile,
    ImageSource,
    Progress,
    image_batches,
    image_name,
)
from transect.image.png import decode, encode_png, stack
from transect.image.staging import staged
from transect.space import factor_column, factor_name
from transect.space.reading import reading
from transect.space.table import Table, header_line, read_table
from transect.world.grey import byte_images, unit_images

TABLE = "metadata.csv"
"""One row per image: `file_name`, the factors `factor.<name>`, `split`, `boundary_distance`."""

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".mpo", ".webp", ".tif", ".tiff", ".bmp", ".gif")


def write(
    source: ImageSource,
    path: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images as a folder of 8-bit grey PNG files with a table of their ground truth.

    `datasets.load_dataset("imagefolder", data_dir=path)` reads it as it is. The same images give
    the same bytes. The folder is complete or absent.

    Arguments and errors are those of `transect.image.formats.write_dataset`.

    Returns:
        The path of the folder.
    """
    path = Path(path)
    with staged(path, overwrite, mark=TABLE) as work:
        work.mkdir()
        with (work / TABLE).open("w", newline="", encoding="utf-8") as file:
            factors = map(factor_column, source.names)
            file.write(header_line(["file_name", *factors, "split", "boundary_distance"]))
            table = csv.writer(file, lineterminator="\n")
            for rows, images in image_batches(source, progress):
                for row, image in zip(rows.tolist(), images, strict=True):
                    name = image_name(row, len(source))
                    (work / name).write_bytes(encode_png(image))
                    factors = source.factors[row].tolist()
                    distance = float(source.boundary_distance[row])
                    table.writerow([name, *factors, source.split[row], distance])
    return path


def read(path: str | Path) -> ImageFile:
    """Return what a folder holds that `write` wrote, in the order of its table.

    It is a `ValueError` if the folder or its table is absent, the table lacks a column or holds
    something else than numbers, or an image is missing, damaged, of another size or not listed.
    """
    path = Path(path)
    table = path / TABLE
    with reading(table):
        cells = read_table(table)
        factors = _factor_columns(cells)
        files = cells.texts("file_name")
        factor_values = cells.numbers(list(factors.values()))
        boundary_distance = cells.numbers(["boundary_distance"], infinite=True)[:, 0]
    _check_files(path, files)
    with reading(path):
        images = byte_images(_read([path / name for name in files]))
    with reading(table):
        return ImageFile(
            images=images,
            factors=factor_values,
            names=tuple(factors),
            split=np.array(cells.texts("split")),
            boundary_distance=boundary_distance,
        )


def _factor_columns(table: Table) -> dict[str, str]:
    """Return the column of each factor by the factor's name.

    Raises:
        ValueError: A column that every such table has is missing, two share a name, or there is
            no factor or no row.
    """
    header = table.names
    missing = [name for name in ("file_name", "split", "boundary_distance") if name not in header]
    if missing:
        raise ValueError(f"the table needs the column {missing[0]!r}; it has {', '.join(header)}")
    found = {name: column for column in header if (name := factor_name(column))}
    if len(set(header)) != len(header) or not found:
        raise ValueError(
            "the table needs unique columns and one named factor.<name> for each factor; "
            f"it has {', '.join(header)}"
        )
    if not len(table):
        raise ValueError("the table has no rows")
    return found


def _check_files(folder: Path, listed: list[str]) -> None:
    _check_within(listed)
    found = {file.name for file in _images_in(folder)}
    absent = [name for name in listed if not (folder / name).is_file()]
    if absent:
        raise ValueError(
            f"{folder}: {len(absent)} of the {len(listed)} images in {TABLE} are missing, "
            f"{absent[0]} the first"
        )
    unlisted = sorted(found - set(listed))
    if unlisted:
        raise ValueError(
            f"{folder}: {len(unlisted)} images are not in {TABLE}, {unlisted[0]} the first"
        )


def _check_within(names: Sequence[str]) -> None:
    """Check that file names from a foreign table stay in the folder of the table.

    Raises:
        ValueError: One leads out of it.
    """
    for name in names:
        # Either system's way of writing a path.
        path = PureWindowsPath(name)
        if path.anchor or ".." in path.parts:
            raise ValueError(f"a table names files within its folder, got {name!r}")


def read_images(
    path: str | Path, names: Sequence[str] | None = None, *, invert: bool = False
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Read image files of any origin as grey images.

    PNG, JPEG, MPO, WebP, TIFF, BMP and GIF files of a folder are read, others are passed over; so
    are folders in it. For the rules that turn a file into grey values, and these into [0, 1], see
    `transect.image.png.decode` and `transect.world.grey`.

    Args:
        path: A folder, or one image file.
        names: File names in the folder, in the order wanted. By default all, in natural order,
            where numbers within names count by their value: `img_2.png` before `img_10.png`.
        invert: Whether the images are dark on a bright background and 1 - x is wanted for each.

    Returns:
        The images (n, height, width), float32 in [0, 1], and their file names.

    Raises:
        ValueError: The path or a named file is absent, the folder has no image, an image
            cannot be read, images differ in size, or their values leave open which value is white.
    """
    path = Path(path)
    folder = path.parent if path.is_file() else path
    chosen = list(names) if names is not None and path.is_dir() else image_names(path)
    if names is not None:
        _check_within(names)
    with reading(path):
        images = unit_images(_read([folder / name for name in chosen], light=invert))
    return (1 - images if invert else images), tuple(chosen)


def image_names(path: str | Path) -> list[str]:
    """Return the names of the image files in a folder, in natural order.

    Args:
        path: A folder, or one file, whose name is returned.

    Raises:
        ValueError: The path is absent, or the folder has no image.
    """
    path = Path(path)
    if path.is_file():
        return [path.name]
    if not path.is_dir():
        raise ValueError(f"{path}: no such file or folder")
    names = _sorted_names(_images_in(path))
    if not names:
        within = [folder.name for folder in path.iterdir() if folder.is_dir()]
        hint = f"; name one of the folders in it, such as {min(within)}" if within else ""
        raise ValueError(f"{path}: no image ({', '.join(IMAGE_SUFFIXES)}) in this folder{hint}")
    return names


def _images_in(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.iterdir()
        if file.suffix.lower() in IMAGE_SUFFIXES
        and not file.name.startswith(".")
        and file.is_file()
    ]


def _sorted_names(files: Iterable[Path]) -> list[str]:
    def key(name: str) -> tuple[list[str | int], str]:
        # Splitting at the digits puts text and numbers at the same places of every key.
        parts = re.split(r"(\d+)", name)
        return [int(part) if part.isdecimal() else part for part in parts], name

    return sorted((file.name for file in files), key=key)


def _read(files: Sequence[Path], *, light: bool = False) -> NDArray:
    images = []
    for file in files:
        with reading(file):
            images.append(decode(file, light=light))
    return stack(images, [file.name for file in files])
