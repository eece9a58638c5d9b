"""What cells of a sweep have in common, made once.

An oracle that was trained with `points.train` images knows nothing of the hole, so all holes of
one model and seed share it. Images are shared by all that is done with the same points.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transect.run.config import Config, to_dict

SHARED = "shared"
"""Folder of what cells share, beside theirs; it is gone when the sweep is done."""

NEITHER = (
    "preset",
    "transects",
    "oracle",
    "track",
    "report",
    "recovery",
    "embedding",
    "attribution",
    "refine",
)
"""Fields that change neither the oracle nor the images."""

OF_THE_HOLE = ("count", "validation", "validation_order", "file")
"""Fields of `points` that, as the hole itself, do not change an oracle of matched points."""

DRAWN = ("seed", "world", "hole", "points", "canvas")
"""Fields that images depend on."""


@dataclass(frozen=True)
class Shared:
    """What a cell finds ready, or makes for the others.

    Attributes:
        oracle: Folder of its trained oracle, or None where it trains its own.
        images: File of its drawn images, or None where it draws its own.
    """

    oracle: Path | None = None
    images: Path | None = None


def share(cells: Mapping[str, Config], folder: Path) -> dict[str, Shared]:
    """Return what each cell shares with at least one other, by the name of the cell.

    Args:
        cells: Name -> configuration.
        folder: Where shared things are to lie.
    """
    oracles = {name: oracle_key(config) for name, config in cells.items()}
    images = {name: image_key(config) for name, config in cells.items()}
    common_oracles, common_images = _common(oracles.values()), _common(images.values())
    return {
        name: Shared(
            folder / "oracles" / oracles[name] if oracles[name] in common_oracles else None,
            folder / f"{images[name]}.npy" if images[name] in common_images else None,
        )
        for name in cells
    }


def oracle_key(config: Config) -> str:
    """Return a name that two configurations share exactly where their oracles are the same.

    It is empty where there is no oracle. Sample weights are scaled over points that depend on the
    hole, and the rule `meet` looks at validation images outside of it: with these an oracle
    belongs to its hole.
    """
    if not config.oracle or config.hole.get("kind") == "none":
        return ""
    values = {name: value for name, value in to_dict(config).items() if name not in NEITHER}
    free = config.training.stop == "epochs" and not config.sample_weights
    if config.points.train is not None and free:
        del values["hole"]
        values["points"] = {k: v for k, v in values["points"].items() if k not in OF_THE_HOLE}
    return _key(values)


def image_key(config: Config) -> str:
    """Return a name that two configurations share exactly where they draw the same images."""
    values = to_dict(config)
    return _key({name: values[name] for name in DRAWN})


def _key(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _common(keys: Iterable[str]) -> set[str]:
    return {key for key, count in Counter(keys).items() if key and count > 1}
