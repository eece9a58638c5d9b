"""Gratings seen through a Gaussian window."""

from math import pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.world.base import PaintedWorld, pixel_centers
from transect.world.parameters import Parameter, Parameters, Setting


class Grating(PaintedWorld):
    """Gratings through a Gaussian window (Gabor patches) of any frequency and orientation.

    Each parameter is fixed by a number, or made a factor by a pair [low, high]. With frequency f,
    orientation θ, phase φ and width w the image is

        exp(−(u² + v²) / 2w²) (1 + cos(πf (u cos θ + v sin θ) + φ)) / 2,   (u, v) ∈ [−1, 1]²,

    a Gabor function raised so that it lies in [0, 1] on a background of 0.

    Turning the grating by π is the same as reversing its phase. So the orientation is periodic
    over π where the phase is fixed at a multiple of π, and over 2π otherwise: with both free over
    a half and a full turn, the images form a Klein bottle rather than a torus (as the patches
    of natural images do: Carlsson, Ishkhanov, de Silva, Zomorodian, "On the local behavior of
    spaces of natural images", IJCV 76, 2008), and its twisted seam has no mark in the factors.

    Args:
        frequency: f, cycles across the image.
        orientation: θ, direction across the stripes in radians, anticlockwise from the right.
        phase: φ, in radians; periodic over a full turn.
        width: w, standard deviation of the window; the image is 2 wide. Positive.

    Raises:
        ValueError: An option is not a number or a range, or no parameter is free.
    """

    def __init__(
        self,
        frequency: Setting = (2.0, 8.0),
        orientation: Setting = (0.0, pi),
        phase: Setting = 0.0,
        width: Setting = 0.4,
    ) -> None:
        shift = Parameter("phase", phase, "rad", period=2 * pi)
        even = not shift.free and abs(np.sin(shift.low)) < 1e-9
        self.parameters = Parameters(
            Parameter("frequency", frequency, "cycles/image", least=0),
            Parameter("orientation", orientation, "rad", period=pi if even else 2 * pi),
            shift,
            Parameter("width", width, least=1e-6),
        )
        self.space = self.parameters.space

    def paint(self, points: ArrayLike, size: int) -> NDArray[np.float32]:
        """Return the images of points (n, d): (n, size, size) in [0, 1], row 0 at the top."""
        columns, rows = pixel_centers(size)
        frequency, orientation, phase, width = self.parameters.columns(points)
        across = pi * frequency * np.cos(orientation) * columns
        down = pi * frequency * np.sin(orientation) * rows + phase
        # cos(p + q) = cos p cos q − sin p sin q, and the window is a product as well: three outer
        # products of rows and columns take the place of a cosine and an exponential a pixel.
        left = np.stack([np.ones_like(down), np.cos(down), -np.sin(down)], axis=-1)
        right = np.stack([np.ones_like(across), np.cos(across), np.sin(across)], axis=-2)
        left *= np.exp(-((rows / width) ** 2) / 2)[:, :, None] / 2
        right *= np.exp(-((columns / width) ** 2) / 2)[:, None, :]
        images = left.astype(np.float32) @ right.astype(np.float32)
        return np.clip(images, 0, 1, out=images)
