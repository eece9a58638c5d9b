"""Images: canvas geometry, the stroke kernel, datasets and their files."""

from transect.image.canvas import Canvas, OriginalCanvas, SquareCanvas
from transect.image.dataset import Dataset
from transect.image.folder import read_images
from transect.image.formats import read_dataset, write_dataset
from transect.image.image_file import ImageFile
from transect.image.resize import resize
from transect.image.stroke import stroke

__all__ = [
    "Canvas",
    "Dataset",
    "ImageFile",
    "OriginalCanvas",
    "SquareCanvas",
    "read_dataset",
    "read_images",
    "resize",
    "stroke",
    "write_dataset",
]
