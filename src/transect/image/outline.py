"""The outline of a polyline drawn with a round pen, compiled.

`Segments` of one image are rows of a float64 array, its columns named below; a segment carries
what is needed later to tell whether a point lies in it. Edges are rows (x0, y0, x1, y1) that run
round the foreground with the foreground to their right (y points down), each owned by a segment.
"""

import math

from transect.image.vertices import TOLERANCE, compiled

X0, Y0, X1, Y1 = 0, 1, 2, 3
"""Columns: where the segment starts and ends."""
UX, UY, LENGTH = 4, 5, 6
"""Columns: its direction and length."""
AX, AY, BX, BY = 7, 8, 9, 10
"""Columns: from its start and from its end to the corner on its left."""
HEAD, TAIL = 11, 12
"""Columns: position of its start and end along the stroke, in pixels."""
DISC, DISC1 = 13, 14
"""Columns: whether the round pen at its start, at its end, is part of it.

Where two segments do not join smoothly it is part of the second."""
COLUMNS = 15

SMOOTH, ROUND, BROKEN = 0, 1, 2


@compiled
def emit(edges, count, xa, ya, xb, yb, width, height):
    """Append the part of an edge that matters to the image; return the number of edges.

    What lies above the image casts its shadow on it, as if it lay on the upper boundary; what lies
    to a side or below does not.
    """
    if min(xa, xb) >= 0 and max(xa, xb) <= width and min(ya, yb) >= 0 and max(ya, yb) <= height:
        edges[count, 0], edges[count, 1], edges[count, 2], edges[count, 3] = xa, ya, xb, yb
        return count + 1
    dx, dy = xb - xa, yb - ya
    enter, leave = 0.0, 1.0
    if dx != 0:
        one, other = -xa / dx, (width - xa) / dx
        enter, leave = max(enter, min(one, other)), min(leave, max(one, other))
    elif xa < 0 or xa > width:
        return count
    first, second = leave, leave
    if dy != 0:
        one, other = -ya / dy, (height - ya) / dy
        first = min(max(min(one, other), enter), leave)
        second = min(max(max(one, other), enter), leave)
    for after in (first, second, leave):
        if after > enter:
            edges[count, 0] = min(max(xa + enter * dx, 0.0), width)
            edges[count, 1] = min(max(ya + enter * dy, 0.0), height)
            edges[count, 2] = min(max(xa + after * dx, 0.0), width)
            edges[count, 3] = min(max(ya + after * dy, 0.0), height)
            count += 1
            enter = after
    return count


@compiled
def emit_arc(edges, count, x, y, ax, ay, turn, ring, width, height):
    """Append the arc that starts at (x + ax, y + ay) and turns clockwise about (x, y)."""
    steps = int(turn * ring / (2 * math.pi)) + 1
    cosine, sine = math.cos(turn / steps), math.sin(turn / steps)
    for _ in range(steps):
        bx, by = ax * cosine - ay * sine, ax * sine + ay * cosine
        count = emit(edges, count, x + ax, y + ay, x + bx, y + by, width, height)
        ax, ay = bx, by
    return count


@compiled
def join(segments, before, after, radius):
    """Return how two segments join: kind, corner on the left (dx, dy) from the node, turn."""
    ux, uy = segments[before, UX], segments[before, UY]
    vx, vy = segments[after, UX], segments[after, UY]
    dot, cross = ux * vx + uy * vy, ux * vy - uy * vx
    room = min(segments[before, LENGTH], segments[after, LENGTH])
    if dot < -0.5 or 2 * radius * abs(cross) > room * (1 + dot):
        return BROKEN, 0.0, 0.0, math.atan2(cross, dot)
    scale = 1 / (1 + dot)
    turn = 2 * cross * scale
    kind = SMOOTH
    if radius * turn * turn > 8 * TOLERANCE:
        kind, turn = ROUND, math.atan2(cross, dot)
    return kind, scale * radius * (uy + vy), -scale * radius * (ux + vx), turn


@compiled
def corners(kind, mx, my, turn, nx, ny):
    """Return where the sides of a segment end near a node: left (dx, dy), right (dx, dy).

    Two segments share a corner on the inner side of a turn, and where it is smooth on both.
    """
    left_x, left_y, right_x, right_y = nx, ny, -nx, -ny
    if kind == SMOOTH or (kind == ROUND and turn < 0):
        left_x, left_y = mx, my
    if kind == SMOOTH or (kind == ROUND and turn > 0):
        right_x, right_y = -mx, -my
    return left_x, left_y, right_x, right_y


