"""Change of resolution.

Every method places pixel i of an axis of n pixels on the interval [i / n, (i + 1) / n] of the
image, so that source and target show the same field. With r = source length / target length,
pixel i of the target looks at

- `point`: the source pixel that holds its centre, floor((i + 1/2) r);
- `bilinear`: the two source pixels whose centres enclose its own, (i + 1/2) r - 1/2, weighted
  linearly; beyond the outermost centres the image is continued by its edge. Nothing is averaged,
  so that shrinking aliases (`align_corners=False`, `antialias=False` of
  `torch.nn.functional.interpolate`);
- `area`: every source pixel, weighted by its overlap with [i r, (i + 1) r] over r. The mean of the
  image is kept, at any ratio.
"""

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Method = Literal["bilinear", "area", "point"]


def resize(images: ArrayLike, height: int, width: int, method: Method = "bilinear") -> NDArray[Any]:
    """Return images (n, h, w) at another resolution, (n, height, width).

    Args:
        images: Of any range, (n, h, w). Floats keep their precision; uint8 stays uint8, rounded;
            other integers and booleans become float64.
        height: Height of the result in pixels, at least 1.
        width: Width of the result in pixels, at least 1.
        method: `bilinear`, `area` or `point`; the module says what they do.

    Raises:
        ValueError: The shape is not (n, h, w), a length is below 1 or the method is unknown.
    """
    array = np.asarray(images)
    if array.ndim != 3 or 0 in array.shape[1:]:
        raise ValueError(f"images need the shape (n, h, w) with h, w >= 1, got {array.shape}")
    if height < 1 or width < 1:
        raise ValueError(f"height and width need at least 1 pixel, got {height} and {width}")
    if method not in get_args(Method):
        raise ValueError(f"no method {method!r}; choose from {', '.join(get_args(Method))}")
    if method == "point":
        rows = _centers(array.shape[1], height).astype(np.intp)
        columns = _centers(array.shape[2], width).astype(np.intp)
        return array[:, rows[:, None], columns]
    kind = array.dtype if np.issubdtype(array.dtype, np.floating) else np.dtype(np.float64)
    if array.dtype == np.uint8:
        kind = np.dtype(np.float32)
    along = _bilinear if method == "bilinear" else _area
    result = along(along(array.astype(kind, copy=False), 1, height), 2, width)
    return np.rint(result).astype(np.uint8) if array.dtype == np.uint8 else result


def _centers(source: int, target: int) -> NDArray[np.float64]:
    """Return the centres of the target pixels in units of source pixels, (target,)."""
    return (np.arange(target, dtype=np.float64) + 0.5) * (source / target)


def _bilinear(images: NDArray[Any], axis: int, target: int) -> NDArray[Any]:
    """Return images interpolated along one axis."""
    source = images.shape[axis]
    position = np.clip(_centers(source, target) - 0.5, 0, source - 1)
    before = position.astype(np.intp)
    after = np.minimum(before + 1, source - 1)
    shape = (-1, 1) if axis == 1 else (-1,)
    weight = (position - before).astype(images.dtype).reshape(shape)
    first, second = images.take(before, axis), images.take(after, axis)
    return first + weight * (second - first)


def _area(images: NDArray[Any], axis: int, target: int) -> NDArray[Any]:
    """Return images averaged over boxes along one axis."""
    source = images.shape[axis]
    edges = np.arange(target + 1) * (source / target)
    low, high = edges[:-1, None], edges[1:, None]
    pixel = np.arange(source)
    overlap = np.minimum(high, pixel + 1) - np.maximum(low, pixel)
    weights = np.maximum(overlap, 0) * (target / source)
    weights = weights.astype(images.dtype)
    return weights @ images if axis == 1 else images @ weights.T
