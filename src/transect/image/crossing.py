"""Pixels in which a stroke meets itself, compiled.

The areas that are added up along edges count twice what two branches of a stroke share. A pixel
that edges of two branches enter is therefore a *spot*: what covers it is found anew, as the union
of the segments that reach it, each reduced to `SAMPLES` columns in each of `SAMPLES` rows.
"""

import math

import numpy as np

from transect.image.outline import (
    AX,
    AY,
    BX,
    BY,
    DISC0,
    DISC1,
    LENGTH,
    UX,
    UY,
    X0,
    X1,
    Y0,
    Y1,
    compiled,
)

GAP = 1.5
"""Two segments are of different branches where the stroke between them is longer, in pixels."""

SEEDS = 12
"""Branches of a spot that are remembered; where there are more, all segments are searched."""

BEND = 0.06
"""Twice the area in pixels that a segment may be wrong by where it stands for its neighbour."""

LEVEL = 1e-9
"""A line that rises less, in pixels, is level."""

ROWS, COLUMNS = 8, 31
"""Samples of a pixel; a row has to fit 32 bits, with one to spare."""

ALL = np.uint32(2**COLUMNS - 1)

HALF_DIAGONAL = 0.7072
"""Of a pixel, rounded up."""

_ONE = np.float32(1)
_HALF = np.float32(0.5)
_BIT = np.uint64(1)


@compiled
def note(row, column, first, second, slots, spots, found):
    """Note that two segments of different branches meet in a pixel; return the number of spots.

    A row of spots is (row, column, number of seeds, seeds).
    """
    slot = slots[row, column]
    if slot == 0:
        found += 1
        slot = found
        slots[row, column] = slot
        spots[slot, 0], spots[slot, 1], spots[slot, 2], spots[slot, 3] = row, column, 1, first
    seeds = spots[slot, 2]
    if seeds < SEEDS:
        spots[slot, 3 + seeds] = second
    spots[slot, 2] = seeds + 1
    return found


@compiled
def add_interval(low, high, inside, samples, k):
    """Add the columns in [low, high] of row k of the samples."""
    start = np.int32(min(max(low, np.float32(0)), _ONE) * np.float32(COLUMNS) + _HALF)
    stop = np.int32(min(max(high, np.float32(0)), _ONE) * np.float32(COLUMNS) + _HALF)
    # That a shift stays below 32 lets eight rows share a register.
    bits = np.uint32((_BIT << np.uint64(stop & 31)) - (_BIT << np.uint64(start & 31)))
    samples[k] |= bits if inside and stop > start else np.uint32(0)


@compiled
def bound(ax, ay, bx, by):
    """Return the bounds that a side of a quadrangle sets to its rows.

    They are a lowest x in the first row, its growth a row, and a highest x and its growth.
    """
    if abs(by - ay) < LEVEL:
        return np.float32(-1), np.float32(0), np.float32(2), np.float32(0)
    slope = (bx - ax) / (by - ay)
    start, growth = np.float32(ax + (0.5 / ROWS - ay) * slope), np.float32(slope / ROWS)
    if by > ay:
        return np.float32(-1), np.float32(0), start, growth
    return start, growth, np.float32(2), np.float32(0)


@compiled
def add_body(segments, k, row, column, samples):
    """Add what the body of a segment, a quadrangle, covers of a pixel."""
    x, y = segments[k, X0] - column, segments[k, Y0] - row
    far_x, far_y = segments[k, X1] - column, segments[k, Y1] - row
    ax, ay, bx, by = segments[k, AX], segments[k, AY], segments[k, BX], segments[k, BY]
    low0, grow0, high0, rise0 = bound(x + ax, y + ay, far_x + bx, far_y + by)
    low1, grow1, high1, rise1 = bound(far_x + bx, far_y + by, far_x - bx, far_y - by)
    low2, grow2, high2, rise2 = bound(far_x - bx, far_y - by, x - ax, y - ay)
    low3, grow3, high3, rise3 = bound(x - ax, y - ay, x + ax, y + ay)
    top = np.float32(min(y - abs(ay), far_y - abs(by)))
    bottom = np.float32(max(y + abs(ay), far_y + abs(by)))
    for i in range(ROWS):
        step = np.float32(i)
        level = (step + _HALF) * np.float32(1 / ROWS)
        low = max(
            max(low0 + step * grow0, low1 + step * grow1),
            max(low2 + step * grow2, low3 + step * grow3),
        )
        high = min(
            min(high0 + step * rise0, high1 + step * rise1),
            min(high2 + step * rise2, high3 + step * rise3),
        )
        add_interval(low, high, top <= level <= bottom, samples, i)


