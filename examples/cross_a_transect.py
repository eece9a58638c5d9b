"""Walk a line across a hole and see what lies there, with no model and no run.

The packages `space`, `world`, `image` and `measure` work alone. Here the images on a transect are
compared with the plainest guess that there is: the blend of the two images on the boundary.
"""

import numpy as np

from transect.image import SquareCanvas
from transect.measure.error.baselines import boundary_blend
from transect.measure.error.pixel import nmse
from transect.space import Disc, Transect, boundary_chord
from transect.world import Rose

world, canvas = Rose(), SquareCanvas(size=64)
hole = Disc(world.space, radius=0.3)
line = Transect("P1", world.space, start=[1.25, 0], end=[1.25, 2], count=15)


def draw(points):
    return canvas.draw(world, points).astype(np.float32) / 255


(entry, leave), *_ = line.crossings(hole)
print(f"{line.name} is in the hole from {entry:.3f} to {leave:.3f} of its length")

inside = line.points[line.in_hole(hole)]
guess = boundary_blend(draw, *boundary_chord(world.space, hole, inside))
for point, distance, error in zip(
    inside, hole.boundary_distance(inside), nmse(draw(inside), guess), strict=True
):
    place = ", ".join(
        f"{name} = {value:.3f}" for name, value in zip(world.space.names, point, strict=True)
    )
    print(f"{place}: {-distance:.3f} from the boundary, nMSE of the blend {error:.3f}")
