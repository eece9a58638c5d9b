"""The superformula of J. Gielis."""

from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.world.base import MARGIN, CurveWorld, check_vertices, join
from transect.world.parameters import Parameter, Parameters, Setting


class Superformula(CurveWorld):
    """Supershapes, from polygons to stars, by the superformula of Gielis.

    Each parameter is fixed by a number, or made a factor by a pair [low, high]:

        r(φ) = (|cos(mφ/4)|^n2 + |sin(mφ/4)|^n3)^(−1/n1),   φ ∈ [0, 2π],

    the superformula with a = b = 1 (J. Gielis, "A generic geometric transformation that unifies a
    wide range of natural and abstract shapes", American Journal of Botany 90(3), 2003,
    doi:10.3732/ajb.90.3.333). Each curve is scaled so that the largest radius among its vertices
    is 1: without that, small n1 give radii of any size. One turn closes the curve only where m is
    a whole number; otherwise, or where m is a factor, it is left open (`closed` is False).

    Args:
        m: Rotational symmetry, the number of corners; 0 gives the circle.
        n1: Overall exponent; small ones pinch the shape, large ones round it.
        n2: Exponent of the cosine.
        n3: Exponent of the sine.
        vertices: Vertices of a curve, both ends of [0, 2π] included.

    Attributes:
        extent: A tenth more than the curves reach.

    Raises:
        ValueError: An option is not a number or a range, m is negative, an exponent is not
            positive, or no parameter is free.
    """

    extent = MARGIN

    def __init__(
        self,
        m: Setting = 6,
        n1: Setting = (1.0, 6.0),
        n2: Setting = (2.0, 10.0),
        n3: Setting = (2.0, 10.0),
        vertices: int = 500,
    ) -> None:
        symmetry = Parameter("m", m, least=0)
        exponents = [
            Parameter(name, setting, least=1e-3)
            for name, setting in (("n1", n1), ("n2", n2), ("n3", n3))
        ]
        self.parameters = Parameters(symmetry, *exponents)
        self.space = self.parameters.space
        self.vertices = check_vertices(vertices)
        self.closed = symmetry.whole

    def curves(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the curves of points (n, d): vertices (n, `vertices`, 2)."""
        m, n1, n2, n3 = self.parameters.columns(points)
        angle = np.linspace(0, 2 * pi, self.vertices)
        # In logarithms, since the radius itself overflows where n1 is small.
        with np.errstate(divide="ignore"):
            cosine = n2 * np.log(np.abs(np.cos(m * angle / 4)))
            sine = n3 * np.log(np.abs(np.sin(m * angle / 4)))
        log_radius = -np.logaddexp(cosine, sine) / n1
        radius = np.exp(log_radius - log_radius.max(axis=1, keepdims=True))
        return join(radius * np.cos(angle), radius * np.sin(angle))
