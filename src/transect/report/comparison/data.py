"""What the report of a comparison is made of: plain tables and names, whatever made them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.measure.catalogue import Score
from transect.space import FactorSpace

RADIUS = "hole.radius"
"""The axis that crossing radii are read along."""


@dataclass(frozen=True)
class Condition:
    """What models are compared under.

    Attributes:
        name: What it is called.
        series: Name of the series that it belongs to, which is drawn as a curve; None: it stands
            for itself.
        value: Its place on the axis of the series; NaN where it stands for itself.
    """

    name: str
    series: str | None = None
    value: float = np.nan


@dataclass(frozen=True)
class Embeddings:
    """The codes of one cell of each model, which share their points.

    Attributes:
        space: The factor space.
        condition: The condition of these cells.
        seed: Their seed.
        points: By model, the points of its cell: `split`, the factors, the codes.
    """

    space: FactorSpace
    condition: str
    seed: int
    points: Mapping[str, pd.DataFrame]

    @property
    def full(self) -> bool:
        """Whether nothing was removed from the factor space."""
        return not any((table["split"] == "removed").any() for table in self.points.values())


@dataclass(frozen=True)
class ComparisonData:
    """All that the figures and the page of a comparison show.

    Attributes:
        title: What the page is about, such as the name of the sweep.
        scores: One row a finished cell: `cell`, `model`, `condition`, `seed`, and every final
            number of its run.
        models: Name -> what it is, in words.
        conditions: In the order of the page, series before those that stand for themselves.
        axis: Name of the field that runs along the series; empty where there is none.
        failed: Cell -> what went wrong.
        links: Cell -> relative address of its own page, of those that have one.
        config: The configuration that all cells have in common, nested.
        versions: Package -> version.
        repeated: How many cells were left out because they repeat others.
        embeddings: The codes of one cell of each model, where they are at hand.

    Raises:
        ValueError: There is no model or condition, the scores name another, or two cells are the
            same model, condition and seed.
    """

    title: str
    scores: pd.DataFrame
    models: Mapping[str, str]
    conditions: tuple[Condition, ...]
    axis: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    repeated: int = 0
    embeddings: Embeddings | None = None

    def __post_init__(self) -> None:
        names = [condition.name for condition in self.conditions]
        for column, known in (("model", list(self.models)), ("condition", names)):
            if not known:
                raise ValueError(f"a comparison needs at least one {column}, got none")
            unknown = set(self.scores[column]) - set(known)
            if unknown:
                raise ValueError(f"the scores have the unknown {column} {min(unknown)!r}")
        twice = self.scores[self.scores.duplicated(["model", "condition", "seed"])]
        if len(twice):
            row = twice.iloc[0]
            raise ValueError(
                "scores need one row a model, condition and seed, got two of "
                f"{row['model']!r}, {row['condition']!r}, {row['seed']}"
            )

    @cached_property
    def seeds(self) -> list[int]:
        """The seeds of any cell, ascending."""
        return sorted(int(seed) for seed in self.scores["seed"].unique())

    @cached_property
    def series(self) -> dict[str, list[Condition]]:
        """The conditions of every series, along its axis."""
        found: dict[str, list[Condition]] = {}
        for condition in self.conditions:
            if condition.series is not None:
                found.setdefault(condition.series, []).append(condition)
        return {name: sorted(some, key=lambda one: one.value) for name, some in found.items()}

    @cached_property
    def categories(self) -> list[Condition]:
        """The conditions that stand for themselves."""
        return [condition for condition in self.conditions if condition.series is None]

    @property
    def axis_label(self) -> str:
        """The name of the axis in words."""
        return self.axis.replace(".", " ").replace("_", " ")

    def has(self, column: str) -> bool:
        """Return whether any cell has a finite number of this name."""
        return column in self.scores and bool(np.isfinite(self._numbers(column)).any())

    def values(self, model: str, condition: str, measure: Score) -> pd.Series:
        """Return a number of the cells of a model under a condition by seed, ascending.

        Numbers that are not finite are left out, and those of a geometric measure that are not
        positive.
        """
        found = self._columns.get((model, condition))
        if found is None or measure.column not in self.scores:
            return pd.Series(dtype=np.float64)
        numbers = self._numbers(measure.column)[found]
        kept = np.isfinite(numbers) & ((numbers > 0) | (not measure.geometric))
        seeds = self.scores["seed"].to_numpy()[found]
        return pd.Series(numbers[kept], index=seeds[kept]).sort_index()

    def array(self, column: str) -> NDArray[np.float64]:
        """Return a number of all cells, (models, conditions, seeds); NaN where there is none."""
        models = {name: place for place, name in enumerate(self.models)}
        conditions = {one.name: place for place, one in enumerate(self.conditions)}
        seeds = {seed: place for place, seed in enumerate(self.seeds)}
        found = np.full((len(models), len(conditions), len(seeds)), np.nan)
        if column in self.scores:
            found[
                self.scores["model"].map(models).to_numpy(),
                self.scores["condition"].map(conditions).to_numpy(),
                self.scores["seed"].map(seeds).to_numpy(),
            ] = self._numbers(column)
        return found

    @cached_property
    def _columns(self) -> dict[tuple[str, str], NDArray[np.intp]]:
        """Rows of the scores by model and condition."""
        return self.scores.groupby(["model", "condition"]).indices  # pyright: ignore[reportReturnType]

    def _numbers(self, column: str) -> NDArray[np.float64]:
        return pd.to_numeric(self.scores[column], errors="coerce").to_numpy(dtype=np.float64)
