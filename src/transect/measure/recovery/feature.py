"""Images blurred and sampled coarsely: what a search compares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

GREY = 1 / 255
"""The step between two greys of 8 bits."""


@dataclass(frozen=True)
class Features:
    """A Gaussian blur followed by a coarser grid, the same for every image.

    A blurred image changes smoothly as its curve moves, by as much as the blur is wide; that is
    what lets a search find its way from afar.

    Attributes:
        height: Height of the images in pixels.
        width: Width of the images in pixels.
        blur: Standard deviation of the blur, in 64ths of the larger side.
        cells: Number of samples along the larger side, at most; never more than pixels.

    Example:
        >>> Features(32, 64, blur=2.0, cells=16)(np.ones((1, 32, 64))).shape
        (1, 128)
    """

    height: int
    width: int
    blur: float
    cells: int

    @property
    def rounding(self) -> float:
        """Difference of features that two renders of 8 bits may show by rounding alone.

        Four standard deviations: a grey level is uniform within ±1/510, two of them differ, and
        the blur averages over 4πσ² pixels.
        """
        pixels = max(1.0, 4 * np.pi * (self.blur * max(self.height, self.width) / 64) ** 2)
        return 4 * GREY / np.sqrt(6 * pixels)

    @property
    def overlap(self) -> float:
        """How many features share what one of them says, since the blur spreads it: at least 1."""
        side = max(self.height, self.width)
        deviation = self.blur * min(self.cells, side) / 64  # in cells
        return max(1.0, 4 * np.pi * deviation**2)

    def __call__(self, images: NDArray) -> Values:
        """Return the features of images (n, h, w), uint8 or float in [0, 1]: (n, k)."""
        values = images.astype(np.float32)
        if np.issubdtype(images.dtype, np.integer):
            values /= 255
        side = max(self.height, self.width)
        down = _blur_matrix(self.height, side, self.blur, self.cells)
        across = _blur_matrix(self.width, side, self.blur, self.cells).T
        rows = (values.reshape(-1, self.width) @ across).reshape(len(values), self.height, -1)
        return np.matmul(down, rows, dtype=np.float32).reshape(len(values), -1)


def residual(targets: Values, values: Values) -> Values:
    """Return what is left of features (n, k) when others, as strong as fits best, are taken away.

    y − g f with g = max(y·f, 0) / |f|²: how dark an image is says nothing of its point.

    Example:
        >>> residual(np.array([[1.0, 1.0]]), np.array([[4.0, 0.0]]))
        array([[0., 1.]])
    """
    explained: Values = gain(targets, values)[:, None] * values
    return targets - explained


def gain(targets: Values, values: Values) -> Values:
    """Return the strength, at least 0, at which features (n, k) match targets best, (n,).

    Example:
        >>> gain(np.array([[1.0, 1.0]]), np.array([[4.0, 0.0]]))
        array([0.25])
    """
    shared: Values = np.maximum(np.einsum("ij,ij->i", targets, values), 0)
    size = energy(values)
    return np.divide(shared, size, out=np.zeros_like(size), where=size > 0)


def likeness(targets: Values, values: Values) -> Values:
    """Return the energy of targets (n, k) that each of the features (m, k) explains, (n, m).

    |y|² − |y − g f|² with the best strength g, see `residual`.

    Example:
        >>> likeness(np.array([[3.0, 4.0]]), np.array([[2.0, 0.0], [0.0, 2.0]]))
        array([[ 9., 16.]])
    """
    size = energy(values)
    shared: Values = np.square(np.maximum(targets @ values.T, 0))
    shared /= np.where(size > 0, size, 1)
    return shared


def energy(values: Values) -> Values:
    """Return the sum of squares of each row of (n, k): (n,).

    Example:
        >>> energy(np.array([[3.0, 4.0]]))
        array([25.])
    """
    return np.einsum("ij,ij->i", values, values)


def relative_change(one: Values, other: Values) -> Values:
    """Return |f − g|² / (|f|² + |g|²) of each pair of rows (n, k): 0 alike, 1 without overlap.

    Example:
        >>> relative_change(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
        array([1.])
    """
    total = energy(one) + energy(other)
    return np.divide(energy(one - other), total, out=np.zeros_like(total), where=total > 0)


def _blur_matrix(pixels: int, side: int, blur: float, cells: int) -> Values:
    count = max(1, min(pixels, round(cells * pixels / side)))
    deviation = blur * side / 64
    samples = (np.arange(count) + 0.5) * pixels / count
    distance = samples[:, None] - (np.arange(pixels) + 0.5)
    weights = np.exp(-0.5 * (distance / deviation) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
