"""Worlds: the rule that turns a point of a factor space into a curve or an image."""

from transect.world.base import CurveWorld, PaintedWorld, World
from transect.world.blob import FourierBlob
from transect.world.bump import GaussianBump
from transect.world.dsprites import DSprites
from transect.world.ellipse import Ellipse
from transect.world.finite import FiniteWorld
from transect.world.grating import Grating
from transect.world.lissajous import Lissajous
from transect.world.mpi3d import MPI3D
from transect.world.rose import Rose
from transect.world.shapes3d import Shapes3D
from transect.world.superformula import Superformula

__all__ = [
    "MPI3D",
    "CurveWorld",
    "DSprites",
    "Ellipse",
    "FiniteWorld",
    "FourierBlob",
    "GaussianBump",
    "Grating",
    "Lissajous",
    "PaintedWorld",
    "Rose",
    "Shapes3D",
    "Superformula",
    "World",
]
