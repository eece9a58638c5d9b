import numpy as np
import pytest

from transect.measure.error.penalty import crossing_radius, penalty, penalty_interval


def test_ratio_of_means_not_mean_of_ratios():
    assert penalty([1.0, 3.0], [2.0, 0.5], "nmse") == pytest.approx(2 / 1.25)


@pytest.mark.parametrize("measure", ["soft_iou", "ssim"])
def test_higher_is_better_takes_defects(measure):
    assert penalty([0.8, 0.6], [0.9, 0.9], measure) == pytest.approx(3)


@pytest.mark.parametrize("measure", ["bce", "nmse", "soft_iou", "factor_error"])
def test_one_for_the_oracle_itself(measure):
    error = np.random.default_rng(0).random(20)
    assert penalty(error, error, measure) == pytest.approx(1)
    found = penalty_interval(error, error, measure, resamples=50)
    assert (found.low, found.high, found.count) == (pytest.approx(1), pytest.approx(1), 20)


def test_scales_with_the_error_and_not_with_the_unit():
    error, oracle = np.random.default_rng(1).random((2, 30))
    base = penalty(error, oracle, "nmse")
    assert penalty(5 * error, oracle, "nmse") == pytest.approx(5 * base)
    assert penalty(7 * error, 7 * oracle, "nmse") == pytest.approx(base)


def test_flawless_oracle():
    assert penalty([0.0], [0.0], "nmse") == 1
    assert penalty([0.1], [0.0], "nmse") == np.inf
    assert penalty([1.0], [1.0], "ssim") == 1
    assert penalty([0.5], [1.0], "ssim") == np.inf


def test_interval_is_paired():
    generator = np.random.default_rng(2)
    hardness = generator.lognormal(0, 1, 200)
    error = 2 * hardness * generator.normal(1, 0.01, 200)
    paired = penalty_interval(error, hardness, "nmse")
    unpaired = penalty_interval(error, generator.permutation(hardness), "nmse")
    assert paired.low < paired.mean < paired.high
    assert paired.mean == pytest.approx(penalty(error, hardness, "nmse"))
    assert paired.high - paired.low < 0.1 * (unpaired.high - unpaired.low)


def test_interval_agrees_with_the_delta_method():
    generator = np.random.default_rng(3)
    error, oracle = generator.normal(3, 0.6, 400), generator.normal(1, 0.2, 400)
    deviation = (error - 3 * oracle).std() / oracle.mean() / np.sqrt(400)
    found = penalty_interval(error, oracle, "nmse", resamples=4000)
    assert (found.high - found.low) / (2 * 1.96 * deviation) == pytest.approx(1, abs=0.08)


def test_broken_input_is_refused():
    with pytest.raises(ValueError, match=r"'mse'; choose from nmse.*factor_error"):
        penalty([1.0], [1.0], "mse")
    with pytest.raises(ValueError, match=r"oracle_error.*NaN in row 1"):
        penalty([1.0], [1.0, np.nan], "nmse")
    with pytest.raises(ValueError, match="error needs the shape"):
        penalty([], [1.0], "nmse")
    with pytest.raises(ValueError, match="same images, got 2 and 1"):
        penalty_interval([1.0, 2.0], [1.0], "nmse")


def test_crossing_is_interpolated_at_the_first_crossing_in_any_order():
    radii, penalties = [0.5, 0.1, 0.3, 0.7], [3.0, 1.0, 1.5, 1.2]
    assert crossing_radius(radii, penalties) == pytest.approx(0.3 + 0.2 * 0.5 / 1.5)
    assert crossing_radius(radii, penalties, threshold=1.25) == pytest.approx(0.2)


def test_crossing_before_the_first_radius_starts_at_one():
    assert crossing_radius([0.4], [3.0]) == pytest.approx(0.2)
    assert crossing_radius([0.0, 0.4], [2.5, 3.0]) == 0


def test_crossing_beyond_the_sweep():
    assert crossing_radius([0.1, 0.2], [1.0, 2.0]) == np.inf  # "still ≤ 2"
    assert crossing_radius([0.1, 0.2], [1.0, np.inf]) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("radii", "penalties", "threshold", "message"),
    [
        ([0.1], [1.0, 2.0], 2, "one length"),
        ([0.1, 0.1], [1.0, 2.0], 2, "different"),
        ([-0.1], [1.0], 2, "not negative"),
        ([0.1], [np.nan], 2, "penalties.*NaN"),
        ([0.1], [1.0], 1, "threshold"),
    ],
)
def test_broken_sweeps_are_refused(radii, penalties, threshold, message):
    with pytest.raises(ValueError, match=message):
        crossing_radius(radii, penalties, threshold)
