"""Folders of tar shards as the `webdataset` library reads them, for datasets of any size.

A sample is two members of a shard, one after the other: `<key>.png`, and `<key>.json` with the
factors, `split` and `rim_distance`, null where there is no hole. The key is the number of the
image. `index.json` tells the shards and how many images each holds:

    webdataset.WebDataset(str(path / "shard-{000000..000003}.tar")).decode("l8")
"""

import io
import json
import math
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from transect.image.image_file import (
    ImageFile,
    PictureSource,
    Progress,
    check_names,
    picture_batches,
    picture_name,
    reading,
)
from transect.image.png import decode_picture, encode_png
from transect.image.staging import staged

INDEX = "index.json"
SHARD = 10_000
"""Images of a shard at most."""


def write(
    source: PictureSource,
    path: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images and their ground truth as tar shards, one batch of images in memory at a time.

    The same images give the same bytes. The folder is complete or absent.

    Args:
        source: A `Dataset` or an `ImageFile` of at least one image.
        path: The folder to make; a `ValueError` if it exists and must not be replaced.
        overwrite: Whether a folder that is there may be replaced, if it holds such shards.
        progress: Called after each batch with the number of images that are written.

    Returns:
        The path of the folder.
    """
    path = Path(path)
    with staged(path, overwrite, mark=INDEX) as work:
        work.mkdir()
        shards: list[dict[str, Any]] = []
        samples = _samples(source, progress)
        for start in range(0, max(len(source), 1), SHARD):
            count = min(SHARD, len(source) - start)
            name = f"shard-{start // SHARD:06d}.tar"
            with tarfile.open(work / name, "w", format=tarfile.USTAR_FORMAT) as shard:
                for _ in range(max(count, 1)):  # an empty source refuses by itself
                    _add(shard, *next(samples))
            shards.append({"name": name, "count": count})
        for _ in samples:  # reports the last batch
            pass
        index = {"count": len(source), "factors": list(source.names), "shards": shards}
        (work / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    return path


def read(path: str | Path) -> ImageFile:
    """Return what a folder holds that `write` wrote, in the order of its shards.

    It is a `ValueError` if the folder, its index or a shard is absent or damaged, or a sample is
    not as the index says.
    """
    path = Path(path)
    with reading(path / INDEX, KeyError, TypeError):
        names, shards = _read_index(path / INDEX)
    samples: list[tuple[NDArray[np.uint8], dict[str, Any]]] = []
    for name, count in shards:
        with reading(path / name, tarfile.TarError, KeyError, TypeError):
            samples += _read_shard(path / name, count)
    rows = [row for _, row in samples]
    with reading(path, KeyError, TypeError):
        distance = [row["rim_distance"] for row in rows]
        return ImageFile(
            images=np.stack([picture for picture, _ in samples]),
            factors=np.array([[row[name] for name in names] for row in rows], dtype=np.float64),
            names=names,
            split=np.array([row["split"] for row in rows]),
            rim_distance=np.array([math.inf if one is None else one for one in distance]),
        )


def _samples(
    source: PictureSource, progress: Progress | None
) -> Iterator[tuple[str, NDArray[np.uint8], dict[str, Any]]]:
    for rows, pictures in picture_batches(source, progress):
        for row, picture in zip(rows.tolist(), pictures, strict=True):
            about = dict(zip(source.names, source.factors[row].tolist(), strict=True))
            distance = float(source.rim_distance[row])
            about["split"] = str(source.split[row])
            about["rim_distance"] = distance if math.isfinite(distance) else None
            yield picture_name(row, len(source)).removesuffix(".png"), picture, about


def _add(
    shard: tarfile.TarFile, key: str, picture: NDArray[np.uint8], about: dict[str, Any]
) -> None:
    text = json.dumps(about, allow_nan=False).encode()
    for name, content in ((f"{key}.png", encode_png(picture)), (f"{key}.json", text)):
        member = tarfile.TarInfo(name)  # its time and owner are 0
        member.size = len(content)
        shard.addfile(member, io.BytesIO(content))


def _read_index(file: Path) -> tuple[tuple[str, ...], list[tuple[str, int]]]:
    """Return the names of the factors, and name and count of each shard.

    Raises:
        ValueError: The index has no shards.
    """
    index = json.loads(file.read_text(encoding="utf-8"))
    names = tuple(index["factors"])
    check_names(names)
    # A name stays a name: somebody's index leads nowhere else.
    shards = [(Path(shard["name"]).name, int(shard["count"])) for shard in index["shards"]]
    if not shards:
        raise ValueError("the index needs shards, it has none")
    return names, shards


def _read_shard(file: Path, count: int) -> list[tuple[NDArray[np.uint8], dict[str, Any]]]:
    with tarfile.open(file, "r:") as shard:
        members = [member for member in shard if member.isfile()]
        if len(members) != 2 * count:
            raise ValueError(f"a shard of {count} images needs {2 * count} files: {len(members)}")
        return [
            _read_sample(shard, image, about)
            for image, about in zip(members[::2], members[1::2], strict=True)
        ]


def _read_sample(
    shard: tarfile.TarFile, image: tarfile.TarInfo, about: tarfile.TarInfo
) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    key = image.name.removesuffix(".png")
    if (image.name, about.name) != (f"{key}.png", f"{key}.json"):
        raise ValueError(
            f"a sample needs {key}.png and {key}.json, got {image.name} and {about.name}"
        )
    return decode_picture(_content(shard, image)), json.loads(_content(shard, about))


def _content(shard: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = shard.extractfile(member)
    assert file is not None, "a regular member has content"
    return file.read()
