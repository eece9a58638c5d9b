"""Arrays of any origin as grey images: the one rule by which every reader finds white.

| values of all images together                        | white is                           |
|------------------------------------------------------|------------------------------------|
| truth values                                         | True                               |
| whole numbers of any type, 0 and 1 alone             | 1                                  |
| floating point in [0, 1], up to rounding             | 1                                  |
| uint8                                                | 255                                |
| whole numbers of another type, maximum 128 to 255    | 255                                |
| whole numbers of another type, maximum 16384 to 65535| 65535                              |

Whole numbers stored as floating point count as whole numbers. All other values are refused: those
that are negative or not finite, and those whose maximum leaves open what white is, such as 16 (of
16 or of 255), 1000 (of 1023, 4095 or 65535) and 1.3. A signed type of 8 or 16 bits cannot hold
white at 255 or 65535, so its values are refused as well unless they are 0 and 1 alone, or lie
below 256 in 16 bits. The rule is applied to all images of a file or folder at once, never to one
image, so that a dark image stays dark.
"""

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-6
"""How far floating point may leave [0, 1], as it does where images were resized."""

_CHUNK = 1 << 24


def white_level(values: NDArray) -> int:
    """Return the value that is white in an array of grey values.

    Args:
        values: All images of one origin, of any shape and type.

    Returns:
        1, 255 or 65535, by the rule of this module.

    Raises:
        ValueError: The values are no real numbers, negative or not finite, or leave open what
            white is.
    """
    if values.dtype.kind not in "buif":
        raise ValueError(f"images need numbers, got values of the type {values.dtype}")
    if not values.size:
        return 255
    low, high = float(values.min()), float(values.max())
    floating = values.dtype.kind == "f"
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("images need finite values; they hold nan or infinite ones")
    if low < (-ROUNDING if floating else 0):
        raise ValueError(f"images need values from 0 upwards; their least is {low:g}")
    if high <= 1 + (ROUNDING if floating else 0):
        return 1
    if values.dtype == np.uint8:
        return 255
    if not floating or np.array_equal(values, np.rint(values)):
        signed = values.dtype.kind == "i"
        if 128 <= high <= 255 and not (signed and values.itemsize == 1):
            return 255
        if 16384 <= high <= 65535 and not (signed and values.itemsize == 2):
            return 65535
    raise ValueError(
        f"images of the type {values.dtype} with values up to {high:g} leave open which value is "
        "white; store them as floating point in [0, 1], or as uint8 from 0 to 255"
    )


def unit_images(values: NDArray) -> NDArray[np.float32]:
    """Return grey values of any type as float32 in [0, 1], of the same shape.

    Raises:
        ValueError: As `white_level` says.
    """
    images = np.divide(values, white_level(values), dtype=np.float32)
    return np.clip(images, 0, 1, out=images) if values.dtype.kind == "f" else images


def byte_images(values: NDArray) -> NDArray[np.uint8]:
    """Return grey values of any type as uint8 from 0 to 255, rounded, of the same shape.

    Values of uint8 that are white at 255 are returned as they are.

    Raises:
        ValueError: As `white_level` says.
    """
    white = white_level(values)
    if values.dtype == np.uint8:
        return values if white == 255 else values * np.uint8(255)
    images = np.empty(values.shape, dtype=np.uint8)
    step = max(1, _CHUNK // max(1, values[:1].size))
    for start in range(0, len(values), step):
        part = np.multiply(values[start : start + step], 255 / white, dtype=np.float64)
        images[start : start + step] = np.rint(np.clip(part, 0, 255))
    return images


def luma(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images (n, h, w), (n, h, w, 1) or (n, h, w, 3) in grey, (n, h, w).

    Grey is the luma Y = 0.299 R + 0.587 G + 0.114 B (Recommendation ITU-R BT.601, section 2.5.1)
    of the stored, gamma-corrected values, rounded to the nearest of the 256 levels.
    """
    if colours.ndim == 3:
        return colours
    if colours.shape[-1] == 1:
        return colours[..., 0]
    grey = colours @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.rint(grey).astype(np.uint8)
