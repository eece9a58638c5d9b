"""The known latent space: factors, holes, sampling, splits and transects."""

from transect.space.boundary import boundary_chord, outline
from transect.space.column import (
    code_column,
    code_columns,
    factor_column,
    factor_name,
    find_factors,
)
from transect.space.factor import Factor, FactorSpace
from transect.space.hole import Complement, Difference, Hole, Intersection, Union
from transect.space.points import SPLITS, PointSet, split_points
from transect.space.points_file import read_points
from transect.space.sampling import grid, grid_within, inside, sobol, uniform
from transect.space.shapes import Ball, Band, Box, Disc, HalfSpace, Polygon
from transect.space.transect import Transect

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
    "Transect",
    "Union",
    "boundary_chord",
    "code_column",
    "code_columns",
    "factor_column",
    "factor_name",
    "find_factors",
    "grid",
    "grid_within",
    "inside",
    "outline",
    "read_points",
    "sobol",
    "split_points",
    "uniform",
]
