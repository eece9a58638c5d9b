"""Many grey pictures of one size as one array."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transect.world.grey import unit_images


def stack(pictures: Sequence[NDArray], names: Sequence[str]) -> NDArray:
    """Return pictures (height, width) as one array (n, height, width).

    Pictures of one type keep it. If there are several types, the rule of `transect.world.grey` is
    applied to the pictures of each type, and the result is float32 in [0, 1].

    Args:
        pictures: At least one, of any types that `transect.image.png.decode` returns.
        names: What to call each of them in a message.

    Raises:
        ValueError: The pictures differ in size, or the values of one of several types are
            refused.
    """
    height, width = pictures[0].shape
    kinds: dict[np.dtype, list[int]] = {}
    for row, picture in enumerate(pictures):
        if picture.shape != (height, width):
            raise ValueError(
                f"{names[row]} has {picture.shape[0]}×{picture.shape[1]} pixels (height × width), "
                f"but {names[0]} has {height}×{width}; all need the same size"
            )
        kinds.setdefault(picture.dtype, []).append(row)
    if len(kinds) == 1:
        return np.stack(pictures)
    images = np.empty((len(pictures), height, width), dtype=np.float32)
    for rows in kinds.values():
        images[rows] = unit_images(np.stack([pictures[row] for row in rows]))
    return images
