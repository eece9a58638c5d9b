"""Grey pictures to PNG and back, and foreign pictures to grey."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """Return a picture (height, width) as the bytes of an 8-bit grey PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    return buffer.getvalue()


def decode_grey(source: Path | bytes) -> NDArray[np.float32]:
    """Return a picture file of any common kind as grey values in [0, 1], (height, width).

    Grey of 8 bits is divided by 255, of 16 bits by 65535; floating point is taken as it is.
    Colour becomes its luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded to 8 bits. What
    is transparent lies on black, the background.

    Args:
        source: Path of the file, or the bytes of one.

    Raises:
        ValueError: The file is no picture or a damaged one, holds several frames, or values
            outside the range of its kind.
    """
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as picture:
            if getattr(picture, "n_frames", 1) > 1:
                raise ValueError("a picture of one frame is needed, this one has several")
            return _grey(picture)
    except (OSError, SyntaxError) as error:  # what Pillow raises for damaged files
        raise ValueError("not a picture that can be read, or a damaged one") from error


def decode_picture(source: Path | bytes) -> NDArray[np.uint8]:
    """Return a picture file as 8-bit grey, (height, width); for the rules see `decode_grey`."""
    return np.rint(decode_grey(source) * 255).astype(np.uint8)


def _grey(picture: Image.Image) -> NDArray[np.float32]:
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture).astype(np.float32)
        values /= 65535 if picture.mode.startswith("I") else 1
        if not (values.min() >= 0 and values.max() <= 1):
            raise ValueError(
                f"grey values need to lie within the range of their kind ({picture.mode}), "
                f"here they reach from {values.min():g} to {values.max():g} of it"
            )
        return values
    if picture.has_transparency_data:
        black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        picture = Image.alpha_composite(black, picture.convert("RGBA"))
    if picture.mode not in {"L", "1"}:
        picture = picture.convert("RGB")
    return np.divide(np.asarray(picture.convert("L")), 255, dtype=np.float32)
