"""Images as sprites: many small ones in one image, with what the compression cost.

A sprite sheet is a lossless WebP of images that were rounded to so many levels of grey: L levels
err by at most 1/(2(L − 1)) anywhere. At equal size that is nearer to line drawings than a lossy
codec, whose largest errors sit on the strokes.
"""

import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LEVELS = (64, 32, 16, 8)
"""Levels of grey to choose from, the finest first."""

EFFORT = 1
"""How hard the codec looks for a smaller file, from 0 to 6."""

SAMPLED = 16
"""Every so many images are packed to foretell the size of all."""


@dataclass(frozen=True)
class Sheet:
    """A sprite sheet.

    Attributes:
        content: The WebP.
        count: Number of sprites.
        height: Of a sprite, in pixels.
        width: Of a sprite, in pixels.
        columns: Sprites in a row.
        levels: Levels of grey.
        worst: The largest error of a pixel, in [0, 1].
        mean: The mean error of a pixel, in [0, 1].
    """

    content: bytes
    count: int
    height: int
    width: int
    columns: int
    levels: int
    worst: float
    mean: float

    def to_json(self) -> dict[str, object]:
        """Return what the page needs to unpack it."""
        return {
            "image": b64encode(self.content).decode(),
            "count": self.count,
            "height": self.height,
            "width": self.width,
            "columns": self.columns,
        }


def choose_levels(stacks: Sequence[NDArray[np.floating]], most_bytes: int) -> int:
    """Return the most levels of grey with which some stacks of images take so many bytes.

    Args:
        stacks: Each (n, h, w), in [0, 1].
        most_bytes: Of all sheets together; where even the fewest levels take more, those.
    """
    for levels in LEVELS:
        foretold = sum(len(pack(stack[::SAMPLED], levels).content) for stack in stacks) * SAMPLED
        if foretold <= most_bytes:
            return levels
    return LEVELS[-1]


def pack(images: NDArray[np.floating], levels: int) -> Sheet:
    """Return images as a sprite sheet.

    Args:
        images: (n, h, w), in [0, 1], at least one.
        levels: Levels of grey, at least 2.
    """
    count, height, width = images.shape
    grey = np.rint(np.rint(images * (levels - 1)) * (255 / (levels - 1))).astype(np.uint8)
    columns = ceil(sqrt(count))
    rows = -(-count // columns)
    room = np.zeros((rows * columns, height, width), dtype=np.uint8)
    room[:count] = grey
    sheet = room.reshape(rows, columns, height, width).swapaxes(1, 2)
    image = Image.fromarray(sheet.reshape(rows * height, columns * width)).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, "webp", lossless=True, quality=50, method=EFFORT)
    error = np.abs(grey / np.float32(255) - images)
    return Sheet(
        buffer.getvalue(), count, height, width, columns, levels, error.max(), error.mean()
    )
