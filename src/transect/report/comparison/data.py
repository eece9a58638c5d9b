"""What the report of a comparison is made of: plain tables and names, whatever made them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.measure.catalogue import Score, score
from transect.measure.comparison import mean_over_seeds
from transect.measure.key import Source
from transect.measure.statistics import Interval
from transect.space import FactorSpace

RADIUS = "hole.radius"
"""The axis that crossing radii are read along."""

PENALTY = score("nmse", "penalty")
REMOVED = score("nmse", "removed")
ORACLE = score("nmse", "removed", Source.ORACLE)
VALIDATION = score("nmse", "validation")
SOFT_IOU = score("soft_iou", "removed")
ORACLE_IOU = score("soft_iou", "removed", Source.ORACLE)
VALIDATION_IOU = score("soft_iou", "validation")
ENCODER = score("encoder_share", "attribution")
DECODER = score("decoder_share", "attribution")

ERRORS = (REMOVED, VALIDATION)
"""The error that models are ranked by: the first that any run has."""

ORACLE_OF = {REMOVED: ORACLE, SOFT_IOU: ORACLE_IOU}
"""A score of the model: the same of its oracle."""


@dataclass(frozen=True)
class Condition:
    """What models are compared under.

    Attributes:
        name: What it is called.
        series: Name of the series that it belongs to, which is drawn as a curve; None if it stands
            for itself.
        value: Its place on the axis of the series; NaN if it stands for itself.
    """

    name: str
    series: str | None = None
    value: float = np.nan


@dataclass(frozen=True)
class Embeddings:
    """The codes of one run of each model, which share their points.

    Attributes:
        space: The factor space.
        condition: The condition of these runs.
        seed: Their seed.
        points: By model, the points of its run: `split`, the factors, the codes.
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
        scores: One row a finished run: `cell` with its name, `model`, `condition`, `seed`, and
            every final number.
        models: Name -> what it is, in words.
        conditions: In the order of the page, series before those that stand for themselves.
        axis: Name of the field that runs along the series; empty if there is none.
        failed: Run -> what went wrong.
        links: Run -> relative address of its own page, for those that have one.
        config: The configuration that all runs have in common, nested.
        versions: Package -> version.
        repeated: Number of runs that were left out because they repeat others.
        embeddings: The codes of one run of each model, if they are at hand.

    Raises:
        ValueError: There is no model or condition, the scores name another, or two runs are the
            same model, condition and seed.
    """

    title: str
    scores: pd.DataFrame
    models: Mapping[str, str]
    conditions: tuple[Condition, ...]
    axis: str = ""
    failed: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)
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
        """The seeds of any run, ascending."""
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

    @property
    def reference(self) -> str:
        """The first model, which latent spaces are compared with."""
        return next(iter(self.models))

    @property
    def error(self) -> Score:
        """The error that models are ranked by.

        Raises:
            ValueError: No run has any.
        """
        found = next((one for one in ERRORS if self.has(one)), None)
        if found is None:
            names = " or ".join(one.column for one in ERRORS)
            raise ValueError(f"nothing to rank: no run has a {names}")
        return found

    def has(self, measure: Score) -> bool:
        """Return whether any run has a finite number of this name."""
        return bool(np.isfinite(self._array(measure.column)).any())

    def table(self, model: str, measure: Score) -> NDArray[np.float64]:
        """Return a number of the runs of a model, (conditions, seeds).

        NaN stands for what is missing, not finite, or not positive though its mean is geometric.
        """
        found = self._array(measure.column)[list(self.models).index(model)]
        usable = np.isfinite(found) & ((found > 0) | (not measure.geometric))
        return np.where(usable, found, np.nan)

    def values(self, model: str, condition: str, measure: Score) -> NDArray[np.float64]:
        """Return a number of the runs of a model under a condition, (seeds,), as `table` does."""
        names = [one.name for one in self.conditions]
        return self.table(model, measure)[names.index(condition)]

    def mean(self, model: str, condition: str, measure: Score) -> Interval | None:
        """Return the mean over seeds with its t interval, or None if no run has the measure."""
        values = self.values(model, condition, measure)
        return mean_over_seeds(values[None], geometric=measure.geometric)

    def _array(self, column: str) -> NDArray[np.float64]:
        """Return a number of all runs, (models, conditions, seeds); NaN if there is none."""
        if column not in self._arrays:
            found = np.full((len(self.models), len(self.conditions), len(self.seeds)), np.nan)
            if column in self.scores:
                numbers = pd.to_numeric(self.scores[column], errors="coerce")
                found[self._places] = numbers.to_numpy(dtype=np.float64)
            self._arrays[column] = found
        return self._arrays[column]

    @cached_property
    def _arrays(self) -> dict[str, NDArray[np.float64]]:
        return {}

    @cached_property
    def _places(self) -> tuple[NDArray[np.intp], ...]:
        """Place of each row of the scores among models, conditions and seeds."""
        names = (list(self.models), [one.name for one in self.conditions], self.seeds)
        return tuple(
            pd.Index(known).get_indexer(pd.Index(self.scores[column]))
            for column, known in zip(("model", "condition", "seed"), names, strict=True)
        )
