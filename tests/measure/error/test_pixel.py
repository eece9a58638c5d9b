import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from transect.measure.catalogue import measure
from transect.measure.error import pixel
from transect.measure.error.pixel import (
    bce,
    excess_bce,
    nmse,
    pixel_errors,
    soft_iou,
    ssim,
)


def random_pair(shape, seed=0):
    generator = np.random.default_rng(seed)
    truth = np.clip(generator.normal(0.3, 0.5, shape), 0, 1)  # many exact 0 and 1, as in strokes
    return truth, np.clip(truth + generator.normal(0, 0.2, shape), 0, 1)


def slow_errors(truth, reconstruction):
    """Every measure but ssim of one pair, pixel by pixel."""
    entropy = floor = squares = energy = smaller = larger = 0.0
    for x, y in zip(truth.ravel().tolist(), reconstruction.ravel().tolist(), strict=True):
        q, p = min(max(y, 1e-7), 1 - 1e-7), min(max(x, 1e-7), 1 - 1e-7)
        entropy -= x * np.log(q) + (1 - x) * np.log(1 - q)
        floor -= x * np.log(p) + (1 - x) * np.log(1 - p)
        squares += (x - y) ** 2
        energy += x * x
        smaller += min(x, y)
        larger += max(x, y)
    return {
        "bce": entropy / truth.size,
        "excess_bce": (entropy - floor) / truth.size,
        "nmse": squares / energy,
        "soft_iou": smaller / larger,
    }


def slow_ssim(truth, reconstruction):
    """Equation 13 of Wang et al. 2004, window by window."""
    offsets = np.arange(11) - 5
    kernel = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * 1.5**2))
    kernel /= kernel.sum()
    height, width = truth.shape
    values = []
    for row in range(height - 10):
        for column in range(width - 10):
            x = truth[row : row + 11, column : column + 11]
            y = reconstruction[row : row + 11, column : column + 11]
            mx, my = (kernel * x).sum(), (kernel * y).sum()
            vx, vy = (kernel * (x - mx) ** 2).sum(), (kernel * (y - my) ** 2).sum()
            cov = (kernel * (x - mx) * (y - my)).sum()
            values.append(
                (2 * mx * my + 1e-4)
                * (2 * cov + 9e-4)
                / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
            )
    return np.mean(values)


def test_two_pixels_by_hand():
    truth, reconstruction = [[[1.0, 0.0]]], [[[0.8, 0.4]]]
    assert bce(truth, reconstruction)[0] == pytest.approx(-(np.log(0.8) + np.log(0.6)) / 2)
    assert nmse(truth, reconstruction)[0] == pytest.approx(0.04 + 0.16)
    assert soft_iou(truth, reconstruction)[0] == pytest.approx(0.8 / 1.4)
    grey = [[[0.5, 0.5]]]
    assert excess_bce(grey, [[[0.25, 0.75]]])[0] == pytest.approx(
        -(np.log(0.25) + np.log(0.75)) / 2 - np.log(2)
    )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_agrees_with_loops(dtype):
    truth, reconstruction = (array.astype(dtype) for array in random_pair((3, 17, 13)))
    errors = pixel_errors(truth, reconstruction)
    for row in range(3):
        x, y = truth[row].astype(float), reconstruction[row].astype(float)
        for name, value in slow_errors(x, y).items():
            assert errors[name][row] == pytest.approx(value, rel=1e-9), name
        assert errors["ssim"][row] == pytest.approx(slow_ssim(x, y), rel=1e-9)


def test_each_measure_agrees_with_the_joint_pass_whatever_the_block(monkeypatch):
    truth, reconstruction = random_pair((7, 12, 11), seed=1)
    joint = pixel_errors(truth, reconstruction)
    assert set(joint) == {"nmse", "soft_iou", "ssim", "bce", "excess_bce"}
    monkeypatch.setattr(pixel, "_PIXELS_A_BLOCK", 3 * 12 * 11)
    for name in joint:
        np.testing.assert_allclose(
            getattr(pixel, name)(truth, reconstruction), joint[name], rtol=1e-12
        )


images = arrays(np.float64, (2, 11, 11), elements=st.floats(0, 1))


def test_a_truth_of_almost_no_foreground_is_as_good_as_blank():
    truth = np.zeros((1, 2, 2))
    truth[0, 0, 0] = 1.6e-157
    assert np.isinf(nmse(truth, np.ones((1, 2, 2))))


