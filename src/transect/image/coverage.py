"""Coverage of the pixels by strokes, compiled; `stroke` says what is computed and why."""

import math
import os
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from zlib import crc32

import numpy as np
from numba import njit

from transect.image.outline import COLUMNS, emit_dot, measure, outline
from transect.image.vertices import TOLERANCE, clip, compiled, distinct, thin


@compiled
def shade(areas, cell, stride, level, sign, x, y, next_x, next_y):
    """Add the area under a piece of an edge that lies in one pixel, and pass it on below."""
    width = sign * (next_x - x)
    below = width * (0.5 * (y + next_y) - level)
    areas[cell] += width - below
    areas[cell + stride] += below


@compiled
def accumulate(edges, count, sums):
    """Add the area under each edge to sums."""
    stride = sums.shape[1]
    areas = sums.reshape(-1)
    for i in range(count):
        xa, ya, xb, yb = edges[i, 0], edges[i, 1], edges[i, 2], edges[i, 3]
        sign = 1.0
        if xb < xa:
            xa, ya, xb, yb, sign = xb, yb, xa, ya, -1.0
        dx, dy = xb - xa, yb - ya
        column, row = int(xa), int(ya)
        across, down = int(xb) - column, abs(int(yb) - row)
        step = 1 if dy > 0 else -1
        pace_x = 1 / dx if across > 0 else math.inf
        pace_y = 1 / abs(dy) if down > 0 else math.inf
        # The shares of the edge at which it enters the next column and the next row.
        share_x = (column + 1 - xa) * pace_x if across > 0 else math.inf
        share_y = abs(row + 0.5 + 0.5 * step - ya) * pace_y if down > 0 else math.inf
        x, y, cell, level = xa, ya, row * stride + column, float(row)
        while across + down > 0:
            share = min(min(share_x, share_y), 1.0)
            next_x, next_y = xa + share * dx, ya + share * dy
            shade(areas, cell, stride, level, sign, x, y, next_x, next_y)
            x, y = next_x, next_y
            if share_x < share_y:
                cell += 1
                across -= 1
                share_x = share_x + pace_x if across > 0 else math.inf
            else:
                cell += step * stride
                level += step
                down -= 1
                share_y = share_y + pace_y if down > 0 else math.inf
        shade(areas, cell, stride, level, sign, x, y, xa + dx, ya + dy)


@compiled
def sweep(sums, left, right, top, bottom, out):
    """Integrate sums downwards and write their coverage to an image."""
    zero, one, most, half = np.float32(0), np.float32(1), np.float32(255), np.float32(0.5)
    out[:top] = 0
    out[bottom:] = 0
    for row in range(top, bottom):
        out[row, :left] = 0
        out[row, right:] = 0
        above, line = sums[max(row - 1, 0), left:right], sums[row, left:right]
        target = out[row, left:right]
        for column in range(right - left):
            total = line[column] + (above[column] if row > top else zero)
            line[column] = total
            target[column] = np.uint8(np.int32(min(max(total, zero), one) * most + half))


@compiled
def box(nodes, count, margin, width, height):
    """Return the columns and rows of an image that nodes reach: left, right, top, bottom."""
    left, right, top, bottom = np.inf, -np.inf, np.inf, -np.inf
    for i in range(count):
        left, right = min(left, nodes[i, 0]), max(right, nodes[i, 0])
        top, bottom = min(top, nodes[i, 1]), max(bottom, nodes[i, 1])
    left, right = min(max(left - margin, 0.0), width), min(max(right + margin, 0.0), width)
    top, bottom = min(max(top - margin, 0.0), height), min(max(bottom + margin, 0.0), height)
    return int(left), int(math.ceil(right)), int(top), int(math.ceil(bottom))


@compiled
def inside(polyline, left, right, top, bottom):
    """Return whether all vertices lie in a rectangle."""
    outside = False  # without a way out of the loop several vertices are compared at once
    for i in range(polyline.shape[0]):
        x, y = polyline[i, 0], polyline[i, 1]
        outside |= (x < left) | (x > right) | (y < top) | (y > bottom)
    return not outside


