"""Many grey images of one size as one array."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transect.world.grey import unit_images


def stack(pixels: Sequence[NDArray], names: Sequence[str]) -> NDArray:
    """Return images (height, width) as one array (n, height, width).

    Images of one type keep it. If there are several types, the rule of `transect.world.grey` is
    applied to the images of each type, and the result is float32 in [0, 1].

    Args:
        pixels: At least one, of any types that `transect.image.png.decode` returns.
        names: What to call each of them in a message.

    Raises:
        ValueError: The images differ in size, or the values of one of several types are
            refused.
    """
    height, width = pixels[0].shape
    kinds: dict[np.dtype, list[int]] = {}
    for row, image in enumerate(pixels):
        if image.shape != (height, width):
            raise ValueError(
                f"{names[row]} has {image.shape[0]}×{image.shape[1]} pixels (height × width), "
                f"but {names[0]} has {height}×{width}; all need the same size"
            )
        kinds.setdefault(image.dtype, []).append(row)
    if len(kinds) == 1:
        return np.stack(pixels)
    images = np.empty((len(pixels), height, width), dtype=np.float32)
    for rows in kinds.values():
        images[rows] = unit_images(np.stack([pixels[row] for row in rows]))
    return images
