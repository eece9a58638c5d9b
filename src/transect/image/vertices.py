"""The vertices of a polyline that are drawn, compiled: distinct, clipped, as few as needed."""

import math

from numba import njit

TOLERANCE = 0.06
"""Largest distance in pixels between the given outline and the one that is filled."""

SAME = 1e-6
"""Vertices that are nearer to one another, in pixels, are one."""

compiled = njit(nogil=True, error_model="numpy")


@compiled
def distinct(source, first, last, closed, nodes, count):
    """Copy vertices [first, last) that differ from the one before to nodes; return their end.

    Writing never overtakes reading, so nodes may be source.
    """
    begin = count
    for i in range(first, last):
        x, y = source[i, 0], source[i, 1]
        if i == first or abs(x - nodes[count - 1, 0]) + abs(y - nodes[count - 1, 1]) > SAME:
            nodes[count, 0], nodes[count, 1] = x, y
            count += 1
    while closed and count - begin > 1:
        dx, dy = nodes[count - 1, 0] - nodes[begin, 0], nodes[count - 1, 1] - nodes[begin, 1]
        if abs(dx) + abs(dy) > SAME:
            nodes[count, 0], nodes[count, 1] = nodes[begin, 0], nodes[begin, 1]
            return count + 1
        count -= 1
    return count


@compiled
def thin(nodes, begin, end, closed, bends, shifts):
    """Leave out nodes of [begin, end) that a smooth curve does not need; return the new end.

    An arc of length s that turns by t departs from its chord by s t / 8, a corner by s t / 4 at
    most. A chord would always lie on the inner side of the curve; each is moved by the mean
    distance between the two, which is the area between them over the length of the chord. A closed
    curve ends where it starts.
    """
    size = end - begin
    if size < 3:
        return end
    shifts[begin + 1, 0], shifts[begin + 1, 1] = 0.0, 0.0
    x, y, steps, turns = bends[0], bends[1], bends[2], bends[3]
    for i in range(size):
        x[i], y[i] = nodes[begin + i, 0], nodes[begin + i, 1]
    for i in range(size - 1):
        dx, dy = x[i + 1] - x[i], y[i + 1] - y[i]
        steps[i] = math.sqrt(dx * dx + dy * dy)
    for i in range(size - 2):
        ux, uy, vx, vy = x[i + 1] - x[i], y[i + 1] - y[i], x[i + 2] - x[i + 1], y[i + 2] - y[i + 1]
        sine = abs(ux * vy - uy * vx) / (steps[i] * steps[i + 1])
        turns[i] = sine if ux * vx + uy * vy > 0 else math.pi
    count, start = begin + 1, 0
    path, turn, sharpest, area = steps[0], 0.0, 0.0, 0.0
    for i in range(1, size):
        if i < size - 1:
            turn += turns[i - 1]
            sharpest = max(sharpest, turns[i - 1])
            path += steps[i]
            if path * (turn + sharpest) <= 8 * TOLERANCE:
                area += (x[i] - x[start]) * (y[i + 1] - y[start])
                area -= (y[i] - y[start]) * (x[i + 1] - x[start])
                continue
        dx, dy = x[i] - x[start], y[i] - y[start]
        square = dx * dx + dy * dy
        if square <= SAME * SAME:
            if i < size - 1:
                continue
            nodes[count - 1, 0], nodes[count - 1, 1] = x[i], y[i]
            break
        share = -0.5 * area / square if 4 * square > path * path else 0.0
        shifts[count, 0], shifts[count, 1] = -share * dy, share * dx
        nodes[count, 0], nodes[count, 1] = x[i], y[i]
        count += 1
        start, turn, sharpest, area = i, 0.0, 0.0, 0.0
        path = steps[i] if i < size - 1 else 0.0
    for k in range(begin, count):
        before, after = k, k + 1
        if k == begin:
            before = count - 1 if closed else after
        elif k == count - 1:
            after = begin + 1 if closed else before
        nodes[k, 0] += 0.5 * (shifts[before, 0] + shifts[after, 0])
        nodes[k, 1] += 0.5 * (shifts[before, 1] + shifts[after, 1])
    return count


@compiled
def clip(polyline, closed, left, right, top, bottom, nodes, starts):
    """Write the pieces of a polyline that lie in a rectangle to nodes; return their number.

    Piece i is made of the nodes [starts[i], starts[i + 1]).
    """
    size = polyline.shape[0]
    count, pieces, end_x, end_y = 0, 0, math.inf, math.inf
    for i in range(size if closed else max(size - 1, 1)):
        x, y = polyline[i, 0], polyline[i, 1]
        dx, dy = polyline[(i + 1) % size, 0] - x, polyline[(i + 1) % size, 1] - y
        enter, leave = 0.0, 1.0
        for place, step, low, high in ((x, dx, left, right), (y, dy, top, bottom)):
            if step != 0:
                one, other = (low - place) / step, (high - place) / step
                enter, leave = max(enter, min(one, other)), min(leave, max(one, other))
            elif place < low or place > high:
                leave = -1.0
        if enter > leave:
            continue
        start_x = min(max(x + enter * dx, left), right)
        start_y = min(max(y + enter * dy, top), bottom)
        if start_x != end_x or start_y != end_y:
            starts[pieces] = count
            pieces += 1
            nodes[count, 0], nodes[count, 1] = start_x, start_y
            count += 1
        end_x = min(max(x + leave * dx, left), right)
        end_y = min(max(y + leave * dy, top), bottom)
        nodes[count, 0], nodes[count, 1] = end_x, end_y
        count += 1
    starts[pieces] = count
    return pieces
