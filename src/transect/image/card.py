"""Descriptions of a dataset for people and for programs: a data card, and Croissant metadata.

`README.md` is a card as the Hugging Face hub shows it; `datasets.load_dataset(folder)` reads its
YAML header. `croissant.json` is described in `transect.image.croissant`. Both stand beside the
images in a folder of PNG files, or beside a Parquet file.
"""

import re
from collections import Counter
from html import escape
from pathlib import Path
from typing import Any

import yaml

from transect.image import croissant
from transect.image.dataset import Dataset
from transect.image.staging import staged
from transect.space import SPLITS
from transect.strict_json import to_json

CARD, CROISSANT = "README.md", "croissant.json"
FORMATS = ("png", "parquet")
"""Formats whose datasets have a card."""

SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"))
LARGEST = "1M<n<10M"


def card_files(path: Path) -> tuple[Path, Path]:
    """Return where card and metadata of a dataset go: into its folder, or beside its file."""
    folder = path if path.is_dir() or not path.suffix else path.parent
    return folder / CARD, folder / CROISSANT


def write_card(
    dataset: Dataset, path: Path, making: str, hole: str = "", *, overwrite: bool = False
) -> None:
    """Write card and metadata of a dataset that lies in its place.

    Args:
        dataset: What was written.
        path: The folder of PNG files, or the Parquet file.
        making: The command or the code that makes it again.
        hole: What was removed, in words; empty if nothing was.
        overwrite: Whether files of these names may be replaced.

    Raises:
        ValueError: A file of one of these names exists and must not be replaced.
    """
    card, metadata = card_files(path)
    name = f"{type(dataset.world).__name__} images"
    text = f"{_header(dataset, path, name)}\n{_body(dataset, name, making, hole)}"
    found = croissant.metadata(dataset, path, name, _summary(dataset, hole))
    for file, content in (
        (card, text),
        (metadata, to_json(found, indent=1, ascii_only=False) + "\n"),
    ):
        with staged(file, overwrite) as work:
            work.write_text(content, encoding="utf-8")


def _header(dataset: Dataset, path: Path, name: str) -> str:
    kinds = dict.fromkeys(dataset.points.space.columns, "float64")
    columns = {"image": "image", **kinds, "split": "string", "boundary_distance": "float64"}
    count = len(dataset)
    values: dict[str, Any] = {
        "pretty_name": name,
        "tags": ["synthetic", "disentanglement", "out-of-distribution generalisation"],
        "size_categories": [next((word for most, word in SIZES if count < most), LARGEST)],
        "dataset_info": {
            "features": [{"name": key, "dtype": kind} for key, kind in columns.items()],
            "splits": [{"name": "train", "num_bytes": _size(path), "num_examples": count}],
        },
    }
    if path.is_file():
        values["configs"] = [
            {"config_name": "default", "data_files": [{"split": "train", "path": path.name}]}
        ]
    return f"---\n{yaml.safe_dump(values, sort_keys=False, allow_unicode=True)}---\n"


def _plain(text: str) -> str:
    """Return text that Markdown takes for nothing else, in a table or out of it."""
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", escape(text, quote=False))


def _size(path: Path) -> int:
    files = path.glob("*.png") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)


def _summary(dataset: Dataset, hole: str) -> str:
    factors = ", ".join(dataset.names)
    removed = f" {hole} is marked as removed." if hole else ""
    return (
        f"{len(dataset)} grey images of {dataset.width}×{dataset.height} pixels, each drawn from "
        f"known values of its generative factors ({factors}).{removed}"
    )


def _body(dataset: Dataset, name: str, making: str, hole: str) -> str:
    low, high = dataset.factors.min(axis=0), dataset.factors.max(axis=0)
    rows = "\n".join(
        f"| {_plain(factor.name)} | {_plain(factor.unit) or '–'} "
        f"| {factor.low:g} to {factor.high:g} | {least:.4g} to {most:.4g} |"
        for factor, least, most in zip(dataset.points.space.factors, low, high, strict=True)
    )
    count = Counter(dataset.split.tolist())
    splits = ", ".join(f"{count[split]} `{split}`" for split in SPLITS if count[split])
    return f"""# {_plain(name)}

{_plain(_summary(dataset, hole))}

| factor | unit | range | in these images |
|---|---|---|---|
{rows}

`image` is 8-bit grey, foreground 255 on background 0. The columns of the factors are named
`factor.<name>`. `split` says what an image is for ({splits}):
train on `train`, and ask the model for the `removed` ones, which it has never seen.
`boundary_distance` is the signed distance to the boundary of the removed region, negative inside,
and infinite where there is none.

Made by transect:

```text
{making}
```
"""
