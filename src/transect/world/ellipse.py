"""Ellipses, the plainest world with several factors."""

from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.world.base import MARGIN, CurveWorld, check_vertices, join
from transect.world.parameters import Parameter, Parameters, Setting


class Ellipse(CurveWorld):
    """Ellipses of any position, size, aspect and orientation: five factors.

    Each parameter is fixed by a number, or made a factor by a pair [low, high]. With size s and
    aspect q the half axes are s √q and s / √q, so that the area π s² depends on the size alone.
    At orientation 0 the first of them lies along x. At aspect 1 the orientation shows in no
    image, and an aspect of 1/q is a quarter turn of q: keep to one side of 1.

    Args:
        x: Horizontal position of the centre.
        y: Vertical position of the centre, upwards.
        size: s, the geometric mean of the half axes; positive.
        aspect: q, the ratio of the half axes; positive.
        orientation: Angle of the first axis in radians, anticlockwise; periodic over a half turn.
        vertices: Vertices of a curve, evenly spaced in the parameter of the ellipse.

    Attributes:
        extent: A tenth more than the curves reach.

    Raises:
        ValueError: An option is not a number or a range, or no parameter is free.
    """

    def __init__(
        self,
        x: Setting = (-1.0, 1.0),
        y: Setting = (-1.0, 1.0),
        size: Setting = (0.4, 1.0),
        aspect: Setting = (1.25, 3.0),
        *,
        orientation: Setting = (0.0, pi),
        vertices: int = 200,
    ) -> None:
        center = Parameter("x", x), Parameter("y", y)
        scale = Parameter("size", size, least=1e-6)
        ratio = Parameter("aspect", aspect, least=1e-6)
        angle = Parameter("orientation", orientation, "rad", period=pi)
        self.parameters = Parameters(*center, scale, ratio, angle)
        self.space = self.parameters.space
        self.vertices = check_vertices(vertices)
        half_axis = scale.high * sqrt(max(ratio.high, 1 / ratio.low))
        self.extent = MARGIN * (max(axis.magnitude for axis in center) + half_axis)

    def curves(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the curves of points (n, d): vertices (n, `vertices`, 2)."""
        x, y, size, aspect, orientation = self.parameters.columns(points)
        angle = np.linspace(0, 2 * pi, self.vertices, endpoint=False)
        along = size * np.sqrt(aspect) * np.cos(angle)
        across = size / np.sqrt(aspect) * np.sin(angle)
        cosine, sine = np.cos(orientation), np.sin(orientation)
        return join(x + along * cosine - across * sine, y + along * sine + across * cosine)
