"""From a trained model to the tables of a run: every error, beside every baseline."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.image.dataset import Dataset
from transect.measure.error.baselines import boundary_blend, nearest_image, nearest_point
from transect.measure.error.pixel import pixel_errors
from transect.measure.key import Source, column
from transect.measure.recovery.errors import recovery_errors
from transect.measure.recovery.search import FactorSearch
from transect.run.model import Model, coded
from transect.run.repeats import repeated
from transect.run.setup import Setup
from transect.space import PointSet, boundary_chord, code_column, factor_column
from transect.space.column import RECOVERED, SPREAD

Images = NDArray[np.float32]
CHUNK = 256
"""Images that are reconstructed and measured at a time, which bounds the memory."""


@dataclass(frozen=True)
class Reconstruction:
    """What one source makes of some images.

    Attributes:
        images: (n, h, w); rows that the source has no answer for are blank.
        factors: (n, d) the factors of the images where they are known without a search.
        answered: (n,) whether the source has an answer.
    """

    images: Images
    answered: NDArray[np.bool_]
    factors: NDArray[np.float64] | None = None


Maker = Callable[[PointSet, Images], Reconstruction]
"""Makes images of points: the model, the oracle or a baseline."""


class Evaluation:
    """Measures a model, its oracle and the baselines on the same images.

    Args:
        setup: World, hole and points.
        dataset: The images of `setup.points`.
        model: The punctured model; one without codes leaves their columns out.
        oracle: The model that was trained with the hole filled, if there is one.
    """

    def __init__(self, setup: Setup, dataset: Dataset, model: Model, oracle: Model | None) -> None:
        self.setup = setup
        self.dataset = dataset
        self.model = model
        train = setup.points.where("train")
        self._train_points = setup.points.factors[train]
        self._train_images = dataset.pixels(train)
        self._search = (
            FactorSearch(setup.world, setup.canvas) if setup.config.measure.recovery else None
        )
        self.sources: dict[Source, Maker] = {Source.MODEL: _by_model(model)}
        if oracle is not None:
            self.sources[Source.ORACLE] = _by_model(oracle)
        self.sources[Source.NEAREST_IMAGE] = self._nearest_image
        self.sources[Source.NEAREST_POINT] = self._nearest_point
        if setup.hole is not None:
            self.sources[Source.BLEND] = self._blend

    def points_table(self) -> pd.DataFrame:
        """Return one row a point; baselines and factors for all but the training points."""
        setup, points = self.setup, self.setup.points
        table = pd.DataFrame({"row": np.arange(len(points)), "split": points.split})
        table = table.assign(**dict(zip(points.space.columns, points.factors.T, strict=True)))
        table["boundary_distance"] = points.boundary_distance
        table["oracle_seen"] = setup.oracle_seen
        table["repeated"] = repeated(self.dataset)
        train, held_out = points.where("train"), np.flatnonzero(points.split != "train")
        own = {Source.MODEL: self.sources[Source.MODEL]}
        columns = pd.concat(
            [
                self._measure(points, self.dataset, train, own, search=False),
                self._measure(points, self.dataset, held_out, self.sources, search=True),
            ]
        ).sort_index()
        return pd.concat([table, columns], axis=1)

    def transects_table(self) -> pd.DataFrame:
        """Return one row a transect point, the transects one after the other."""
        parts = []
        for line in self.setup.transects:
            points = transect_points(self.setup, line.points)
            table = pd.DataFrame({"transect": line.name, "index": np.arange(len(points))})
            table["fraction"] = line.fractions
            table = table.assign(**dict(zip(points.space.columns, points.factors.T, strict=True)))
            table["in_hole"] = points.split == "removed"
            table["boundary_distance"] = points.boundary_distance
            dataset = self.setup.dataset(points)
            rows = np.arange(len(points))
            columns = self._measure(points, dataset, rows, self.sources, search=True)
            parts.append(pd.concat([table, columns], axis=1))
        return pd.concat(parts, ignore_index=True)

    def _measure(
        self,
        points: PointSet,
        dataset: Dataset,
        rows: NDArray[np.integer],
        sources: dict[Source, Maker],
        *,
        search: bool,
    ) -> pd.DataFrame:
        parts = []
        for start in range(0, len(rows), CHUNK):
            chosen = rows[start : start + CHUNK]
            truth = dataset.images(chosen)
            columns: dict[str, NDArray] = {}
            if (model := coded(self.model)) is not None:
                codes = model.encode(truth)
                columns = {code_column(k): code for k, code in enumerate(codes.T)}
            for source, make in sources.items():
                made = make(points[chosen], truth)
                columns |= self._errors(source, points[chosen], truth, made, search=search)
            parts.append(pd.DataFrame(columns, index=chosen))
        return pd.concat(parts)

    def _errors(
        self, source: Source, points: PointSet, truth: Images, made: Reconstruction, *, search: bool
    ) -> dict[str, NDArray]:
        errors = pixel_errors(truth, made.images)
        found: dict[str, NDArray] = {}
        if search and self._search is not None:
            recovered = made.factors
            if recovered is None:
                recovery = self._search.recover(made.images)
                recovered = recovery.factors
                if source is Source.MODEL:
                    found = _recovery_columns(points, recovery)
            errors |= recovery_errors(self._search, points.factors, made.images, recovered)
        found |= {column(source, key): value for key, value in errors.items()}
        return {key: np.where(made.answered, value, np.nan) for key, value in found.items()}

    def _nearest_image(self, points: PointSet, truth: Images) -> Reconstruction:
        del points
        return self._training_images(nearest_image(self._train_images, truth))

    def _nearest_point(self, points: PointSet, truth: Images) -> Reconstruction:
        del truth
        return self._training_images(
            nearest_point(points.space, self._train_points, points.factors)
        )

    def _training_images(self, rows: NDArray[np.integer]) -> Reconstruction:
        images = self._train_images[rows].astype(np.float32) / np.float32(255)
        return Reconstruction(images, np.ones(len(rows), bool), self._train_points[rows])

    def _blend(self, points: PointSet, truth: Images) -> Reconstruction:
        images = np.zeros_like(truth)
        hole = self.setup.hole
        assert hole is not None, "the blend is a source only where there is a hole"
        removed = np.flatnonzero(points.split == "removed")
        answered = np.zeros(len(points), bool)
        if removed.size:
            entry, exit_, fraction = boundary_chord(points.space, hole, points.factors[removed])
            whole = np.isfinite(fraction)
            answered[removed[whole]] = True
            if whole.any():
                images[removed[whole]] = boundary_blend(
                    self.setup.draw, entry[whole], exit_[whole], fraction[whole]
                )
        return Reconstruction(images, answered)


def transect_points(setup: Setup, factors: NDArray[np.float64]) -> PointSet:
    """Return points of a line with their place: `removed` in the hole, else `validation`.

    They are in no training batch, whichever side of the boundary they lie on.
    """
    if setup.hole is None:
        distance = np.full(len(factors), np.inf)
    else:
        distance = setup.hole.boundary_distance(factors)
    split = np.where(distance <= 0, "removed", "validation")
    return PointSet(setup.world.space, factors, split, distance)


def _by_model(model: Model) -> Maker:
    def reconstruct(points: PointSet, truth: Images) -> Reconstruction:
        return Reconstruction(model.reconstruct(truth), np.ones(len(points), bool))

    return reconstruct


def _recovery_columns(points: PointSet, recovery) -> dict[str, NDArray]:
    columns: dict[str, NDArray] = {}
    for place, factor in enumerate(points.space.names):
        columns[factor_column(factor, RECOVERED)] = recovery.factors[:, place]
        columns[factor_column(factor, SPREAD)] = recovery.spread[:, place]
    columns["ambiguous"] = recovery.ambiguous.astype(np.float64)
    return columns
