"""Antialiased strokes of polylines in 8-bit grey.

The stroke is the set of points within half a line width of the polyline, and a pixel shows which
share of its area the stroke covers. The polyline is thinned where the curve stays within
`vertices.TOLERANCE` pixels, its outline is walked with the foreground to the right, and each edge
adds to the pixels it crosses the signed area between itself and the bottom of the image;
integrating down the columns gives the coverage exactly (the cells of the rasterisers of FreeType
and AGG; R. Levien's font-rs keeps them in one dense buffer, as is done here). Where branches
overlap within a pixel their areas add up and are cut off at 1, as in AGG: two half-covered pixels
make a whole one, whatever lies on what. Edges at smooth joins share one corner along the mean of
the normals; sharp turns and ends get arcs.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import ArrayLike, NDArray

_CHUNK = 64


def stroke(
    vertices: ArrayLike,
    width: int,
    height: int,
    line_width: float,
    closed: bool = True,
    *,
    threads: int | None = None,
    out: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint8]:
    """Return the images of polylines drawn with a round pen, foreground 255 on background 0.

    Args:
        vertices: Polylines (n, m, 2) with m >= 1, in pixels: x to the right, y downwards, pixel
            (row, column) covers [column, column + 1] x [row, row + 1]. They may leave the image.
        width: Width of the images in pixels, at least 1.
        height: Height of the images in pixels, at least 1.
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
    images = np.empty(shape, dtype=np.uint8) if out is None else out
    if images.shape != shape or images.dtype != np.uint8:
        raise ValueError(
            f"out needs the shape {shape} and dtype uint8, got {images.shape}, {images.dtype}"
        )

    def draw(rows: slice) -> None:
        fill(array[rows], float(line_width), closed, images[rows])

    in_chunks(draw, len(array), _CHUNK, threads)
    return images


def in_chunks(
    task: Callable[[slice], None], count: int, chunk: int, threads: int | None = None
) -> None:
    """Call `task` for slices of at most `chunk` rows that together cover `range(count)`.

    Where the slices lie does not depend on the number of threads. Threads help where the task
    gives up the interpreter lock, as NumPy and the stroke kernel do.

    Args:
        task: Works on some rows; calls are independent of one another.
        count: Number of rows.
        chunk: Rows per call.
        threads: Number of threads, one per core that the process may use if None.

    Raises:
        ValueError: `threads` is below 1.
    """
    if threads is not None and threads < 1:
        raise ValueError(f"threads needs at least 1, or None for all cores, got {threads}")
    rows = [slice(start, min(start + chunk, count)) for start in range(0, count, chunk)]
    workers = min(threads or len(os.sched_getaffinity(0)), len(rows))
    if workers <= 1:
        for part in rows:
            task(part)
        return
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(task, part) for part in rows]
        for job in jobs:
            job.result()
