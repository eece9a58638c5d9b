"""Coverage of the pixels by a stroke, compiled."""

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def fill(vertices, line_width, closed, out):
    """Write the strokes of vertices (n, m, 2) to out (n, height, width)."""
    count, length = vertices.shape[0], vertices.shape[1]
    height, width = out.shape[1], out.shape[2]
    reach = line_width / 2 + 0.75
    near = np.empty((height, width), dtype=np.float32)
    segments = length if closed else max(length - 1, 1)
    for image in range(count):
        near[:] = 1e30
        for i in range(segments):
            x0, y0 = vertices[image, i, 0], vertices[image, i, 1]
            j = (i + 1) % length
            x1, y1 = vertices[image, j, 0], vertices[image, j, 1]
            dx, dy = x1 - x0, y1 - y0
            norm = dx * dx + dy * dy
            low_y = int(min(max(math.floor(min(y0, y1) - reach), 0), height))
            high_y = int(max(min(math.ceil(max(y0, y1) + reach), height), 0))
            low_x = int(min(max(math.floor(min(x0, x1) - reach), 0), width))
            high_x = int(max(min(math.ceil(max(x0, x1) + reach), width), 0))
            for y in range(low_y, high_y):
                for x in range(low_x, high_x):
                    px, py = x + 0.5 - x0, y + 0.5 - y0
                    t = (px * dx + py * dy) / norm if norm > 0 else 0.0
                    t = min(max(t, 0.0), 1.0)
                    px -= t * dx
                    py -= t * dy
                    near[y, x] = min(near[y, x], px * px + py * py)
        for y in range(height):
            for x in range(width):
                distance = math.sqrt(near[y, x])
                high = min(distance + 0.5, line_width / 2)
                low = max(distance - 0.5, -line_width / 2)
                out[image, y, x] = int(max(high - low, 0.0) * 255 + 0.5)
