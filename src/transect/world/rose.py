"""The rose curve of the original experiment: R(θ) = b cos(kθ + c) + a."""

from math import pi
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space import Factor, FactorSpace
from transect.world.base import CurveWorld, check_vertices, join
from transect.world.parameters import Parameter, Parameters, Setting

ORIGINAL_SPACE = FactorSpace([Factor("a", 0.5, 2.0), Factor("b", 0.0, 2.0)])


class Rose(CurveWorld):
    """Rose curves R = b cos(kθ + c) + a, the world of the original experiment.

    The radius R may be negative; its vertex then lies opposite. Each parameter is fixed by a
    number, or made a factor by a pair [low, high]. With the angle δ of the whole figure and k
    petals the curve is

        R(θ) = b cos(kθ + c) + a,   (x, y) = R(θ) (cos(θ + δ), sin(θ + δ)),   θ ∈ [0, 2π].

    One turn closes the curve only where k is a whole number. Where `petals` is not one, or is a
    factor, the curve is left open (`closed` is False): the chord that would close it is no part
    of the rose. Turning the figure by δ and shifting the phase by −kδ is the same, so free one of
    the two, not both.

    Args:
        petals: k, the number of petals.
        a: Radius of the circle that the petals grow from.
        b: Height of the petals.
        phase: c, in radians; periodic over a full turn.
        rotation: δ, the angle of the whole figure in radians; periodic over a full turn.
        vertices: Vertices of a curve, both ends of [0, 2π] included.

    Attributes:
        extent: 4 as in the original, or the largest |R| where the ranges reach further.

    Raises:
        ValueError: An option is not a number or a range, or no parameter is free.
    """

    def __init__(
        self,
        petals: Setting = 5,
        a: Setting = (0.5, 2.0),
        b: Setting = (0.0, 2.0),
        *,
        phase: Setting = 0.0,
        rotation: Setting = 0.0,
        vertices: int = 500,
    ) -> None:
        radius, height = Parameter("a", a), Parameter("b", b)
        count = Parameter("petals", petals, least=0)
        self.parameters = Parameters(
            radius,
            height,
            count,
            Parameter("phase", phase, "rad", period=2 * pi),
            Parameter("rotation", rotation, "rad", period=2 * pi),
        )
        self.space = self.parameters.space
        self.vertices = check_vertices(vertices)
        self.extent = max(4.0, radius.magnitude + height.magnitude)
        self.closed = count.whole

    def curves(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the curves of points (n, d): vertices (n, `vertices`, 2)."""
        a, b, petals, phase, rotation = self.parameters.columns(points)
        angle = np.linspace(0, 2 * pi, self.vertices)
        radius = b * np.cos(petals * angle + phase) + a
        return join(radius * np.cos(angle + rotation), radius * np.sin(angle + rotation))

    def default_hole(self) -> dict[str, Any]:
        """Return the disc of the original, or a ball in the middle of any other box."""
        if self.space != ORIGINAL_SPACE:
            return super().default_hole()
        return {"kind": "disc", "center": [1.25, 1.0], "radius": 0.3}

    def default_transects(self) -> list[dict[str, Any]]:
        """Return P1, P2 and P3 of the original, or lines through the middle of any other box."""
        if self.space != ORIGINAL_SPACE:
            return super().default_transects()
        return [
            {"name": "P1", "start": [1.25, 0.0], "end": [1.25, 2.0], "count": 15},
            {"name": "P2", "start": [0.5, 1.0], "end": [2.0, 1.0], "count": 15},
            {"name": "P3", "start": [0.5, 2.0], "end": [2.0, 0.0], "count": 15},
        ]
