"""Pictures: canvas geometry, the stroke kernel, datasets and their files."""

from transect.image.canvas import SquareCanvas
from transect.image.stroke import stroke

__all__ = ["SquareCanvas", "stroke"]
