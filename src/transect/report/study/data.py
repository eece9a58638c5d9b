"""What the report of a study is made of: plain arrays and tables, whatever made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from transect.report.traversals import Traversals
from transect.space import FactorSpace


@dataclass(frozen=True)
class StudyData:
    """All that the figures and the page of a study show.

    Attributes:
        title: What the page is about, such as the name of the preset.
        space: The factor space.
        losses: Name -> its component {kind, options}; the first is what others are compared with.
        scores: One row a cell: `loss`, `seed`, and every final number of its run. Cells of one
            seed share data, initial weights and order of images, so differences are paired.
        embeddings: By loss, the points of its first seed: `split`, the factors, the codes.
        traversals: By loss, the images of its first seed along each walk through the mean code;
            none where its codes are all alike.
        config: The resolved configuration, nested.
        versions: Package -> version.
        seconds: Wall time of the study, its last start alone where it was resumed.
        dark_foreground: Whether 1 is shown dark on light paper.

    Raises:
        ValueError: There is no loss, a table lacks one, or a loss has two rows of one seed.
    """

    title: str
    space: FactorSpace
    losses: Mapping[str, Mapping[str, Any]]
    scores: pd.DataFrame
    embeddings: Mapping[str, pd.DataFrame]
    traversals: Mapping[str, Traversals]
    config: Mapping[str, Any]
    versions: Mapping[str, str]
    seconds: float
    dark_foreground: bool = True

    def __post_init__(self) -> None:
        if not self.losses:
            raise ValueError("a study needs at least one loss, got none")
        for name in ("embeddings", "traversals"):
            missing = set(self.losses) - set(getattr(self, name))
            if missing:
                raise ValueError(f"{name} needs every loss, got none for {min(missing)!r}")
        missing = set(self.losses) - set(self.scores["loss"])
        if missing:
            raise ValueError(f"scores need rows of every loss, got none for {min(missing)!r}")
        twice = self.scores[self.scores.duplicated(["loss", "seed"])]
        if len(twice):
            loss, seed = twice.iloc[0][["loss", "seed"]]
            raise ValueError(f"scores need one row a loss and seed, got two of {loss!r}, {seed}")

    @property
    def reference(self) -> str:
        """The loss that the others are compared with."""
        return next(iter(self.losses))

    @property
    def others(self) -> list[str]:
        """The losses that are compared with it, in order."""
        return list(self.losses)[1:]

    @property
    def seeds(self) -> list[int]:
        """The seeds of any loss, ascending."""
        return sorted(int(seed) for seed in self.scores["seed"].unique())

    @property
    def full(self) -> bool:
        """Whether nothing was removed from the factor space."""
        return not any((table["split"] == "removed").any() for table in self.embeddings.values())

    def runs(self, loss: str) -> int:
        """Return how many seeds a loss has."""
        return int((self.scores["loss"] == loss).sum())

    def values(self, loss: str, measure: str) -> pd.Series:
        """Return a number of each run of a loss by its seed, without those that are not finite."""
        rows = self.scores[self.scores["loss"] == loss].set_index("seed")
        if measure not in rows:
            return pd.Series(dtype=np.float64)
        numbers = pd.to_numeric(rows[measure], errors="coerce")
        return numbers[np.isfinite(numbers)].astype(np.float64)

    def verdicts(self, loss: str) -> pd.Series:
        """Return how the axes of each run of a loss lie, one word each, of those that have it."""
        rows = self.scores[self.scores["loss"] == loss].set_index("seed")
        return rows.get("embedding_verdict", pd.Series(dtype=object)).dropna()

    def kept(self, loss: str) -> pd.DataFrame:
        """Return the points of an embedding that were not removed."""
        table = self.embeddings[loss]
        return table[table["split"] != "removed"]
