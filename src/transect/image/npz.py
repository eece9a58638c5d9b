"""NumPy archives in the layout of dSprites.

The entries are those of the dSprites archive (Matthey et al., 2017, "dSprites: Disentanglement
testing Sprites dataset") and three more:

| entry               | shape, type     | content                                        |
|---------------------|-----------------|------------------------------------------------|
| `imgs`              | (n, h, w) uint8 | foreground 255 (dSprites itself: 0 and 1)      |
| `latents_values`    | (n, d) float64  | factors, raw units                             |
| `latents_classes`   | (n, d) int64    | number of each value among those of its factor |
| `latents_names`     | (d,) strings    | names of the factors                           |
| `split`             | (n,) strings    | train, validation or removed                   |
| `boundary_distance` | (n,) float64    | signed, negative inside the hole               |

No entry is pickled.
"""

import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from transect.image.image_file import (
    ImageFile,
    ImageSource,
    Progress,
    image_batches,
    number_values,
)
from transect.image.staging import staged
from transect.space.reading import array_names, open_archive, read_array, reading
from transect.world.grey import byte_images

_ARRAYS = (
    "imgs",
    "latents_values",
    "latents_names",
    "latents_classes",
    "split",
    "boundary_distance",
)


def write(
    source: ImageSource,
    path: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images and their ground truth as a NumPy archive, one batch of images at a time.

    The same images give the same bytes. The archive is complete or absent.

    Arguments and errors are those of `transect.image.formats.write_dataset`.

    Returns:
        The path of the archive.
    """
    path = Path(path)
    entries = {
        "latents_values": source.factors,
        "latents_classes": source.classes,
        "latents_names": np.array(source.names),
        "split": source.split,
        "boundary_distance": source.boundary_distance,
    }
    with staged(path, overwrite) as work, zipfile.ZipFile(work, "w") as archive:
        with _entry(archive, "imgs") as file:
            shape = (len(source), source.height, source.width)
            header = {"descr": "|u1", "fortran_order": False, "shape": shape}
            npy.write_array_header_1_0(file, header)
            for _, images in image_batches(source, progress):
                file.write(images.tobytes())
        for name, array in entries.items():
            with _entry(archive, name) as file:
                npy.write_array(file, array, allow_pickle=False)
    return path


def _entry(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    # A fixed date and system, so that the same images give the same bytes anywhere.
    entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return archive.open(entry, "w", force_zip64=True)


def read(path: str | Path) -> ImageFile:
    """Return what an archive holds that `write` wrote, or that of dSprites itself.

    Where an archive has no names, splits or boundary distances, as that of dSprites, the factors
    are named factor_0, factor_1, …, all images are train, and their distance is infinite. Images
    may be of any type; `transect.world.grey` says which value is white.

    Raises:
        ValueError: The file is absent, damaged or no archive, an entry is missing or pickled, or
            the shapes do not fit each other.
    """
    path = Path(path)
    with reading(path), open_archive(path) as archive:
        known = set(array_names(archive)) & set(_ARRAYS)
        missing = set(_ARRAYS[:2]) - known
        if missing:
            raise ValueError(
                f"the archive lacks {', '.join(sorted(missing))}; "
                f"it holds {', '.join(array_names(archive)) or 'nothing'}"
            )
        return _image_file({name: read_array(archive, name) for name in known})


def _image_file(archive: dict[str, NDArray]) -> ImageFile:
    images, factors = archive["imgs"], archive["latents_values"]
    if factors.ndim != 2 or factors.dtype.kind not in "iuf":
        raise ValueError(
            f"latents_values need to be numbers (n, d); got {factors.shape} {factors.dtype}"
        )
    factors = factors.astype(np.float64)
    count, dimension = factors.shape
    if "latents_names" in archive:
        names = _names(archive["latents_names"])
    else:
        names = tuple(f"factor_{column}" for column in range(dimension))
    return ImageFile(
        images=byte_images(images),
        factors=factors,
        names=names,
        split=archive["split"] if "split" in archive else np.full(count, "train"),
        boundary_distance=_distance(archive)
        if "boundary_distance" in archive
        else np.full(count, np.inf),
        classes=_classes(archive) if "latents_classes" in archive else number_values(factors),
    )


def _names(array: NDArray) -> tuple[str, ...]:
    if array.ndim != 1 or array.dtype.kind != "U":
        raise ValueError(f"latents_names need to be text (d,); got {array.shape} {array.dtype}")
    return tuple(array.tolist())


def _distance(archive: dict[str, NDArray]) -> NDArray[np.float64]:
    distance = archive["boundary_distance"]
    if distance.dtype.kind not in "iuf":
        raise ValueError(f"boundary_distance needs to be numbers; got {distance.dtype}")
    return distance.astype(np.float64)


def _classes(archive: dict[str, NDArray]) -> NDArray[np.int64]:
    classes = archive["latents_classes"]
    if classes.dtype.kind not in "iu":
        raise ValueError(f"latents_classes need to be whole numbers; got {classes.dtype}")
    return classes.astype(np.int64)
