"""Antialiased strokes of polylines in 8-bit grey."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import ArrayLike, NDArray


def stroke(
    vertices: ArrayLike,
    width: int,
    height: int,
    line_width: float,
    closed: bool = True,
    threads: int | None = None,
    out: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """Return the pictures of polylines drawn with a round pen, ink 255 on background 0.

    Args:
        vertices: Polylines (n, m, 2) with m >= 1, in pixels: x to the right, y downwards, pixel
            (row, column) covers [column, column + 1] x [row, row + 1]. They may leave the picture.
        width: Width of the pictures in pixels, at least 1.
        height: Height of the pictures in pixels, at least 1.
        line_width: Width of the line in pixels, greater than 0.
        closed: Whether the last vertex is joined to the first.
        threads: Number of threads, all cores if None. The result does not depend on it.
        out: Array (n, height, width) to write to, a new one if None.

    Returns:
        Coverage of each pixel times 255, rounded, (n, height, width).

    Raises:
        ValueError: A shape or a value is not as described, or a vertex is not finite.
    """
    from transect.image.coverage import fill  # noqa: PLC0415 (numba is slow to import)

    array = np.ascontiguousarray(vertices, dtype=np.float64)
    if array.ndim != 3 or array.shape[1] < 1 or array.shape[2] != 2:
        raise ValueError(f"vertices need the shape (n, m, 2) with m >= 1, got {array.shape}")
    if not np.all(np.isfinite(array)):
        row = int(np.flatnonzero(~np.isfinite(array).all(axis=(1, 2)))[0])
        raise ValueError(f"vertices need finite values, curve {row} has others")
    if width < 1 or height < 1:
        raise ValueError(f"width and height need at least 1 pixel, got {width} and {height}")
    if not (np.isfinite(line_width) and line_width > 0):
        raise ValueError(f"line_width needs a number of pixels above 0, got {line_width}")
    shape = (len(array), height, width)
    pictures = np.empty(shape, dtype=np.uint8) if out is None else out
    if pictures.shape != shape or pictures.dtype != np.uint8:
        raise ValueError(
            f"out needs the shape {shape} and dtype uint8, got {pictures.shape}, {pictures.dtype}"
        )
    workers = max(1, min(threads or os.cpu_count() or 1, len(array)))
    bounds = np.linspace(0, len(array), workers + 1).astype(int)
    with ThreadPoolExecutor(workers) as pool:
        jobs = [
            pool.submit(fill, array[a:b], float(line_width), closed, pictures[a:b])
            for a, b in zip(bounds[:-1], bounds[1:], strict=True)
        ]
        for job in jobs:
            job.result()
    return pictures
