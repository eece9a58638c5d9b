import numpy as np
import pytest
from scipy import stats

from transect.measure.error.penalty import (
    crossing_radii,
    crossing_radius,
    penalty,
    penalty_interval,
)


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


RADII = [0.1, 0.2, 0.3, 0.4]


def penalties_of(crossings):
    """Return penalties (radii, seeds) that grow linearly and reach 2 at each seed's radius."""
    return 1 + np.array(RADII)[:, None] / np.array(crossings)


def test_planted_radii_of_seeds_have_a_mean_and_a_t_interval():
    planted = [0.11, 0.25, 0.38]
    found = crossing_radii(RADII, penalties_of(planted))
    low, high = stats.t.interval(0.95, 2, np.mean(planted), stats.sem(planted))
    assert found.by_seed == pytest.approx(planted)
    assert (found.center, found.low, found.high) == pytest.approx((np.mean(planted), low, high))
    assert (found.beyond, found.count, found.limit) == (0, 3, 0.4)


@pytest.mark.parametrize(
    ("planted", "middle", "beyond"),
    [
        ([0.3, 0.35, 9], 0.35, 1),
        ([0.3, 9, 9], np.inf, 2),
        ([0.3, 9], np.inf, 1),
        ([9], np.inf, 1),
    ],
)
def test_radii_beyond_the_sweep_leave_the_median(planted, middle, beyond):
    found = crossing_radii(RADII, penalties_of(planted))
    assert found.center == pytest.approx(middle)
    assert (found.beyond, found.count) == (beyond, len(planted))
    assert np.isnan(found.low) and np.isnan(found.high)


def test_a_seed_counts_if_it_has_two_radii_and_the_limit_is_what_all_have():
    penalties = penalties_of([0.25, 0.25, 0.25, 9])
    penalties[1:, 0], penalties[2, 1], penalties[3, 3] = np.nan, np.nan, np.nan
    found = crossing_radii(RADII, penalties)
    assert found.by_seed == pytest.approx([np.nan, 0.25, 0.25, np.inf], nan_ok=True)
    assert (found.count, found.limit) == (3, 0.3)
    assert crossing_radii(RADII, penalties[:, :1]) is None
    assert np.isnan(crossing_radii(RADII, penalties_of([0.2])).low)
    with pytest.raises(ValueError, match=r"\(radii, seeds\), got \(4,\) for 4 radii"):
        crossing_radii(RADII, RADII)