@settings(deadline=None, max_examples=40)
@given(images, images)
def test_laws(truth, reconstruction):
    errors = pixel_errors(truth, reconstruction)
    assert np.all(errors["excess_bce"] >= 0)
    assert np.all(errors["nmse"] >= 0)
    assert np.all((errors["soft_iou"] >= 0) & (errors["soft_iou"] <= 1))
    assert np.all(np.abs(errors["ssim"]) <= 1 + 1e-9)
    for symmetric in (soft_iou, ssim):
        np.testing.assert_allclose(
            symmetric(truth, reconstruction), symmetric(reconstruction, truth), atol=1e-9
        )
    perfect = pixel_errors(truth, truth)
    for name in set(perfect) - {"bce"}:
        best = 1 if measure(name).better == "higher" else 0
        np.testing.assert_allclose(perfect[name], best, atol=1e-9, err_msg=name)


def test_ratios_do_not_depend_on_the_foreground():
    truth, reconstruction = random_pair((4, 16, 16), seed=2)
    for one in (nmse, soft_iou):
        np.testing.assert_allclose(one(truth / 3, reconstruction / 3), one(truth, reconstruction))


def test_blank_truth():
    blank, foreground = np.zeros((1, 16, 16)), np.full((1, 16, 16), 0.5)
    assert nmse(blank, blank)[0] == 0 and nmse(blank, foreground)[0] == np.inf
    assert soft_iou(blank, blank)[0] == 1 and soft_iou(blank, foreground)[0] == 0
    assert ssim(blank, blank)[0] == 1


def test_saturated_float32_stays_finite():
    wrong = bce(np.ones((1, 2, 2), np.float32), np.zeros((1, 2, 2), np.float32))
    assert wrong[0] == pytest.approx(-np.log(1e-7))
    wrong = bce(np.zeros((1, 2, 2), np.float32), np.ones((1, 2, 2), np.float32))
    assert wrong[0] == pytest.approx(-np.log(1e-7))


def test_broken_models_score_worse():
    generator = np.random.default_rng(3)
    truth = np.zeros((20, 16, 16))
    for image in truth:
        row, column = generator.integers(1, 12, 2)
        image[row : row + 4, column : column + 4] = 1
    noisy = np.clip(truth + generator.normal(0, 0.05, truth.shape), 0, 1)
    good = pixel_errors(truth, noisy)
    broken = {
        "constant": np.full_like(truth, 0.5),
        "mean": np.broadcast_to(truth.mean(axis=0), truth.shape),
        "shuffled": np.roll(truth, 1, axis=0),
    }
    for label, reconstruction in broken.items():
        bad = pixel_errors(truth, reconstruction)
        for name in good:
            sign = -1 if measure(name).better == "higher" else 1
            assert sign * bad[name].mean() > sign * good[name].mean(), (label, name)


def test_no_images_give_no_errors():
    assert all(error.shape == (0,) for error in pixel_errors(*np.zeros((2, 0, 16, 16))).values())


@pytest.mark.parametrize(
    ("truth", "reconstruction", "message"),
    [
        (np.zeros((1, 2, 2)), np.zeros((2, 2, 2)), r"same shape.*\(1, 2, 2\) and \(2, 2, 2\)"),
        (np.zeros((2, 2)), np.zeros((2, 2)), r"shape \(n, h, w\).*image\[None\]"),
        (np.full((1, 2, 2), 1.1), np.zeros((1, 2, 2)), r"truth.*\[0, 1\].*1.1 in row 0"),
        (np.zeros((1, 2, 2)), np.full((1, 2, 2), -0.2), "reconstruction.*-0.2"),
        (np.full((1, 2, 2), 255, np.uint8), np.zeros((1, 2, 2)), "truth.*255.*divide"),
        (np.zeros((1, 2, 2)), np.array([[["a", "b"]] * 2]), "reconstruction need real numbers"),
    ],
)
def test_bad_images_are_refused(truth, reconstruction, message):
    with pytest.raises(ValueError, match=message):
        bce(truth, reconstruction)


def test_nan_is_refused_by_row(monkeypatch):
    monkeypatch.setattr(pixel, "_PIXELS_A_BLOCK", 8)
    broken = np.zeros((6, 2, 2))
    broken[4, 1, 0] = np.nan
    with pytest.raises(ValueError, match=r"reconstruction.*NaN in row 4"):
        nmse(np.zeros((6, 2, 2)), broken)


def test_rounding_beyond_the_range_is_clipped():
    np.testing.assert_array_equal(nmse(np.ones((1, 2, 2)), np.full((1, 2, 2), 1 + 1e-6)), 0)


def test_ssim_needs_room_for_its_window():
    with pytest.raises(ValueError, match="11×11"):
        ssim(np.zeros((1, 10, 20)), np.zeros((1, 10, 20)))
