"""A bump that moves over the image."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.world.base import PaintedWorld, pixel_centers
from transect.world.parameters import Parameter, Parameters, Setting


class GaussianBump(PaintedWorld):
    """Gaussian bumps that move over the image, the classic of compositional generalisation.

    Each parameter is fixed by a number, or made a factor by a pair [low, high]. With position
    (x, y) and width w the image is exp(−((u − x)² + (v − y)²) / 2w²) at the pixel centres
    (u, v) ∈ [−1, 1]². Its integral over the plane is 2π w².

    Args:
        x: Horizontal position.
        y: Vertical position, upwards.
        width: w, the standard deviation of the bump; the image is 2 wide. Positive.

    Raises:
        ValueError: An option is not a number or a range, or no parameter is free.
    """

    def __init__(
        self,
        x: Setting = (-0.7, 0.7),
        y: Setting = (-0.7, 0.7),
        width: Setting = 0.12,
    ) -> None:
        self.parameters = Parameters(
            Parameter("x", x), Parameter("y", y), Parameter("width", width, least=1e-6)
        )
        self.space = self.parameters.space

    def paint(self, points: ArrayLike, size: int) -> NDArray[np.float32]:
        """Return the images of points (n, d): (n, size, size) in [0, 1], row 0 at the top."""
        x, y, width = self.parameters.columns(points)
        columns, rows = pixel_centers(size)
        across = np.exp(-(((columns - x) / width) ** 2) / 2)
        down = np.exp(-(((rows - y) / width) ** 2) / 2)
        return down.astype(np.float32)[:, :, None] * across.astype(np.float32)[:, None, :]
