"""Lissajous figures: x = sin(ft + δ), y = sin(gt)."""

from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.world.base import MARGIN, CurveWorld, check_vertices, join
from transect.world.parameters import Parameter, Parameters, Setting


class Lissajous(CurveWorld):
    """Lissajous figures of two frequencies and the phase between them.

    Each parameter is fixed by a number, or made a factor by a pair [low, high]:

        x = sin(ft + δ),   y = sin(gt),   t ∈ [0, 2π].

    One turn closes the curve only where both frequencies are whole numbers; the curve is left
    open (`closed` is False) where one of them is not, or is a factor. At whole frequencies several
    phases can give one image (δ and −δ give the same ellipse at f = g = 1), so the default range
    is a quarter turn.

    Args:
        frequency_x: f, periods of x in a turn.
        frequency_y: g, periods of y in a turn.
        phase: δ, in radians; periodic over a full turn.
        vertices: Vertices of a curve, both ends of [0, 2π] included.

    Attributes:
        extent: A tenth more than the curves reach.

    Raises:
        ValueError: An option is not a number or a range, or no parameter is free.
    """

    extent = MARGIN

    def __init__(
        self,
        frequency_x: Setting = (1.0, 3.0),
        frequency_y: Setting = 1.0,
        phase: Setting = (0.0, pi / 2),
        vertices: int = 500,
    ) -> None:
        frequencies = (
            Parameter("frequency_x", frequency_x, least=0),
            Parameter("frequency_y", frequency_y, least=0),
        )
        self.parameters = Parameters(*frequencies, Parameter("phase", phase, "rad", period=2 * pi))
        self.space = self.parameters.space
        self.vertices = check_vertices(vertices)
        self.closed = all(frequency.whole for frequency in frequencies)

    def curves(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the curves of points (n, d): vertices (n, `vertices`, 2)."""
        frequency_x, frequency_y, phase = self.parameters.columns(points)
        time = np.linspace(0, 2 * pi, self.vertices)
        return join(np.sin(frequency_x * time + phase), np.sin(frequency_y * time))
