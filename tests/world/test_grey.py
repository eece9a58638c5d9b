"""Which value of an array is white, and what leaves it open."""

import numpy as np
import pytest

from transect.world.grey import byte_images, luma, unit_images, white_level

TRUTH = np.random.default_rng(0).random((5, 4, 3))
BINARY = TRUTH > 0.5
BYTES = np.rint(TRUTH * 255).astype(np.uint8)
BYTES[0, 0, 0] = 255
WHOLE = ["u1", "<u2", ">u2", "<u4", "<i2", ">i4", "<i8", "<f4", ">f8"]


def scaled(maximum):
    values = np.rint(TRUTH / TRUTH.max() * maximum)
    return values, values / maximum


@pytest.mark.parametrize("dtype", ["?", "i1", "<f2", *WHOLE])
@pytest.mark.parametrize("order", ["C", "F"])
def test_0_and_1_are_black_and_white_in_every_type(dtype, order):
    values = np.asarray(BINARY.astype(dtype), order=order)
    np.testing.assert_array_equal(unit_images(values), BINARY)
    np.testing.assert_array_equal(byte_images(values), np.where(BINARY, 255, 0))
    assert not unit_images(np.zeros((2, 2), dtype)).any()


@pytest.mark.parametrize("dtype", WHOLE)
def test_values_up_to_255_are_bytes_in_every_type_that_holds_them(dtype):
    values = BYTES.astype(dtype)
    np.testing.assert_array_equal(byte_images(values), BYTES)
    np.testing.assert_allclose(unit_images(values), BYTES / 255, rtol=1e-6)
    assert byte_images(values).dtype == np.uint8
    assert unit_images(values).dtype == np.float32


@pytest.mark.parametrize("dtype", ["<u2", ">u2", "<i4", ">u4", "<i8", "<f4", "<f8"])
@pytest.mark.parametrize("maximum", [65535, 40_000])
def test_values_of_16_bits_are_known_by_their_maximum(dtype, maximum):
    values = scaled(maximum)[0]
    np.testing.assert_allclose(unit_images(values.astype(dtype)), values / 65535, rtol=1e-6)
    np.testing.assert_array_equal(byte_images(values.astype(dtype)), np.rint(values / 257))


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f8"])
def test_fractions_are_taken_as_they_are(dtype):
    values = TRUTH.astype(dtype)
    np.testing.assert_array_equal(unit_images(values), values.astype(np.float32))
    np.testing.assert_array_equal(byte_images(values), np.rint(values.astype(float) * 255))


def test_rounding_beyond_the_ends_is_clipped_and_uint8_stays_as_it_is_however_dark():
    values = np.array([-1e-7, 1 + 1e-7])
    assert unit_images(values).tolist() == [0, 1]
    assert byte_images(values).tolist() == [0, 255]
    dark = np.array([0, 2, 17], dtype=np.uint8)
    assert byte_images(dark) is dark
    assert white_level(dark) == 255


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.array([0, 16]), "up to 16 leave open which value is white"),
        (np.array([0.0, 16.0]), "up to 16 leave open"),
        (np.array([0, 100]), "up to 100 leave open"),
        (np.array([0, 1023], dtype=np.uint16), "up to 1023 leave open"),
        (np.array([0, 4095], dtype=np.uint16), "up to 4095 leave open"),
        (np.array([0, 16383], dtype=np.uint16), "up to 16383 leave open"),
        (np.array([0, 32767], dtype=np.int16), "up to 32767 leave open"),
        (np.array([0, 127], dtype=np.int8), "up to 127 leave open"),
        (np.array([0, 65536]), "up to 65536 leave open"),
        (np.array([0, 1.5]), "up to 1.5 leave open"),
        (np.array([0, 200.5]), "up to 200.5 leave open"),
        (np.array([-1, 255]), "from 0 upwards; their least is -1"),
        (np.array([-0.01, 1]), "from 0 upwards; their least is -0.01"),
        (np.array([0, np.nan]), "finite values"),
        (np.array([0, np.inf]), "finite values"),
        (np.array([1 + 2j]), "need numbers, got values of the type complex128"),
        (np.array(["a"]), "need numbers"),
        (np.array([None]), "need numbers, got values of the type object"),
    ],
)
def test_what_leaves_white_open_is_refused(values, message):
    for read in (unit_images, byte_images):
        with pytest.raises(ValueError, match=message):
            read(values)


def test_luma_weighs_the_colours_as_the_recommendation_says():
    colours = np.array([[[[200, 100, 50], [255, 255, 255]]]], dtype=np.uint8)
    assert luma(colours).tolist() == [[[124, 255]]]  # 0.299 200 + 0.587 100 + 0.114 50 = 124.2
    assert luma(colours[..., :1]).tolist() == [[[200, 255]]]
