"""The known latent space: factors, holes, sampling, splits and transects."""

from transect.space.factor import Factor, FactorSpace
from transect.space.hole import Hole
from transect.space.points import PointSet

__all__ = ["Factor", "FactorSpace", "Hole", "PointSet"]
