"""Smooth closed blobs whose radius is a short Fourier series."""

from collections.abc import Sequence
from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.world.base import MARGIN, CurveWorld, check_vertices, join
from transect.world.parameters import Parameter, Parameters, Setting


class FourierBlob(CurveWorld):
    """Blobs whose radius is a Fourier series: one factor for each harmonic.

        R(θ) = 1 + Σ_k a_k cos(kθ),   k = 2, 3, …

    Every point has its own image, in any number of dimensions, since a function has only one
    Fourier series. The first harmonic is left out: it does little more than move the blob.

    Args:
        amplitudes: The amplitudes a_2, a_3, … in order, each a number, which fixes it, or a pair
            [low, high], which makes it a factor. Their largest absolute values sum to less than
            1, so that the radius stays positive and the curve simple.
        vertices: Vertices of a curve, evenly spaced in the angle.

    Attributes:
        extent: A tenth more than the curves reach.

    Raises:
        ValueError: An amplitude is not a number or a range, none is free, or they are too large.
    """

    def __init__(
        self,
        amplitudes: Sequence[Setting] = ((-0.25, 0.25), (-0.25, 0.25), (-0.25, 0.25)),
        vertices: int = 300,
    ) -> None:
        if not isinstance(amplitudes, Sequence | np.ndarray) or isinstance(amplitudes, str):
            raise ValueError(f"amplitudes needs a list, one entry per harmonic, got {amplitudes!r}")
        harmonics = [
            Parameter(f"a{order}", setting) for order, setting in enumerate(amplitudes, start=2)
        ]
        reach = sum(harmonic.magnitude for harmonic in harmonics)
        if reach >= 1:
            raise ValueError(
                f"amplitudes need largest absolute values that sum to less than 1, or the radius "
                f"is not positive; got {reach:g} from {amplitudes!r}"
            )
        self.parameters = Parameters(*harmonics)
        self.space = self.parameters.space
        self.vertices = check_vertices(vertices)
        self.extent = MARGIN * (1 + reach)

    def curves(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the curves of points (n, d): vertices (n, `vertices`, 2)."""
        angle = np.linspace(0, 2 * pi, self.vertices, endpoint=False)
        radius = np.ones((1, self.vertices))
        for order, amplitude in enumerate(self.parameters.columns(points), start=2):
            radius = radius + amplitude * np.cos(order * angle)
        return join(radius * np.cos(angle), radius * np.sin(angle))