@compiled
def add_line(segments, k, row, column, samples):
    """Add what a segment without ends covers of a pixel."""
    x, y = segments[k, X0] - column, segments[k, Y0] - row
    far_x, far_y = segments[k, X1] - column, segments[k, Y1] - row
    ax, ay, bx, by = segments[k, AX], segments[k, AY], segments[k, BX], segments[k, BY]
    low0, grow0, high0, rise0 = bound(x + ax, y + ay, far_x + bx, far_y + by)
    low1, grow1, high1, rise1 = bound(far_x - bx, far_y - by, x - ax, y - ay)
    level = abs(far_y + by - y - ay) < LEVEL
    top, bottom = np.float32(-1), np.float32(2)
    if level:
        top, bottom = np.float32(min(y + ay, y - ay)), np.float32(max(y + ay, y - ay))
    for i in range(ROWS):
        step = np.float32(i)
        inside = top <= (step + _HALF) * np.float32(1 / ROWS) <= bottom
        low = max(low0 + step * grow0, low1 + step * grow1)
        high = min(high0 + step * rise0, high1 + step * rise1)
        add_interval(low, high, inside, samples, i)


@compiled
def add_disc(x, y, radius, row, column, samples):
    """Add what a disc covers of a pixel."""
    x -= column
    y -= row
    for i in range(ROWS):
        height = (i + 0.5) / ROWS - y
        rest = radius * radius - height * height
        half = math.sqrt(max(rest, 0.0))
        add_interval(np.float32(x - half), np.float32(x + half), rest > 0, samples, i)


@compiled
def add_segment(segments, k, radius, row, column, samples):
    """Add what a segment covers of a pixel; return whether it may reach it at all."""
    reached = False
    dx, dy = column + 0.5 - segments[k, X0], row + 0.5 - segments[k, Y0]
    length = segments[k, LENGTH]
    around = (radius + HALF_DIAGONAL) ** 2
    if length > 0:
        ux, uy = segments[k, UX], segments[k, UY]
        extent = 0.5 * (abs(ux) + abs(uy))
        across, along = abs(dx * uy - dy * ux), dx * ux + dy * uy
        start = extent + abs(segments[k, AX] * ux + segments[k, AY] * uy)
        stop = extent + abs(segments[k, BX] * ux + segments[k, BY] * uy) + length
        if across <= 1.05 * radius + extent and -start <= along <= stop:
            reached = True
            add_body(segments, k, row, column, samples)
        if segments[k, DISC1] > 0 and (dx - length * ux) ** 2 + (dy - length * uy) ** 2 < around:
            reached = True
            add_disc(segments[k, X1], segments[k, Y1], radius, row, column, samples)
    if segments[k, DISC0] > 0 and dx * dx + dy * dy < around:
        reached = True
        add_disc(segments[k, X0], segments[k, Y0], radius, row, column, samples)
    return reached


@compiled
def step(k, direction, size, cyclic):
    """Return the neighbour of a segment, or -1 where the stroke ends."""
    k += direction
    if 0 <= k < size:
        return k
    if cyclic:
        return 0 if k >= size else size - 1
    return -1


@compiled
def follow(segments, size, cyclic, k, direction, radius, row, column, seen, slot, samples):
    """Add segments from k on, in a direction, until they leave the pixel."""
    gap = 0.0
    while k >= 0 and seen[k] != slot and gap <= GAP:
        seen[k] = slot
        if add_segment(segments, k, radius, row, column, samples):
            gap = 0.0
        else:
            gap += segments[k, LENGTH]
        k = step(k, direction, size, cyclic)


@compiled
def goes_on(segments, k, next_k, beyond):
    """Return whether a segment may stand for its neighbour where a pixel reaches beyond its end."""
    if next_k < 0 or beyond > segments[next_k, LENGTH]:
        return False
    cross = segments[k, UX] * segments[next_k, UY] - segments[k, UY] * segments[next_k, UX]
    return beyond * beyond * abs(cross) < BEND


