"""Folders of tar shards as the `webdataset` library reads them, for datasets of any size.

A sample is two members of a shard, one after the other: `<key>.png`, and `<key>.json` with the
factors `factor.<name>`, `split` and `boundary_distance`, null where there is no hole. The key is
the number of the image. `index.json` lists the shards and how many images each holds:

    webdataset.WebDataset(str(path / "shard-{000000..000003}.tar")).decode("l8")
"""

import io
import json
import math
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

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
from transect.space import factor_column
from transect.space.reading import reading
from transect.strict_json import to_json
from transect.world.grey import byte_images

INDEX = "index.json"
SHARD = 10_000
"""Images of a shard at most."""


def write(
    source: ImageSource,
    path: str | Path,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Write images and their ground truth as tar shards, one batch of images in memory at a time.

    The same images give the same bytes. The folder is complete or absent.

    Arguments and errors are those of `transect.image.formats.write_dataset`.

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
        (work / INDEX).write_text(to_json(index, indent=1) + "\n", encoding="utf-8")
    return path


def read(path: str | Path) -> ImageFile:
    """Return what a folder holds that `write` wrote, in the order of its shards.

    The shards may have been packed anew by any `tar`, with their files in another order, and
    compressed, with `.gz` after their name or without.

    It is a `ValueError` if the folder, its index or a shard is absent or damaged, or a sample is
    not as the index says.
    """
    path = Path(path)
    with reading(path / INDEX):
        names, shards = _read_index(path / INDEX)
    images: list[NDArray] = []
    rows: list[_Row] = []
    for name, count in shards:
        compressed = path / f"{name}.gz"
        shard = path / name if (path / name).exists() or not compressed.exists() else compressed
        with reading(shard):
            for image, row in _read_shard(shard, count, names):
                images.append(image)
                rows.append(row)
    with reading(path):
        return ImageFile(
            images=byte_images(stack(images, [f"sample {row}" for row in range(len(rows))])),
            factors=np.array([row.factors for row in rows], dtype=np.float64),
            names=names,
            split=np.array([row.split for row in rows]),
            boundary_distance=np.array([row.boundary_distance for row in rows], dtype=np.float64),
        )


class _Row(NamedTuple):
    factors: list[float]
    split: str
    boundary_distance: float


def _samples(
    source: ImageSource, progress: Progress | None
) -> Iterator[tuple[str, NDArray[np.uint8], dict[str, Any]]]:
    for rows, images in image_batches(source, progress):
        for row, image in zip(rows.tolist(), images, strict=True):
            columns = map(factor_column, source.names)
            about = dict(zip(columns, source.factors[row].tolist(), strict=True))
            about["split"] = str(source.split[row])
            about["boundary_distance"] = float(source.boundary_distance[row])
            yield image_name(row, len(source)).removesuffix(".png"), image, about


def _add(shard: tarfile.TarFile, key: str, image: NDArray[np.uint8], about: dict[str, Any]) -> None:
    text = to_json(about).encode()
    for name, content in ((f"{key}.png", encode_png(image)), (f"{key}.json", text)):
        member = tarfile.TarInfo(name)  # its time and owner are 0
        member.size = len(content)
        shard.addfile(member, io.BytesIO(content))


def _read_index(file: Path) -> tuple[tuple[str, ...], list[tuple[str, int]]]:
    """Return the names of the factors, and name and count of each shard.

    Raises:
        ValueError: The index has no shards, or is not of this form.
    """
    index = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(index, dict) or not {"factors", "shards"} <= index.keys():
        raise ValueError("the index needs 'factors' and 'shards'")
    names = tuple(index["factors"])
    # A name stays a name: somebody's index leads nowhere else.
    shards = [(Path(shard["name"]).name, int(shard["count"])) for shard in index["shards"]]
    if not shards:
        raise ValueError("the index needs shards, it has none")
    return names, shards


def _read_shard(file: Path, count: int, names: tuple[str, ...]) -> list[tuple[NDArray, _Row]]:
    """Return the samples of a shard in the order of the first file of each.

    Raises:
        ValueError: It has another number of samples, or a sample is not whole.
    """
    samples: dict[str, dict[str, bytes]] = {}
    with tarfile.open(file, "r:*") as shard:
        for member in shard:
            if not member.isfile():
                continue
            key, _, ending = Path(member.name).name.partition(".")
            sample = samples.setdefault(key, {})
            if ending in sample:
                raise ValueError(f"the file {key}.{ending} is there twice")
            content = shard.extractfile(member)
            assert content is not None, "a regular file has content"
            sample[ending] = content.read()
    if len(samples) != count:
        raise ValueError(
            f"the shard needs {count} samples, as the index says; it has {len(samples)}"
        )
    return [_read_sample(key, sample, names) for key, sample in samples.items()]


def _read_sample(
    key: str, sample: dict[str, bytes], names: tuple[str, ...]
) -> tuple[NDArray, _Row]:
    if sample.keys() != {"png", "json"}:
        found = ", ".join(f"{key}.{ending}" for ending in sample)
        raise ValueError(f"a sample needs {key}.png and {key}.json, got {found}")
    try:
        about = json.loads(sample["json"])
        columns = [factor_column(name) for name in names]
        missing = [name for name in (*columns, "split", "boundary_distance") if name not in about]
        if missing:
            raise ValueError(f"it lacks {missing[0]!r}")
        distance = about["boundary_distance"]
        row = _Row(
            [float(about[name]) for name in columns],
            str(about["split"]),
            math.inf if distance is None else float(distance),
        )
    except (ValueError, TypeError) as error:
        raise ValueError(f"{key}.json: {error}") from error
    try:
        return decode(sample["png"]), row
    except ValueError as error:
        raise ValueError(f"{key}.png: {error}") from error
