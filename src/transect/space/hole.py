"""What every hole answers, whatever its shape."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Hole(ABC):
    """A closed region of a factor space that is removed before training.

    A hole is described by its signed distance to the rim: negative inside, positive outside, zero
    on the rim, which belongs to the hole. (The original kept a point when its distance to the
    centre was *greater* than the radius.)
    """

    @abstractmethod
    def rim_distance(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return the signed distance of points (n, d), raw units, to the rim, (n,).

        The distance is in the unit of the hole: raw units, or units of the box.
        """

    def contains(self, points: ArrayLike) -> NDArray[np.bool_]:
        """Return for each of the points (n, d), raw units, whether it lies in the hole, (n,)."""
        return self.rim_distance(points) <= 0