@compiled
def add_branch(segments, size, cyclic, k, radius, row, column, seen, slot, samples):
    """Add what the branch around segment k covers of a pixel; return whether it is straight.

    The segment beside the centre of the pixel stands for the whole branch where that is straight
    enough; otherwise the branch is followed both ways until it leaves the pixel.
    """
    ahead, turned = 1, 0
    extent = before = beyond = 0.0
    for _ in range(8):
        ux, uy = segments[k, UX], segments[k, UY]
        dx, dy = column + 0.5 - segments[k, X0], row + 0.5 - segments[k, Y0]
        along = dx * ux + dy * uy
        extent = 0.5 * (abs(ux) + abs(uy))
        before, beyond = extent - along, extent + along - segments[k, LENGTH]
        ahead = 1 if beyond > extent else (-1 if before > extent else 0)
        other = step(k, ahead, size, cyclic)
        if ahead == 0 or ahead == -turned or other < 0:
            break
        if segments[other if ahead > 0 else k, DISC0] > 0:
            break
        k, turned = other, ahead
    if seen[k] == slot:
        return True
    previous, following = step(k, -1, size, cyclic), step(k, 1, size, cyclic)
    bent = segments[k, DISC0] > 0 or following < 0 or segments[following, DISC0] > 0
    bent = bent or not goes_on(segments, k, previous, max(before, 0.0))
    if bent or not goes_on(segments, k, following, max(beyond, 0.0)):
        follow(segments, size, cyclic, k, 1, radius, row, column, seen, slot, samples)
        follow(segments, size, cyclic, previous, -1, radius, row, column, seen, slot, samples)
        return False
    seen[k] = slot
    add_line(segments, k, row, column, samples)
    return True


@compiled
def holds(segments, k, radius, row, column):
    """Return whether a segment covers a pixel whole, by the circle around the pixel."""
    dx, dy = column + 0.5 - segments[k, X0], row + 0.5 - segments[k, Y0]
    ux, uy = segments[k, UX], segments[k, UY]
    along = min(max(dx * ux + dy * uy, 0.0), segments[k, LENGTH])
    distance = (dx - along * ux) ** 2 + (dy - along * uy) ** 2
    return radius > HALF_DIAGONAL and distance <= (radius - HALF_DIAGONAL) ** 2


@compiled
def count(samples):
    """Return the number of samples that are set."""
    total = np.uint32(0)
    for i in range(ROWS):
        v = samples[i]
        v = np.uint32(v - ((v >> 1) & 0x55555555))
        v = np.uint32((v & 0x33333333) + ((v >> 2) & 0x33333333))
        v = np.uint32((v + (v >> 4)) & 0x0F0F0F0F)
        total += np.uint32(v * 0x01010101) >> 24
    return np.int64(total)


@compiled
def resolve(segments, size, cyclic, radius, sums, slots, spots, found, seen, samples, out):
    """Write the coverage of the spots to a picture and forget them."""
    height, width = out.shape
    full = ROWS * COLUMNS
    seen[:size] = 0
    for slot in range(1, found + 1):
        row, column, seeds = spots[slot, 0], spots[slot, 1], spots[slot, 2]
        slots[row, column] = 0
        if row >= height or column >= width:
            continue
        samples[:] = 0
        branches, straight = min(seeds, SEEDS), seeds <= SEEDS
        for seed in range(branches):
            k = spots[slot, 3 + seed]
            if seen[k] != slot:
                straight &= add_branch(
                    segments, size, cyclic, k, radius, row, column, seen, slot, samples
                )
        covered = count(samples)
        # A branch may hold the whole pixel and touch it with no edge. The sum of areas tells: it
        # exceeds what the others can have in common.
        surplus = sums[row, column] - covered / full
        if straight and surplus > (branches - 1) * covered / full + 0.05:
            covered = full
        elif covered < full and (surplus > 0.9 or seeds > SEEDS):
            for k in range(size):
                if holds(segments, k, radius, row, column):
                    samples[:] = ALL
                    break
                if seen[k] != slot:
                    add_segment(segments, k, radius, row, column, samples)
            covered = count(samples)
        out[row, column] = (covered * 255 + full // 2) // full
