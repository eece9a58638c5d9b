"""Images that stay on the device of the model as bytes."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Images:
    """A set of images and the weight of each, held on a device.

    They are held as bytes, a quarter of the memory of floats, and turned into floats a batch at a
    time. So there are no workers, no copies between processes, and on a GPU no transfers.

    Args:
        pixels: (n, h, w), uint8, foreground 255.
        weights: (n,); None where each weighs 1.
        device: Where to hold them.
    """

    def __init__(
        self, pixels: NDArray[np.uint8], weights: NDArray[np.floating] | None, device: torch.device
    ) -> None:
        self.pixels = _tensor(pixels, device)
        self.weights = None if weights is None else _tensor(weights.astype(np.float32), device)

    def __len__(self) -> int:
        return len(self.pixels)

    def batch(self, rows: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return the images (k, 1, h, w) in [0, 1] and the weights (k,) of some rows (k,)."""
        images = self.pixels[rows].unsqueeze(1).float().div_(255)
        return images, None if self.weights is None else self.weights[rows]

    def chunks(self, size: int, part: int, parts: int) -> Iterator[Tensor]:
        """Yield the rows of one of `parts` equal shares, `size` rows at a time, in order."""
        rows = torch.arange(part, len(self), parts, device=self.pixels.device)
        yield from rows.split(size)


def _tensor(array: NDArray, device: torch.device) -> Tensor:
    # torch warns about arrays that can't be written to, though nothing here writes to them.
    return torch.from_numpy(np.require(array, requirements=["C", "W"])).to(device)


def check_images(name: str, pixels: NDArray, weights: NDArray | None, size: int) -> None:
    """Check that images fit a model and that there is one weight for each.

    Raises:
        ValueError: They are not uint8, not (n, size, size), there are none, or the weights are not
            as many finite numbers from 0 up.
    """
    array = np.asarray(pixels)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[1:] != (size, size):
        raise ValueError(
            f"{name} must be a uint8 array (n, {size}, {size}), got {array.dtype} {array.shape}"
        )
    if not len(array):
        raise ValueError(f"{name} must hold at least one image")
    if weights is not None:
        values = np.asarray(weights)
        if values.shape != (len(array),) or not np.all((values >= 0) & (values < np.inf)):
            raise ValueError(
                f"the weights of {name} must be {len(array)} finite numbers from 0 up, got "
                f"{values.shape}"
            )