@compiled
def draw(vertices, line_width, closed, out):
    """Write the strokes of vertices (n, m, 2) to images (n, height, width)."""
    size = vertices.shape[1]
    height, width = out.shape[1], out.shape[2]
    radius = line_width / 2
    ring = max(8, int(math.ceil(math.pi / math.sqrt(2 * TOLERANCE / radius))))
    margin = 1.5 * radius + 2
    nodes, starts = np.empty((2 * size + 2, 2)), np.empty(size + 2, dtype=np.int64)
    segments = np.empty((2 * size + 1, COLUMNS))
    room = 3 * (2 * size + 1) * (5 + ring)
    edges = np.empty((room, 4))
    # One row more below takes what edges pass on; one column more takes edges on the right
    # boundary.
    sums = np.zeros((height + 2, width + 1), dtype=np.float32)
    bends, shifts = np.empty((4, 2 * size + 2)), np.empty((2 * size + 2, 2))
    for image in range(vertices.shape[0]):
        whole = inside(vertices[image], -margin, width + margin, -margin, height + margin)
        pieces, starts[0], starts[1] = 1, 0, size
        polyline = vertices[image]
        if not whole:
            pieces = clip(
                polyline, closed, -margin, width + margin, -margin, height + margin, nodes, starts
            )
            polyline = nodes
        kept = 0
        for piece in range(pieces):
            first, last = starts[piece], starts[piece + 1]
            starts[piece] = kept
            end = distinct(polyline, first, last, closed and whole, nodes, kept)
            kept = thin(nodes, kept, end, closed and whole, bends, shifts)
        starts[pieces] = kept
        cyclic = whole and closed and starts[1] > 1
        count, edge = 0, 0
        for piece in range(pieces):
            first, last = starts[piece], starts[piece + 1]
            begin, count = count, count + max(last - first - 1, 1)
            if last - first == 1:
                edge = emit_dot(
                    edges, edge, nodes[first, 0], nodes[first, 1], radius, ring, (width, height)
                )
            else:
                measure(nodes, first, last, segments, begin)
                edge = outline(
                    segments, begin, count, cyclic, radius, ring, edges, edge, (width, height)
                )
        accumulate(edges, edge, sums)
        left, right, top, bottom = box(nodes, kept, 1.5 * radius + 1, width, height)
        sweep(sums, left, right, top, bottom, out[image])
        sums[top : bottom + 1, left : right + 1] = 0


def _cached(stamp: int) -> Callable[..., None]:
    """Return `draw`, compiled once for all processes where a folder can keep what was compiled.

    Numba keeps it in `NUMBA_CACHE_DIR`, beside this file or in the user's cache, whichever can be
    written first. Where none can, as in an installation for reading alone without a home, or where
    reading or writing fails later, as on a full disk, each process compiles for itself.

    Numba compiles anew when this file changes, but not when one that it imports does; a closure
    over their checksum makes it.
    """

    def kernel(vertices, line_width, closed, out):
        _ = stamp
        draw(vertices, line_width, closed, out)

    alone = njit(nogil=True)(kernel)
    try:
        if "NUMBA_CACHE_DIR" not in os.environ:
            Path.home()  # without one, Numba would make a folder called "~" here
        kept = njit(cache=True, nogil=True)(kernel)
    except RuntimeError:
        return alone

    def fill(*arguments) -> None:
        nonlocal kept
        try:
            kept(*arguments)
        # The kernel itself reads and writes no file, and what is drawn twice is the same.
        except OSError:
            kept = alone
            kept(*arguments)

    return fill


def _checksum(*modules: str) -> int:
    """Return one number for the sources of modules beside this one."""
    sources = (Path(__file__).with_name(f"{name}.py").read_bytes() for name in modules)
    return reduce(lambda value, source: crc32(source, value), sources, 0)


fill = _cached(_checksum("outline", "vertices"))
