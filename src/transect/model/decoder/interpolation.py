"""Maps on a coarse grid, made smooth on a finer one."""

import numpy as np
import torch
from torch import Tensor


def cubic_between(points: int, size: int, *, corners: bool = False) -> Tensor:
    """Return what each of `points` values along a line adds to `size` places on it, (size, points).

    Cubic convolution with the slope −1/2 (R. Keys, "Cubic convolution interpolation for digital
    image processing", IEEE Transactions on Acoustics, Speech and Signal Processing 29 (1981), eq.
    15), the only one of these kernels that keeps a straight line straight. That of
    `torch.nn.functional.interpolate` has −3/4: twice as many places get steps that are long and
    short by turns, a ripple that a steep read-out shows. Beyond the ends values repeat.

    Args:
        points: Values on the line, at least 1.
        size: Places, at least 1; 2 or more between corners.
        corners: Whether the first and the last place are those of the first and the last value;
            otherwise both are centres of equal cells.

    Example:
        >>> (cubic_between(6, 12) @ torch.arange(6.0)).tolist()[3:7]
        [1.25, 1.75, 2.25, 2.75]
    """
    if corners:
        place = np.linspace(0, points - 1, size)
    else:
        place = (np.arange(size) + 0.5) * points / size - 0.5
    first = np.floor(place).astype(np.int64) - 1
    between = np.zeros((size, points))
    for tap in range(4):
        distance = np.abs(place - (first + tap))
        columns = np.clip(first + tap, 0, points - 1)
        np.add.at(between, (np.arange(size), columns), _keys(distance))
    return torch.from_numpy(between).float()


def _keys(distance: np.ndarray) -> np.ndarray:
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0))