@compiled
def emit_join(edges, count, segments, before, after, kind, turn, ring, size):
    """Append what closes the outline between two segments that do not join smoothly.

    That is an arc on the outer side of the turn; on the inner side, where a broken join makes the
    segments overlap, each is closed by a line to the node.
    """
    width, height = size
    x, y = segments[after, X0], segments[after, Y0]
    ax, ay = segments[before, BX], segments[before, BY]
    bx, by = segments[after, AX], segments[after, AY]
    if turn > 0:
        count = emit_arc(edges, count, x, y, ax, ay, turn, ring, width, height)
    else:
        count = emit_arc(edges, count, x, y, -bx, -by, -turn, ring, width, height)
    if kind == BROKEN and turn > 0:
        count = emit(edges, count, x, y, x - ax, y - ay, width, height)
        count = emit(edges, count, x - bx, y - by, x, y, width, height)
    elif kind == BROKEN:
        count = emit(edges, count, x + ax, y + ay, x, y, width, height)
        count = emit(edges, count, x, y, x + bx, y + by, width, height)
    return count


@compiled
def measure(nodes, first, last, segments, begin):
    """Write place, direction and length of the segments between the nodes [first, last)."""
    for node in range(first, last - 1):
        k = begin + node - first
        dx, dy = nodes[node + 1, 0] - nodes[node, 0], nodes[node + 1, 1] - nodes[node, 1]
        length = math.sqrt(dx * dx + dy * dy)
        segments[k, X0], segments[k, Y0] = nodes[node, 0], nodes[node, 1]
        segments[k, X1], segments[k, Y1] = nodes[node + 1, 0], nodes[node + 1, 1]
        share = 1 / length
        segments[k, UX], segments[k, UY], segments[k, LENGTH] = dx * share, dy * share, length


@compiled
def outline(segments, begin, end, cyclic, radius, ring, edges, count, size):
    """Finish the segments [begin, end) of one piece and append its edges.

    A cyclic piece ends where it starts. Returns the number of edges.
    """
    width, height = size
    ends = (BROKEN, 0.0, 0.0, math.pi)
    if cyclic:
        ends = join(segments, end - 1, begin, radius)
    kind, mx, my, turn = ends
    for k in range(begin, end):
        x, y, far_x, far_y = segments[k, X0], segments[k, Y0], segments[k, X1], segments[k, Y1]
        nx, ny = radius * segments[k, UY], -radius * segments[k, UX]
        ax, ay, bx, by = corners(kind, mx, my, turn, nx, ny)
        segments[k, AX], segments[k, AY] = (mx, my) if kind == SMOOTH else (nx, ny)
        segments[k, DISC] = kind != SMOOTH
        kind, mx, my, turn = join(segments, k, k + 1, radius) if k + 1 < end else ends
        cx, cy, dx, dy = corners(kind, mx, my, turn, nx, ny)
        segments[k, BX], segments[k, BY] = (mx, my) if kind == SMOOTH else (nx, ny)
        count = emit(edges, count, x + ax, y + ay, far_x + cx, far_y + cy, width, height)
        count = emit(edges, count, far_x + dx, far_y + dy, x + bx, y + by, width, height)
    for k in range(begin, end):
        after = k + 1 if k + 1 < end else begin
        if segments[after, DISC] > 0 and (after > k or cyclic):
            kind, mx, my, turn = join(segments, k, after, radius)
            count = emit_join(edges, count, segments, k, after, kind, turn, ring, size)
    if not cyclic:
        count = emit_cap(edges, count, segments, begin, end, ring, size)
    return count


@compiled
def emit_cap(edges, count, segments, begin, end, ring, size):
    """Append the half discs at both ends of an open piece."""
    width, height = size
    last = end - 1
    x, y, ax, ay = (
        segments[begin, X0],
        segments[begin, Y0],
        segments[begin, AX],
        segments[begin, AY],
    )
    count = emit_arc(edges, count, x, y, -ax, -ay, math.pi, ring, width, height)
    x, y, ax, ay = segments[last, X1], segments[last, Y1], segments[last, BX], segments[last, BY]
    return emit_arc(edges, count, x, y, ax, ay, math.pi, ring, width, height)


@compiled
def emit_dot(edges, count, x, y, radius, ring, size):
    """Append a disc, a piece of a single node."""
    width, height = size
    return emit_arc(edges, count, x, y, radius, 0.0, 2 * math.pi, ring, width, height)
