"""Holes of your own: combined from primitives, or a class with one method.

A hole is its signed distance to the boundary, negative inside. Name the class wherever a hole is
named: `transect run --hole own_hole:BelowLine` from this folder.
"""

import numpy as np

from transect.space import Disc, Hole, split_points, uniform
from transect.world import Rose


class BelowLine(Hole):
    """All points below a line that rises from the lower corner of the first two factors."""

    def __init__(self, space, slope=0.2):
        self.space, self.slope = space, float(slope)

    def boundary_distance(self, points):
        first, second = (self.space.check(points) - self.space.low)[:, :2].T
        return (second - self.slope * first) / np.hypot(1, self.slope)


if __name__ == "__main__":
    space = Rose().space
    ring = Disc(space, radius=0.5) - Disc(space, radius=0.25)
    below = BelowLine(space)
    points = uniform(space, count=5000, seed=0)
    for name, hole in {"ring": ring, "below": below, "both": ring | below}.items():
        split = split_points(space, points, hole, validation=200, seed=0)
        print(f"{name:6}removes {len(split.where('removed'))} of {len(split)} points")
