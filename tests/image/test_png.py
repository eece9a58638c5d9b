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


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "JPEG", "WEBP", "GIF", "MPO"])
def test_grey_of_8_bits_is_divided_by_255(kind):
    found = grey(encoded(Image.new("L", (3, 2), 51), kind, **{"lossless": True}))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.full((2, 3), 0.2), rtol=1e-6)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_divided_by_65535(kind):
    levels = np.array([[0, 257, 13107, 65535]], dtype=np.uint16)
    found = grey(encoded(Image.fromarray(levels), kind))
    np.testing.assert_allclose(found, levels / 65535, rtol=1e-6)


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


@pytest.mark.parametrize(
    ("dtype", "order"), [(np.uint8, "<"), (np.uint8, ">"), (np.uint16, "<"), (np.uint16, ">")]
)
def test_white_may_be_0_in_a_tiff_file(dtype, order):
    white = np.iinfo(dtype).max
    levels = np.array([[0, white // 5, white]], dtype=dtype)
    np.testing.assert_allclose(grey(tiff(levels, 1, order)), [[0, 0.2, 1]], atol=1e-6)
    if (dtype, order) == (np.uint16, ">"):  # Pillow does not read this kind
        with pytest.raises(ValueError, match="not an image that can be read"):
            grey(tiff(levels, 0, order))
    else:
        np.testing.assert_allclose(grey(tiff(levels, 0, order)), [[1, 0.8, 0]], atol=1e-6)


def test_white_at_0_of_floating_point_is_refused():
    levels = np.array([[0, 0.5, 1]], dtype=np.float32)
    np.testing.assert_array_equal(grey(tiff(levels, 1, format=3)), levels)
    with pytest.raises(ValueError, match=r"white is 0 in this image \(MinIsWhite\)"):
        grey(tiff(levels, 0, format=3))


@pytest.mark.parametrize("order", ["<", ">"])
def test_whole_numbers_of_32_bits_up_to_255_are_divided_by_it(order):
    levels = np.array([[0, 51, 255]], dtype=np.int32)
    np.testing.assert_allclose(grey(tiff(levels, 1, order, format=2)), [[0, 0.2, 1]], rtol=1e-6)


def test_black_and_white_of_1_bit_become_0_and_1():
    for kind in ("PNG", "TIFF", "BMP"):
        assert grey(encoded(Image.fromarray(np.array([[True, False]])), kind)).tolist() == [[1, 0]]


def test_a_transparent_grey_of_16_bits_is_background():
    levels = np.array([[1000, 65535, 20000]], dtype=np.uint16)
    data = encoded(Image.fromarray(levels), "PNG", transparency=1000)
    np.testing.assert_allclose(grey(data), [[0, 1, 20000 / 65535]], rtol=1e-6)
    np.testing.assert_allclose(grey(data, light=True), [[1, 1, 20000 / 65535]], rtol=1e-6)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colour_becomes_luma(mode):
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]], dtype=np.uint8)
    image = Image.fromarray(colours).convert(mode, palette=Image.Palette.ADAPTIVE)
    rounded = np.rint(colours @ [0.299, 0.587, 0.114]) / 255
    np.testing.assert_allclose(grey(encoded(image)), rounded, rtol=1e-6)


def test_printing_colours_become_luma():
    printed = Image.new("CMYK", (16, 16), (0, 0, 0, 102))  # 40 % black
    np.testing.assert_allclose(grey(encoded(printed, "JPEG", quality=100)), 0.6, atol=0.005)
    np.testing.assert_allclose(grey(encoded(printed, "TIFF")), 0.6, atol=0.005)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_shows_the_background(mode):
    image = Image.new("RGBA", (1, 3))
    for row, alpha in enumerate((255, 51, 0)):
        image.putpixel((0, row), (255, 255, 255, alpha))
    found = grey(encoded(image.convert(mode)))
    np.testing.assert_allclose(found[:, 0], [1, 0.2, 0], rtol=1e-6)
    black = Image.new("RGBA", (1, 3))
    for row, alpha in enumerate((255, 51, 0)):
        black.putpixel((0, row), (0, 0, 0, alpha))
    found = grey(encoded(black.convert(mode)), light=True)
    np.testing.assert_allclose(found[:, 0], [0, 0.8, 1], rtol=1e-6)


def test_transparency_of_a_palette_shows_the_background():
    image = Image.new("P", (3, 1))
    image.putpalette([255, 255, 255, 255, 255, 255, 51, 51, 51])
    image.putdata([0, 1, 2])
    data = encoded(image, transparency=bytes([0, 255, 255]))
    np.testing.assert_allclose(grey(data), [[0, 1, 0.2]], rtol=1e-6)


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
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
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


def test_of_a_photograph_with_several_images_the_first_counts():
    first, second = Image.new("RGB", (16, 8), (51, 51, 51)), Image.new("RGB", (16, 8))
    data = encoded(first, "MPO", save_all=True, append_images=[second])
    with Image.open(io.BytesIO(data)) as image:
        assert image.n_frames == 2
    np.testing.assert_allclose(grey(data), np.full((8, 16), 0.2), atol=0.01)


def test_floating_point_is_taken_as_it_is():
    values = np.array([[0, 0.25, 1]], dtype=np.float32)
    np.testing.assert_array_equal(grey(encoded(Image.fromarray(values), "TIFF")), values)


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "WEBP", "PNG"])
def test_several_frames_are_refused(kind):
    frames = [Image.new("L", (2, 2), level) for level in (1, 200)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(ValueError, match="one frame is needed"):
        decode(data)


def test_texts_and_profiles_of_any_size_do_not_hinder():
    about = PngImagePlugin.PngInfo()
    about.add_text("prompt", "a rose " * 400_000, zip=True)
    about.add_itxt("workflow", "a rose " * 400_000, zip=True)
    image = Image.new("L", (3, 2), 51)
    data = encoded(image, pnginfo=about, icc_profile=bytes(3_000_000))
    with pytest.raises(ValueError, match="too large"), Image.open(io.BytesIO(data)) as refused:
        refused.load()
    np.testing.assert_array_equal(decode(data), np.full((2, 3), 51))


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def test_an_image_of_an_absurd_size_is_refused():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")
    with pytest.raises(ValueError, match="not an image that can be read, or a damaged one: "):
        decode(data)


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
