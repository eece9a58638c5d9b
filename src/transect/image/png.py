"""Grey images to PNG and back, and foreign images to grey."""

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from struct import unpack
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from transect.world.grey import unit_images

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXT = (b"tEXt", b"zTXt", b"iTXt")
_ORIENTED = (b"XML:com.adobe.xmp", b"Raw profile type exif")
"""Keywords of those texts of a PNG file that may say how it is turned."""
_BITS, _PHOTOMETRIC = 258, 262
"""Tags of TIFF: bits of a sample, and whether black or white is 0."""


def encode_png(image: NDArray[np.uint8]) -> bytes:
    """Return an image (height, width) as the bytes of an 8-bit grey PNG file."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG")
    return buffer.getvalue()


def decode(source: Path | bytes, *, light: bool = False) -> NDArray:
    """Return an image file of any common kind in grey, (height, width), as its kind stores it.

    One bit gives bool, 8 bits and colour uint8, 16 bits uint16, 32 bits int32 or float32, 12 bits
    float32 in [0, 1]; `transect.world.grey` says which value is white. Colour becomes its luma,
    0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded to 8 bits. The image is turned as its
    EXIF orientation says, and white is the greatest value, whatever the file stores as 0. What is
    transparent shows the background. Of a photograph with several images (MPO) the first counts.

    Args:
        source: Path of the file, or the bytes of one.
        light: Whether the background is white instead of black.

    Raises:
        ValueError: The file is no image or a damaged one, holds several frames, nothing but
            transparency tells its foreground from the background, or white is 0 in a kind that
            does not say what black is.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    try:
        if data.startswith(_SIGNATURE):
            data = _checked_png(data)
        # Pillow warns of large images and odd tags, which are no concern of who reads them.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                several = getattr(image, "n_frames", 1) > 1 and image.format != "MPO"
                tags = dict(getattr(image, "tag_v2", {}))
                upright = ImageOps.exif_transpose(image)
    except Exception as error:  # a damaged file leads Pillow to errors of many kinds
        reason = " ".join(str(error).split())
        raise ValueError(f"not an image that can be read, or a damaged one: {reason}") from error
    if several:
        raise ValueError("an image of one frame is needed, this one has several")
    if upright.mode.startswith(("I", "F")):
        return _deep(upright, tags, light)
    if upright.has_transparency_data:
        upright = _flatten(upright, light)
    if upright.mode == "1":
        return np.asarray(upright)
    return np.asarray((upright if upright.mode == "L" else upright.convert("RGB")).convert("L"))


def stack(pixels: Sequence[NDArray], names: Sequence[str]) -> NDArray:
    """Return images (height, width) as one array (n, height, width).

    Images of one type keep it. If there are several types, the rule of `transect.world.grey` is
    applied to the images of each type, and the result is float32 in [0, 1].

    Args:
        pixels: At least one, of any types that `decode` returns.
        names: What to call each of them in a message.

    Raises:
        ValueError: The images differ in size, or the values of one of several types are
            refused.
    """
    height, width = pixels[0].shape
    kinds: dict[np.dtype, list[int]] = {}
    for row, image in enumerate(pixels):
        if image.shape != (height, width):
            raise ValueError(
                f"{names[row]} has {image.shape[0]}×{image.shape[1]} pixels (height × width), "
                f"but {names[0]} has {height}×{width}; all need the same size"
            )
        kinds.setdefault(image.dtype, []).append(row)
    if len(kinds) == 1:
        return np.stack(pixels)
    images = np.empty((len(pixels), height, width), dtype=np.float32)
    for rows in kinds.values():
        images[rows] = unit_images(np.stack([pixels[row] for row in rows]))
    return images


def _checked_png(data: bytes) -> bytes:
    """Return a PNG file without its texts and colour profile, which may be of any size.

    Raises:
        ValueError: The file ends early, or a checksum is wrong.
    """
    kept, place, kind = [_SIGNATURE], len(_SIGNATURE), b""
    while kind != b"IEND":
        head = data[place : place + 8]
        end = place + 12 + (unpack(">I", head[:4])[0] if len(head) == 8 else 0)
        if len(head) < 8 or end > len(data):
            raise ValueError("the file ends early")
        kind = head[4:]
        if crc32(data[place + 4 : end - 4]) != unpack(">I", data[end - 4 : end])[0]:
            raise ValueError(f"wrong checksum of a part {kind.decode('latin-1')}")
        text = kind in _TEXT and data[place + 8 : place + 88].split(b"\0")[0] not in _ORIENTED
        if not text and kind != b"iCCP":
            kept.append(data[place:end])
        place = end
    return b"".join(kept)


def _deep(image: Image.Image, tags: dict[int, object], light: bool) -> NDArray:
    """Return an image of more than 8 bits as an array of native byte order.

    Raises:
        ValueError: White is 0, and its kind does not say what black is.
    """
    array = np.asarray(image)
    array = array.astype(array.dtype.newbyteorder("="))
    white_is_zero = tags.get(_PHOTOMETRIC) == 0
    if not image.mode.startswith("I;16"):
        if white_is_zero:
            raise ValueError(
                f"white is 0 in this image (MinIsWhite), and values of the kind {image.mode} "
                "leave open what black is; store it with black as 0"
            )
        return array
    if white_is_zero:
        array = 65535 - array
    if "transparency" in image.info:
        array[array == image.info["transparency"]] = 65535 if light else 0
    return array / np.float32(4095) if tags.get(_BITS) == (12,) else array


def _flatten(image: Image.Image, light: bool) -> Image.Image:
    """Return an image as it lies on the background, in RGB.

    Raises:
        ValueError: Nothing can be seen of it there.
    """
    layered = image.convert("RGBA")
    level = 255 if light else 0
    ground = Image.new("RGBA", image.size, (level, level, level, 255))
    flat = Image.alpha_composite(ground, layered).convert("RGB")
    low, high = layered.getchannel("A").getextrema()
    if low != high and flat.convert("L").getextrema() == (level, level):
        name, other = ("white", "black") if light else ("black", "white")
        raise ValueError(
            f"all of the image is transparent or {name}, the grey of the background; lay it on "
            f"{other} first" + ("" if light else ", or ask to invert the images")
        )
    return flat
