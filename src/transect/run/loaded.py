"""A finished run, opened."""

from functools import cached_property
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from transect.image.checks import check_images
from transect.measure.embedding.geodesic import latent_graph, shortest_path, straight_path
from transect.measure.embedding.interpolation import Interpolation
from transect.measure.key import Key, Number
from transect.run import folder as files
from transect.run.config import Config, to_dict
from transect.run.display import HEIGHT, Inline, inline_page, run_table
from transect.run.model import CodedModel, Model, with_codes
from transect.run.setup import Setup, prepare
from transect.space import SPLITS, Hole, code_columns
from transect.world import World


class Run:
    """A run folder seen from Python; the parts are read when they are first asked for.

    Args:
        path: The run folder.
        model: The model where it was made elsewhere, since the folder does not hold it.
        oracle: Its oracle, if there is one.
        trust: Whether the folder may name classes from outside of this package, which are imported
            when they are needed; see `transect.run.component`.

    Raises:
        ValueError: It is not a run folder, or it names such classes and is not trusted.
    """

    def __init__(
        self,
        path: Path,
        model: Model | None = None,
        oracle: Model | None = None,
        *,
        trust: bool = False,
    ) -> None:
        self.path = path
        self.config: Config = files.read_config(path, trust=trust)
        self._given = (model, oracle)

    def __repr__(self) -> str:
        judged = f"judged={self.judged!r}, " if self.judged else ""
        return (
            f"Run({str(self.path)!r}, {judged}preset={self.config.preset!r}, "
            f"seed={self.config.seed})"
        )

    def _repr_html_(self) -> str:
        return run_table(self.path, self.config, self.numbers)

    def explore(self, height: int = HEIGHT) -> Inline:
        """Return the page of the run; the last value of a notebook's cell, it is shown inline.

        Args:
            height: Height of its frame in pixels, above 0.

        Raises:
            ValueError: The run has no page, or the height is not above 0.
        """
        return inline_page(self.path, height)

    @property
    def judged(self) -> str:
        """Name of the model if it was made elsewhere and only judged; empty if the run made it."""
        return str(self.numbers.get(files.JUDGED, ""))

    @property
    def described(self) -> dict[str, object]:
        """The fields of the configuration that say something of the run."""
        return to_dict(self.config, trained=not self.judged)

    @cached_property
    def setup(self) -> Setup:
        """World, hole, canvas, points and transects, as they were before training."""
        return prepare(self.config)

    @property
    def world(self) -> World:
        """The world that was drawn."""
        return self.setup.world

    @property
    def hole(self) -> Hole | None:
        """The region that was removed, or None."""
        return self.setup.hole

    @cached_property
    def model(self) -> Model:
        """The trained model.

        Raises:
            ValueError: It was made elsewhere and only judged, so it is not here.
        """
        if self._given[0] is not None:
            return self._given[0]
        if self.judged:
            raise ValueError(
                f"{self.path} holds what was measured of {self.judged!r}, not the model "
                "itself; `transect.judge` returns a run that has it"
            )
        return CodedModel.load(self.config, self.setup.canvas, self.path / files.MODEL)

    @cached_property
    def oracle(self) -> Model | None:
        """The model that was trained with the hole filled, or None where none was."""
        if self._given[1] is not None:
            return self._given[1]
        path = self.path / files.ORACLE
        return CodedModel.load(self.config, self.setup.canvas, path) if path.exists() else None

    @cached_property
    def points(self) -> pd.DataFrame:
        """The table of points."""
        rows = sum(int(self.metrics[str(Key("count", split))]) for split in SPLITS)
        return files.read_table(
            self.path / files.POINTS, ("row", "split", "boundary_distance"), rows
        )

    @cached_property
    def transects(self) -> pd.DataFrame:
        """The table of transect points."""
        return files.read_table(self.path / files.TRANSECTS, ("transect", "index", "in_hole"))

    @cached_property
    def interpolations(self) -> pd.DataFrame | None:
        """The table of interpolations across the hole, or None if none was measured."""
        path = self.path / files.INTERPOLATIONS
        return files.read_table(path, ("transect", "path", "index")) if path.exists() else None

    @property
    def embedding(self) -> NDArray[np.float64]:
        """The encoder's codes (n, latent) of the points outside of the hole, a row each."""
        kept = self.points[self.points["split"] != "removed"]
        return kept[code_columns(kept.columns)].to_numpy(dtype=np.float64)

    @cached_property
    def history(self) -> pd.DataFrame | None:
        """One row an epoch of the model's training, or None where it was trained elsewhere."""
        path = self.path / files.HISTORY
        return files.read_table(path, ("epoch",)) if path.exists() else None

    @cached_property
    def oracle_history(self) -> pd.DataFrame | None:
        """One row an epoch of the oracle's training, or None."""
        path = self.path / files.ORACLE_HISTORY
        return files.read_table(path, ("epoch",)) if path.exists() else None

    @cached_property
    def metrics(self) -> dict[str, Number]:
        """The final numbers by the flat texts of their keys, as `metrics.json` holds them."""
        return {str(key): value for key, value in self.numbers.items()}

    @cached_property
    def numbers(self) -> dict[Key, Number]:
        """The final numbers by their keys."""
        return files.read_metrics(self.path / files.METRICS)

    def draw(self, points: ArrayLike) -> NDArray[np.float32]:
        """Return the true images (n, h, w) in [0, 1] of points (n, d), raw units."""
        return self.setup.draw(self.world.space.check(points))

    def encode(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the encoder's codes (n, latent) of images (n, h, w) in [0, 1].

        Raises:
            ValueError: The model has no codes.
        """
        return self._coded().encode(images)

    def refined(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return the codes (n, latent) from which images (n, h, w) in [0, 1] are reconstructed.

        They are the encoder's after the `refine` steps of the configuration.

        Raises:
            ValueError: The model has no codes.
        """
        return self._coded().refined(images)

    def decode(self, codes: ArrayLike) -> NDArray[np.float32]:
        """Return the images (n, h, w) in [0, 1] of codes (n, latent).

        Raises:
            ValueError: The model has no codes.
        """
        return self._coded().decode(codes)

    def reconstruct(self, images: ArrayLike) -> NDArray[np.float32]:
        """Return what the model makes of images (n, h, w) in [0, 1]."""
        return self.model.reconstruct(images)

    def interpolate(
        self,
        first: ArrayLike,
        last: ArrayLike,
        *,
        count: int = 9,
        path: Interpolation = "straight",
    ) -> NDArray[np.float32]:
        """Return the images on an interpolation path from one image to another, (count, h, w).

        The path leads between the codes from which both are reconstructed. The image changes by
        equal steps, along the straight line of codes or along the geodesic, on which it changes
        least.

        Args:
            first: (h, w) in [0, 1].
            last: (h, w) in [0, 1], another one.
            count: Images, both reconstructions included, at least 3.
            path: "straight" or "geodesic"; see `transect.measure.embedding.geodesic`.

        Raises:
            ValueError: The model has no codes, an image has the wrong size, both have the same
                code, or an option is out of range.
        """
        if path not in get_args(Interpolation):
            known = ", ".join(get_args(Interpolation))
            raise ValueError(f"path must be one of {known}, got {path!r}")
        model = self._coded()
        ends = [
            check_images(np.asarray(one)[None], name, model.size)
            for name, one in (("first", first), ("last", last))
        ]
        start, end = model.refined(np.concatenate(ends))
        if path == "straight":
            return model.decode(straight_path(model.decode_tensor, start, end, count).codes)
        graph = latent_graph(model.decode_tensor, self.embedding, seed=self.config.seed)
        return model.decode(shortest_path(model.decode_tensor, start, end, graph, count).codes)

    def _coded(self) -> CodedModel:
        return with_codes(self.model, repr(self.judged))


def load(path: str | Path, *, trust: bool = False) -> Run:
    """Return the run in the folder `path`.

    Args:
        path: The run folder.
        trust: Whether it may name classes from outside of this package, such as your own. To import
            them runs their code, so say so only of a folder whose origin you know.

    Raises:
        ValueError: It is not a run folder, or it names such classes and is not trusted.
    """
    return Run(Path(path), trust=trust)
