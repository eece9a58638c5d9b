"""Images of every common kind become grey by a stated rule."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, PngImagePlugin, TiffImagePlugin

from transect.image.png import decode, encode_png, stack
from transect.world.grey import unit_images


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def grey(data: bytes, **options):
    return unit_images(decode(data, **options))


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))))
@settings(deadline=None, max_examples=50)
def test_every_grey_survives_png(image):
    np.testing.assert_array_equal(decode(encode_png(image)), image)


def tiff(levels: np.ndarray, photometric: int, order: str = "<", format: int = 1) -> bytes:
    """Return an uncompressed TIFF file written by hand, in either byte order."""
    height, width = levels.shape
    pixels = levels.astype(levels.dtype.newbyteorder(order)).tobytes()
    bits = levels.dtype.itemsize * 8
    offset = 8 + 2 + 12 * 10 + 4
    tags = [
        *((256, width), (257, height), (258, bits), (259, 1), (262, photometric)),
        *((273, offset), (277, 1), (278, height), (279, len(pixels)), (339, format)),
    ]
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, len(tags))
    entries = b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags)
    return head + entries + struct.pack(order + "I", 0) + pixels


def paletted():
    image = Image.new("P", (3, 1))
    image.putpalette([255, 255, 255, 255, 255, 255, 51, 51, 51])
    image.putdata([0, 1, 2])
    return encoded(image, transparency=bytes([0, 255, 255]))


def frames(first, second, kind):
    return encoded(first, kind, save_all=True, append_images=[second])


def fading(mode, level):
    """Three pixels of one grey: opaque, transparent but for 20 %, and transparent."""
    pixels = np.full((1, 3, 4), level, np.uint8)
    pixels[..., 3] = [255, 51, 0]
    return encoded(Image.fromarray(pixels).convert(mode))


LEVELS = np.array([[0, 257, 13107, 65535]], dtype=np.uint16)
SHORT = np.array([[1000, 65535, 20000]], dtype=np.uint16)
HOLED = encoded(Image.fromarray(SHORT), transparency=1000)
FLOATS = np.array([[0, 0.25, 1]], dtype=np.float32)
COLOURS = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]], dtype=np.uint8)
LUMA = np.rint(COLOURS @ [0.299, 0.587, 0.114]) / 255
CMYK = Image.new("CMYK", (16, 16), (0, 0, 0, 102))  # 40 % black
PHOTOS = [Image.new("RGB", (16, 8), (level, level, level)) for level in (51, 0)]
FIFTHS = {kind: np.array([[0, np.iinfo(kind).max // 5, np.iinfo(kind).max]], kind) for kind in "BH"}
KINDS = ["PNG", "BMP", "TIFF", "JPEG", "WEBP", "GIF", "MPO"]
GREY = [
    *((encoded(Image.new("L", (3, 2), 51), kind, lossless=True), 0.2) for kind in KINDS),
    *((encoded(Image.fromarray(LEVELS), kind), LEVELS / 65535) for kind in ("PNG", "TIFF")),
    *((encoded(Image.fromarray(LEVELS > 999), kind), [[0, 0, 1, 1]]) for kind in KINDS[:3]),
    *((tiff(FIFTHS[kind], 1, order), [[0, 0.2, 1]]) for kind in "BH" for order in "<>"),
    # Pillow does not read 16 bits from the highest byte on where white is 0.
    *((tiff(FIFTHS[kind], 0, order), [[1, 0.8, 0]]) for kind, order in ("B<", "B>", "H<")),
    *((tiff(FIFTHS["B"].astype("i4"), 1, order, 2), [[0, 0.2, 1]]) for order in "<>"),
    (encoded(Image.fromarray(FLOATS), "TIFF"), FLOATS),
    (tiff(FLOATS, 1, format=3), FLOATS),
    *((encoded(Image.fromarray(COLOURS).convert(mode)), LUMA) for mode in ("RGB", "RGBA")),
    (encoded(Image.fromarray(COLOURS).convert("P", palette=Image.Palette.ADAPTIVE)), LUMA),
    (encoded(CMYK, "JPEG", quality=100), 0.6),
    (encoded(CMYK, "TIFF"), 0.6),
    (frames(*PHOTOS, "MPO"), 0.2),  # the first of several photographs counts
    (HOLED, [[0, 1, 20000 / 65535]]),
    *((fading(mode, 255), [[1, 0.2, 0]]) for mode in ("RGBA", "LA")),
    (paletted(), [[0, 1, 0.2]]),
]
LIGHT = [
    (HOLED, [[1, 1, 20000 / 65535]]),
    *((fading(mode, 0), [[0, 0.8, 1]]) for mode in ("RGBA", "LA")),
]


@pytest.mark.parametrize(
    ("data", "expected", "light"),
    [*((*case, False) for case in GREY), *((*case, True) for case in LIGHT)],
    ids=lambda value: "image" if isinstance(value, bytes) else None,
)
def test_every_kind_of_image_becomes_the_grey_that_it_shows(data, expected, light):
    found = grey(data, light=light)
    assert found.dtype == np.float32
    # JPEG loses a little.
    atol = 0.006 if data.startswith(b"\xff\xd8") else 1e-6
    np.testing.assert_allclose(found, np.broadcast_to(expected, found.shape), atol=atol)


def absurd():
    def chunk(content):
        return (
            struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
        )

    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(header) + chunk(b"IEND")


LEVEL = [Image.new("L", (2, 2), level) for level in (1, 200)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (tiff(FIFTHS["H"], 0, ">"), "not an image that can be read"),
        (tiff(FLOATS, 0, format=3), r"white is 0 in this image \(MinIsWhite\)"),
        (absurd(), "not an image that can be read, or a damaged one: "),
        *((frames(*LEVEL, kind), "one frame is needed") for kind in ("TIFF", "GIF", "WEBP", "PNG")),
    ],
)
def test_what_shows_no_grey_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        decode(data)


def test_black_lines_on_nothing_are_refused_instead_of_lost():
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    image.putpixel((1, 2), (0, 0, 0, 255))
    with pytest.raises(ValueError, match=r"transparent or black.*lay it on white first"):
        decode(encoded(image))
    assert np.argwhere(decode(encoded(image), light=True) == 0).tolist() == [[2, 1]]
    blank = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert not decode(encoded(blank)).any()


# What the pixels of a file mean by the number of its orientation, after the standard (EXIF 2.3,
# 4.6.4): where the row 0 and the column 0 of the stored pixels lie in the image.
UPRIGHT = [("top", "left"), ("top", "right"), ("bottom", "right"), ("bottom", "left")]
ORIENTATIONS = dict(enumerate([*UPRIGHT, *((column, row) for row, column in UPRIGHT)], 1))
SCENE = np.kron(np.array([[250, 20, 90], [160, 50, 220]], dtype=np.uint8), np.ones((8, 8), "u1"))


def stored_pixels(orientation: int) -> np.ndarray:
    row, column = ORIENTATIONS[orientation]
    pixels = SCENE
    if "bottom" in {row, column}:
        pixels = pixels[::-1]
    if "right" in {row, column}:
        pixels = pixels[:, ::-1]
    return pixels.T if row in {"left", "right"} else pixels


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "MPO"])
def test_images_are_turned_as_their_orientation_says(kind, orientation):
    image = Image.fromarray(stored_pixels(orientation))
    exif = Image.Exif()
    exif[0x0112] = orientation
    if kind == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[0x0112] = orientation
        data = encoded(image, kind, tiffinfo=tags)
    else:
        options = {"exif": exif} if kind == "PNG" else {"exif": exif, "quality": 100}
        data = encoded(image, kind, **options)
    np.testing.assert_allclose(decode(data).astype(int), SCENE.astype(int), atol=12)


def test_texts_and_profiles_of_any_size_do_not_hinder():
    about = PngImagePlugin.PngInfo()
    about.add_text("prompt", "a rose " * 400_000, zip=True)
    about.add_itxt("workflow", "a rose " * 400_000, zip=True)
    image = Image.new("L", (3, 2), 51)
    data = encoded(image, pnginfo=about, icc_profile=bytes(3_000_000))
    with pytest.raises(ValueError, match="too large"), Image.open(io.BytesIO(data)) as refused:
        refused.load()
    np.testing.assert_array_equal(decode(data), np.full((2, 3), 51))


def test_every_changed_bit_of_a_png_file_is_noticed():
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (8, 8), dtype=np.uint8)
    whole = encode_png(image)
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << rng.integers(8)
        with pytest.raises(ValueError, match="not an image that can be read"):
            decode(bytes(changed))
        with pytest.raises(ValueError, match="not an image that can be read"):
            decode(whole[:place])


def test_images_of_several_types_meet_between_0_and_1():
    images = [
        np.full((1, 1), 51, np.uint8),
        np.full((1, 1), True),
        np.full((1, 1), 13107, np.uint16),
        np.full((1, 1), 65535, np.uint16),
        np.full((1, 1), 0.25, np.float32),
    ]
    assert stack(images[2:4], ["a", "b"]).dtype == np.uint16
    found = stack(images, list("abcde"))
    np.testing.assert_allclose(found.ravel(), [0.2, 1, 0.2, 1, 0.25], rtol=1e-6)


def test_images_of_several_sizes_are_refused_by_name():
    with pytest.raises(ValueError, match=r"b has 5×4 pixels \(height × width\), but a has 4×5"):
        stack([np.zeros((4, 5), np.uint8), np.zeros((5, 4), np.uint8)], ["a", "b"])
