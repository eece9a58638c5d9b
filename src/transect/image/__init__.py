"""Pictures: canvas geometry, the stroke kernel, datasets and their files."""

from transect.image.canvas import OriginalCanvas, SquareCanvas
from transect.image.resize import resize
from transect.image.stroke import stroke

__all__ = ["OriginalCanvas", "SquareCanvas", "resize", "stroke"]
