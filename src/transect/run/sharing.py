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

from transect.run.config import Config, values_of

SHARED = "shared"
"""Folder of what cells share, beside theirs; it is gone when the sweep is done."""


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
    """Return a name that two configurations share if their oracles are the same, and only then.

    It is made of all fields that change what the oracle is trained on and how, by the roles in
    their declarations. It is empty if there is no oracle. Sample weights are scaled over points
    that depend on the hole, and the rule `meet` looks at validation images outside of it: with
    these an oracle belongs to its hole.
    """
    if not config.oracle or config.hole.get("kind") == "none":
        return ""
    free = config.training.stop == "epochs" and not config.sample_weights
    values = values_of(config, "data", "model", "training")
    if config.points.train is None or not free:
        values |= values_of(config, "split")
    return _key(values)


def image_key(config: Config) -> str:
    """Return a name that two configurations share only if they draw the same images."""
    return _key(values_of(config, "data", "split"))


def _key(values: Mapping[str, object]) -> str:
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _common(keys: Iterable[str]) -> set[str]:
    return {key for key, count in Counter(keys).items() if key and count > 1}
