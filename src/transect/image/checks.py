"""Checks of images: shape, numbers, range, and whether the background is bright."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

TOLERANCE = 1e-5
"""Values this far outside [0, 1] pass as rounding and are clipped; beyond it they are refused."""


BRIGHT_SHARE = 0.75
"""Share of the pixels along the edges that are bright if the background is.

In a pattern without a background one half of them is."""

BRIGHT = 0.6
"""What a bright pixel exceeds. Mid-grey, the output of a model that has learnt nothing, is dark."""


def check_stack(
    images: ArrayLike, name: str = "images", size: tuple[int, int] | None = None
) -> NDArray:
    """Return `images` as an array (n, h, w) of real numbers, or say what is wrong with them.

    Values are left to `check_range`, since a large stack is read part by part.

    Args:
        images: The images.
        name: What they are called in a message.
        size: Height and width that they need; any if left out.

    Raises:
        ValueError: They are no array of real numbers with the shape (n, h, w), or of another size.

    Example:
        >>> check_stack([[[0, 1]]]).shape
        (1, 1, 2)
    """
    try:
        array = np.asarray(images)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} need to be an array (n, h, w): {error}") from error
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name} need real numbers, got an array of {array.dtype}")
    wanted = "(n, h, w) with h, w >= 1" if size is None else f"(n, {size[0]}, {size[1]})"
    if array.ndim != 3 or 0 in array.shape[1:] or (size and array.shape[1:] != size):
        raise ValueError(f"{name} need the shape {wanted}, got {array.shape}{_advice(array)}")
    return array


def check_range(block: NDArray, name: str = "images", first: int = 0) -> NDArray:
    """Return images of which every value is in [0, 1], those off by rounding clipped.

    Args:
        block: (n, h, w), from `check_stack`.
        name: What they are called in a message.
        first: Row of the first of them in their stack.

    Raises:
        ValueError: A value is NaN or outside [0, 1].

    Example:
        >>> check_range(np.array([[[0.0, 1.0 + 1e-7]]]))
        array([[[0., 1.]]])
    """
    if not block.size:
        return block
    if block.dtype == np.bool_:
        return block.astype(np.uint8)
    low, high = block.min(axis=(1, 2)), block.max(axis=(1, 2))
    valid = (low >= -TOLERANCE) & (high <= 1 + TOLERANCE)  # False where a NaN makes both ends NaN
    if valid.all():
        return np.clip(block, 0, 1)
    row = int(np.flatnonzero(~valid)[0])
    found = "NaN" if np.isnan(low[row]) else f"values from {low[row]:g} to {high[row]:g}"
    advice = ""
    if low[row] >= 0 and 1.5 < high[row] <= 255:
        advice = "; divide images of 0 to 255 by 255"
    elif -1 - TOLERANCE <= low[row] < -0.5 and high[row] <= 1 + TOLERANCE:
        advice = "; of images in [-1, 1] give (images + 1) / 2"
    raise ValueError(f"{name} need values in [0, 1], got {found} in row {first + row}{advice}")


def check_images(
    images: ArrayLike, name: str = "images", size: tuple[int, int] | None = None
) -> NDArray[np.float32]:
    """Return `images` as a float32 array (n, h, w) in [0, 1], or say what is wrong with them.

    Args:
        images: (n, h, w), of any real type.
        name: What they are called in a message.
        size: Height and width that they need; any if left out.

    Raises:
        ValueError: They have another shape, or a value is NaN or outside [0, 1].

    Example:
        >>> check_images(np.zeros((2, 8, 8), dtype=np.uint8)).dtype
        dtype('float32')
    """
    array = check_range(check_stack(images, name, size), name)
    return array.astype(np.float32, copy=False)


def is_bright(images: NDArray[np.float32]) -> bool:
    """Return whether at least 75 % of the pixels along the edges of all images exceed 0.6.

    Measures take 1 as the foreground: with a bright background they compare backgrounds.

    Args:
        images: (n, h, w) in [0, 1].
    """
    edges = [images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1]]
    bright = sum(np.count_nonzero(edge > BRIGHT) for edge in edges)
    return bool(bright >= BRIGHT_SHARE * sum(edge.size for edge in edges))


def _advice(array: NDArray) -> str:
    if array.ndim == 2:
        return "; of a single image give image[None]"
    if array.ndim == 4 and array.shape[1] == 1:
        return "; give images[:, 0] to leave out the axis of channels"
    if array.ndim == 4 and array.shape[3] == 1:
        return "; give images[..., 0] to leave out the axis of channels"
    return ""
