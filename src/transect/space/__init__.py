"""The known latent space: factors, holes, sampling, splits and transects."""

from transect.space.factor import Factor, FactorSpace
from transect.space.hole import Complement, Difference, Hole, Intersection, Union
from transect.space.points import SPLITS, PointSet
from transect.space.polygon import Polygon
from transect.space.sampling import grid, inside, sobol, uniform
from transect.space.shapes import Ball, Band, Box, Disc, HalfSpace
from transect.space.split import split_points

__all__ = [
    "SPLITS",
    "Ball",
    "Band",
    "Box",
    "Complement",
    "Difference",
    "Disc",
    "Factor",
    "FactorSpace",
    "HalfSpace",
    "Hole",
    "Intersection",
    "PointSet",
    "Polygon",
    "Union",
    "grid",
    "inside",
    "sobol",
    "split_points",
    "uniform",
]
