"""What the explorer holds: images of many points by every source, and where they lie.

Images come in one stack of *samples*: first the nodes of a regular grid of the factor space, the
last factor fastest, then the points of every transect. All that is known of a sample is found at
its place in the stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transect.space import FactorSpace


@dataclass(frozen=True)
class Reconstructions:
    """The samples as one model reconstructs them.

    Attributes:
        images: (n, h, w), in [0, 1].
        errors: Measure -> (n,), measured at the full size of the images.
    """

    images: NDArray[np.floating]
    errors: Mapping[str, NDArray[np.floating]]


@dataclass(frozen=True)
class Volume:
    """Images decoded at the nodes of a regular grid of the latent space.

    Attributes:
        axes: Coordinates of the nodes along each of the k shown directions, the last fastest.
        images: (nodes, h, w), in [0, 1].
        distance: (nodes,) how far from the nearest training code, in the shown directions.
        occupied: (nodes,) whether a training code is nearer to the node than to any other.
    """

    axes: tuple[NDArray[np.floating], ...]
    images: NDArray[np.floating]
    distance: NDArray[np.floating]
    occupied: NDArray[np.bool_]


@dataclass(frozen=True)
class ExploredModel:
    """A model with all that is shown of it.

    Attributes:
        name: What the page calls it.
        drawn: The samples as it reconstructs them.
        oracle: The samples as its oracle reconstructs them, or None.
        codes: Codes of the samples in the shown directions, (n, k).
        labels: Names of the k directions.
        explained: Share of the variance of the codes that the directions hold.
        points: One row a point: `split`, the factors, and columns as `ReportData.points` has them.
        point_codes: Codes of the points in the shown directions, (rows, k).
        nearest: The training images that are nearest to any sample, each once, (m, h, w).
        nearest_of: Place in `nearest` of each sample, (n,).
        nearest_errors: Measure -> (n,), of the nearest training image.
        volume: Its latent space, decoded.
        point_count: Points of the run, those that are not in `points` too; 0 where all are.
        config: The configuration that made it, kept with the page; empty where none is known.
    """

    name: str
    drawn: Reconstructions
    oracle: Reconstructions | None
    codes: NDArray[np.floating]
    labels: tuple[str, ...]
    explained: float
    points: pd.DataFrame
    point_codes: NDArray[np.floating]
    nearest: NDArray[np.floating]
    nearest_of: NDArray[np.integer]
    nearest_errors: Mapping[str, NDArray[np.floating]]
    volume: Volume
    point_count: int = 0
    config: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Exploration:
    """All that the explorer shows of one or more models of the same world and hole.

    Attributes:
        space: The factor space.
        nodes: Values of the grid along each factor.
        transects: Name of each transect -> number of its points, in the order of the samples.
        factors: Of the samples, (n, d), raw units.
        boundary: Signed distance of the samples to the boundary, (n,); infinite without a hole.
        truth: The true images of the samples, (n, h, w), in [0, 1].
        models: At least one.
        size: Height and width of the images that were measured.
        dark_foreground: Whether 1 is shown dark on a light ground.

    Raises:
        ValueError: The number of samples is not that of the nodes and the transects.
    """

    space: FactorSpace
    nodes: tuple[NDArray[np.floating], ...]
    transects: Mapping[str, int]
    factors: NDArray[np.floating]
    boundary: NDArray[np.floating]
    truth: NDArray[np.floating]
    models: tuple[ExploredModel, ...]
    size: tuple[int, int]
    dark_foreground: bool = True

    def __post_init__(self) -> None:
        expected = self.node_count + sum(self.transects.values())
        if not len(self.factors) == len(self.truth) == len(self.boundary) == expected:
            raise ValueError(
                f"an exploration of {self.node_count} nodes and "
                f"{sum(self.transects.values())} points of transects needs {expected} samples, "
                f"got {len(self.factors)} points and {len(self.truth)} images"
            )

    @property
    def node_count(self) -> int:
        """Number of nodes of the grid of the factor space."""
        return int(np.prod([len(values) for values in self.nodes]))
