"""A world of your own in eight lines: Archimedean spirals over two factors.

The class is all it takes. Name it wherever a world is named: `own_world:Spiral` from this folder,
`examples.own_world:Spiral` from the one above. Running the file draws a few of its points.
"""

import numpy as np

from transect.image import SquareCanvas
from transect.space import Factor, FactorSpace
from transect.world import CurveWorld


class Spiral(CurveWorld):
    """Archimedean spirals of any number of turns and any radius."""

    space = FactorSpace([Factor("turns", 1, 4), Factor("radius", 0.3, 0.9)])
    closed = False

    def curves(self, points):
        turns, radius = self.space.check(points).T[:, :, None]
        growth = np.linspace(0, 1, 400)
        angle = 2 * np.pi * turns * growth
        return np.stack([radius * growth * np.cos(angle), radius * growth * np.sin(angle)], axis=-1)


if __name__ == "__main__":
    world = Spiral()
    points = np.array([[1, 0.3], [2.5, 0.6], [4, 0.9]])
    images = SquareCanvas(size=64).draw(world, points)
    print(f"{len(points)} points of {', '.join(world.space.names)}")
    print(f"curves    {world.curves(points).shape}  reach {np.abs(world.curves(points)).max():.2f}")
    print(f"images  {images.shape}  {images.dtype}, foreground {images.mean() / 255:.3f}")
