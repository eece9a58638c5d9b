"""Pictures of every common kind become grey by a stated rule."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from transect.image.png import decode_grey, decode_picture, encode_png


def encoded(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))))
@settings(deadline=None, max_examples=50)
def test_every_grey_survives_png(picture):
    np.testing.assert_array_equal(decode_picture(encode_png(picture)), picture)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "JPEG"])
def test_grey_of_8_bits_is_divided_by_255(kind):
    picture = Image.new("L", (3, 2), 51)
    grey = decode_grey(encoded(picture, kind))
    assert grey.dtype == np.float32
    np.testing.assert_allclose(grey, np.full((2, 3), 0.2), rtol=1e-6)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_16_bits_is_divided_by_65535(kind):
    levels = np.array([[0, 257, 13107, 65535]], dtype=np.uint16)
    grey = decode_grey(encoded(Image.fromarray(levels), kind))
    np.testing.assert_allclose(grey, levels / 65535, rtol=1e-6)


def test_black_and_white_of_1_bit_become_0_and_1():
    grey = decode_grey(encoded(Image.fromarray(np.array([[True, False]]))))
    assert grey.tolist() == [[1, 0]]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colour_becomes_luma(mode):
    colours = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]]], dtype=np.uint8)
    picture = Image.fromarray(colours).convert(mode, palette=Image.Palette.ADAPTIVE)
    rounded = np.rint(colours @ [0.299, 0.587, 0.114]) / 255
    np.testing.assert_allclose(decode_grey(encoded(picture)), rounded, rtol=1e-6)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_lies_on_black(mode):
    picture = Image.new("RGBA", (1, 3))
    for row, alpha in enumerate((255, 51, 0)):
        picture.putpixel((0, row), (255, 255, 255, alpha))
    grey = decode_grey(encoded(picture.convert(mode)))
    np.testing.assert_allclose(grey[:, 0], [1, 0.2, 0], rtol=1e-6)


def test_floating_point_is_taken_as_it_is():
    values = np.array([[0, 0.25, 1]], dtype=np.float32)
    np.testing.assert_array_equal(decode_grey(encoded(Image.fromarray(values), "TIFF")), values)


@pytest.mark.parametrize("wrong", [-0.1, 1.5, np.nan])
def test_floating_point_out_of_range_is_refused(wrong):
    picture = Image.fromarray(np.array([[0, wrong]], dtype=np.float32))
    with pytest.raises(ValueError, match="grey values need to lie within the range"):
        decode_grey(encoded(picture, "TIFF"))


def test_several_frames_are_refused():
    frames = [Image.new("L", (2, 2), level) for level in (1, 2)]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    with pytest.raises(ValueError, match="one frame is needed"):
        decode_grey(data)


@pytest.mark.parametrize(
    "damage", [b"", b"no picture", encode_png(np.eye(64, dtype=np.uint8))[:60]]
)
def test_damaged_pictures_are_refused(damage, tmp_path):
    with pytest.raises(ValueError, match="not a picture that can be read"):
        decode_grey(damage)
    (tmp_path / "a.png").write_bytes(damage)
    with pytest.raises(ValueError, match="not a picture that can be read"):
        decode_grey(tmp_path / "a.png")
