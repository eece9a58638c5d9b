"""What a report is made of: plain arrays and tables, whatever made them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.measure.key import Key, Source, column
from transect.measure.statistics import Interval
from transect.space import FactorSpace, code_columns
from transect.space.hole import Hole
from transect.space.transect import Transect


@dataclass(frozen=True)
class Images:
    """Images of the same points by several sources, foreground 1 on background 0.

    Attributes:
        truth: (n, h, w), in [0, 1].
        reconstruction: Their reconstructions by the model, (n, h, w), or None.
        oracle: Their reconstructions by the oracle, (n, h, w), or None.

    Raises:
        ValueError: An array has other than three axes, or the shapes differ.
    """

    truth: NDArray[np.floating]
    reconstruction: NDArray[np.floating] | None = None
    oracle: NDArray[np.floating] | None = None

    def __post_init__(self) -> None:
        if self.truth.ndim != 3:
            raise ValueError(f"images need the shape (n, h, w), got {self.truth.shape}")
        for name in ("reconstruction", "oracle"):
            other = getattr(self, name)
            if other is not None and other.shape != self.truth.shape:
                raise ValueError(
                    f"{name} needs the shape of truth, {self.truth.shape}, got {other.shape}"
                )

    @property
    def rows(self) -> dict[str, NDArray[np.floating]]:
        """The arrays that exist by their names: truth, model, oracle."""
        every = {"truth": self.truth, "model": self.reconstruction, "oracle": self.oracle}
        return {name: array for name, array in every.items() if array is not None}


@dataclass(frozen=True)
class ReportData:
    """All that the figures and the page show; what is None is left out of them.

    Attributes:
        title: What the page is about, such as the name of the preset.
        space: The factor space.
        hole: The removed region.
        draw: Points (n, d), raw units -> true images (n, h, w) in [0, 1].
        points: One row per point: `split`, the factors `factor.<name>`, `boundary_distance`, codes
            `code.0`, ..., and errors of the sources of `COMPARED` under `column(source, measure)`;
            `stretch`, how far the image moves for a step along the manifold of codes,
            nan where it was not measured; `on_loop`, whether the point lies on the longest loop of
            the embedding; `best_code.nmse`, `straight.nmse`, `geodesic.nmse` and
            `oracle_best_code.nmse`, errors in the hole from other codes, nan where they were not
            measured.
        transects: One row per point of a transect: `transect`, `index`, `fraction`, the factors,
            `in_hole`, codes and errors as in `points`, `recovered.<factor>`.
        lines: The transects themselves.
        transect_images: The images along each transect, by its name.
        interpolations: One row per true image between the boundaries of the hole: `transect`,
            `path` (straight or geodesic), `index`, the factors, the code `code.0`, … that lies as
            far along the path, `nmse`.
        interpolation_images: By transect, the images from boundary to boundary by name: truth,
            straight, geodesic, each (m, h, w).
        training: Some training images, (n, h, w).
        validation: Some validation images and their reconstructions.
        removed: Some removed images and their reconstructions.
        traversals: By name, the images along a latent traversal, each (steps, h, w).
        weights: The weight of each row of `points` in the loss, (n,), nan where it has none.
        history: One row per epoch: `epoch`, `loss`, `validation_loss`, `validation_nmse`, ...
        oracle_history: The same of the oracle.
        metrics: The final numbers.
        config: The resolved configuration, nested.
        versions: Package -> version.
        seed: The seed of the run.
        timings: Name of a stage -> seconds.
        notices: What a reader has to know before anything else, each a clause without a full
            stop.
        dark_foreground: Whether 1 is shown dark on light paper; a world whose images are
            photographs shows 1 light.

    Raises:
        ValueError: A table lacks a column that it needs, or lengths differ.
    """

    title: str
    space: FactorSpace
    hole: Hole | None = None
    draw: Callable[[NDArray[np.float64]], NDArray[np.floating]] | None = None
    points: pd.DataFrame | None = None
    transects: pd.DataFrame | None = None
    lines: tuple[Transect, ...] = ()
    transect_images: Mapping[str, Images] = field(default_factory=dict)
    interpolations: pd.DataFrame | None = None
    interpolation_images: Mapping[str, Mapping[str, NDArray[np.floating]]] = field(
        default_factory=dict
    )
    training: NDArray[np.floating] | None = None
    validation: Images | None = None
    removed: Images | None = None
    traversals: Mapping[str, NDArray[np.floating]] = field(default_factory=dict)
    weights: NDArray[np.floating] | None = None
    history: pd.DataFrame | None = None
    oracle_history: pd.DataFrame | None = None
    metrics: Mapping[Key, object] = field(default_factory=dict)
    config: Mapping[str, Any] | None = None
    versions: Mapping[str, str] | None = None
    seed: int | None = None
    timings: Mapping[str, float] | None = None
    notices: tuple[str, ...] = ()
    dark_foreground: bool = True

    def __post_init__(self) -> None:
        _need_columns("points", self.points, ("split", *self.space.columns))
        _need_columns("transects", self.transects, ("transect", "fraction", "in_hole"))
        _need_columns("history", self.history, ("epoch", "loss"))
        _need_columns("oracle_history", self.oracle_history, ("epoch", "loss"))
        if self.weights is not None:
            rows = 0 if self.points is None else len(self.points)
            if self.weights.shape != (rows,):
                raise ValueError(
                    f"weights need one value for each of the {rows} rows of points, "
                    f"got the shape {self.weights.shape}"
                )
        unknown = set(self.transect_images) - {line.name for line in self.lines}
        if unknown:
            raise ValueError(
                f"transect_images need the names of the transects, "
                f"{', '.join(line.name for line in self.lines) or 'none'}; got {min(unknown)!r}"
            )

    def value(self, source: Source, split: str, measure: str) -> float:
        """Return a final number: from `metrics`, else the mean over `points`, else nan."""
        key = Key(measure, split, source)
        if key in self.metrics:
            return self.metric(key)
        name = column(source, measure)
        if self.points is None or name not in self.points:
            return float("nan")
        return float(self.points.loc[self.points["split"] == split, name].mean())

    def metric(self, key: Key) -> float:
        """Return a number of `metrics`; nan if there is none, as for blank images."""
        value = self.metrics.get(key)
        return float(value) if isinstance(value, int | float) else float("nan")

    def text(self, key: Key) -> str:
        """Return a text of `metrics`; empty where there is none."""
        value = self.metrics.get(key)
        return value if isinstance(value, str) else ""

    def interval(self, key: Key, count: int = 0) -> Interval:
        """Return a number of `metrics` with the ends of its interval; nan where there is none."""
        low, high = (self.metric(replace(key, end=end)) for end in ("low", "high"))
        return Interval(self.metric(key), low, high, count)

    @property
    def codes(self) -> list[str]:
        """The columns of `points` that hold the codes, `code.0`, `code.1`, ..., in order."""
        return [] if self.points is None else code_columns(self.points.columns)


def split_counts(points: pd.DataFrame) -> str:
    """Return the number of points of every split, in words."""
    found = points["split"].value_counts()
    return ", ".join(
        f"{found[name]} {name}" for name in ("train", "validation", "removed") if name in found
    )


def _need_columns(name: str, table: pd.DataFrame | None, columns: tuple[str, ...]) -> None:
    if table is None:
        return
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(f"{name} needs the column {missing[0]!r}, got {list(table.columns)}")
