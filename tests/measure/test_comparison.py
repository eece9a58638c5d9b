"""Models compared: intervals that keep their word, ratios that fit together, honest radii."""

import numpy as np
import pytest
from scipy import stats

from transect.measure.comparison import (
    change,
    difference_over_seeds,
    mean_over_conditions,
    mean_over_seeds,
    median_over_seeds,
    rank,
    ratio_over_seeds,
    seed_means,
    shared_blocks,
)
from transect.measure.statistics import Interval, geometric_interval, t_interval


@pytest.mark.parametrize("count", [2, 3, 5, 40])
def test_t_interval_is_that_of_scipy(count):
    values = np.random.default_rng(count).normal(3, 2, count)
    low, high = stats.t.interval(0.95, count - 1, values.mean(), stats.sem(values))
    found = t_interval(values)
    assert found.mean == pytest.approx(values.mean())
    assert (found.low, found.high, found.count) == pytest.approx((low, high, count))


@pytest.mark.parametrize("count", [2, 3, 5])
def test_t_interval_leaves_out_the_mean_as_often_as_it_says(count):
    trials = np.random.default_rng(1).normal(size=(6000, count))
    found = [t_interval(values) for values in trials]
    missed = np.mean([one.low > 0 or one.high < 0 for one in found])
    # two standard errors of a share of 5 % among 6000
    assert missed == pytest.approx(0.05, abs=0.006)


def test_geometric_interval_is_that_of_the_logarithms():
    values = np.random.default_rng(2).lognormal(size=5)
    found, inverse = geometric_interval(values), geometric_interval(1 / values)
    low, high = stats.t.interval(0.95, 4, np.log(values).mean(), stats.sem(np.log(values)))
    assert found.mean == pytest.approx(stats.gmean(values))
    assert (found.low, found.high) == pytest.approx((np.exp(low), np.exp(high)))
    assert inverse[:3] == pytest.approx((1 / found.mean, 1 / found.high, 1 / found.low))


@pytest.mark.parametrize("make", [t_interval, geometric_interval])
def test_one_value_has_no_interval(make):
    found = make([2.0])
    assert found.mean == pytest.approx(2.0) and found.count == 1
    assert np.isnan(found.low) and np.isnan(found.high)


@pytest.mark.parametrize(
    ("make", "values", "message"),
    [
        (t_interval, [], "shape"),
        (t_interval, [1.0, np.nan], "NaN"),
        (t_interval, [1.0, np.inf], "finite"),
        (geometric_interval, [1.0, 0.0], "positive"),
        (geometric_interval, [1.0, np.inf], "finite"),
    ],
)
def test_broken_values_are_refused(make, values, message):
    with pytest.raises(ValueError, match=message):
        make(values)


def planted(factors, conditions=4, seeds=3, spread=0.0, seed=0):
    """Return errors (models, conditions, seeds) of models that differ by factors alone."""
    generator = np.random.default_rng(seed)
    blocks = generator.lognormal(0, 1, (conditions, seeds))
    stray = np.exp(generator.normal(0, spread, (len(factors), conditions, seeds)))
    return np.asarray(factors)[:, None, None] * blocks * stray


def named(errors):
    """Return errors (models, conditions, seeds) by the names of models: a, b, …"""
    return dict(zip("abcdefgh", errors, strict=False))


def test_a_planted_ratio_is_found_exactly_whatever_the_blocks_are():
    one, other = planted([1.0, 1.5])
    found = ratio_over_seeds(other, one)
    assert found[:3] == pytest.approx((1.5, 1.5, 1.5)) and found.count == 3
    other[:, 2] = np.nan
    assert ratio_over_seeds(other, one).count == 2
    assert ratio_over_seeds(other * np.nan, one) is None


def test_the_interval_of_a_ratio_is_the_paired_t_interval_of_logarithms():
    errors = planted([1.0, 1.2], spread=0.1)
    logs = np.log(errors).mean(axis=1)
    expected = stats.ttest_rel(logs[1], logs[0]).confidence_interval(0.95)
    found = ratio_over_seeds(errors[1], errors[0])
    assert (found.low, found.high) == pytest.approx(np.exp([expected.low, expected.high]))
    assert rank(named(errors)).places[1].to_best == pytest.approx(found)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0])
def test_a_block_that_one_model_lacks_counts_for_none(bad):
    errors = planted([1.0, 2.0, 3.0], spread=0.1)
    broken = errors.copy()
    broken[1, 0, 2] = bad
    shared = shared_blocks(broken)
    assert not shared[0, 2] and shared.sum() == 11
    expected = stats.gmean(errors[:, 1:, 2], axis=1)
    np.testing.assert_allclose(seed_means(broken)[:, 2], expected)
    np.testing.assert_allclose(seed_means(broken)[:, :2], seed_means(errors)[:, :2])


def test_ratios_fit_together_although_a_block_is_missing():
    errors = planted([1.0, 1.2, 1.7], spread=0.2)
    errors[0, 1, 1] = np.nan
    found = rank(named(errors))
    _, b, c = found.places
    assert b.to_next.mean * c.to_next.mean == pytest.approx(c.to_best.mean)
    assert (found.blocks, found.conditions, found.seeds) == (11, 4, 3)
    for place in found.places:
        assert stats.gmean(place.by_seed) == pytest.approx(place.to_best.mean)


def test_a_seed_without_blocks_does_not_count():
    errors = planted([1.0, 2.0])
    errors[0, :, 1] = np.nan
    assert np.isnan(seed_means(errors)[:, 1]).all()
    found = rank(named(errors))
    assert [place.to_best.count for place in found.places] == [2, 2] and found.seeds == 2


def test_models_are_ranked_by_their_geometric_means():
    found = rank(named(planted([2.0, 1.0, 4.0])))
    assert found.order == ["b", "a", "c"] and found.ties == [] and found.unranked == ()
    assert [place.to_best.mean for place in found.places] == pytest.approx([1, 2, 4])
    assert [place.to_next.mean for place in found.places] == pytest.approx([1, 2, 2])
    assert [place.from_best for place in found.places] == ["same", "higher", "higher"]
    assert found.places[0].error.count == 3


def test_seeds_that_shift_all_models_alike_do_not_hide_a_difference():
    errors = planted([1.0, 1.1], spread=0.01)
    first, second = (mean_over_seeds(one, geometric=True) for one in errors)
    assert second.low < first.mean < second.mean < first.high
    assert rank(named(errors)).places[1].from_best == "higher"


def test_models_that_chance_alone_tells_apart_are_ties():
    found = rank(named(planted([1.0, 1.0, 5.0], spread=0.1)))
    assert found.order[2] == "c" and found.ties == [found.order[1]]
    alone = rank(named(planted([1.0, 2.0], seeds=1)))
    assert alone.ties == [] and alone.places[1].from_best == "unknown"


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_a_model_that_mostly_failed_costs_the_others_nothing(bad):
    errors = planted([1.0, 2.0, 0.5])
    errors[2, 1:, :] = bad
    found = rank(named(errors))
    assert found.unranked == ("c",) and found.order == ["a", "b", "c"] and found.blocks == 12
    errors = planted([1.0, 2.0, 0.5])
    errors[2, 2:, :] = bad
    assert rank(named(errors)).order == ["c", "a", "b"]


def test_nothing_in_common_has_no_ranking():
    errors = planted([1.0, 2.0])
    errors[0, :2], errors[1, 2:] = np.nan, np.nan
    for missing in (errors, errors * np.nan):
        found = rank(named(missing))
        assert found.places == () and found.order == ["a", "b"] and found.blocks == 0


def test_two_equal_models_are_told_apart_in_5_percent_of_cases():
    told = 0
    for seed in range(1500):
        worse = rank(named(planted([1.0, 1.0], spread=0.3, seed=seed))).places[1]
        assert worse.to_best.mean >= 1
        told += worse.to_best.low > 1
    # two standard errors
    assert told / 1500 == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: seed_means([[1.0]]), "models, conditions, seeds"),
        (lambda: shared_blocks(np.empty((0, 1, 1))), "models, conditions, seeds"),
        (lambda: rank({"a": [1.0]}), "models, conditions, seeds"),
        (lambda: rank({}), "models, conditions, seeds"),
        (lambda: ratio_over_seeds([[1.0]], [[1.0, 2.0]]), r"got \(1, 1\) and \(1, 2\)"),
        (lambda: difference_over_seeds([1.0], [1.0]), r"\(conditions, seeds\), got \(1,\)"),
    ],
)
def test_broken_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_means_and_medians_over_conditions_come_before_those_over_seeds():
    values = [[1.0, 2.0, np.nan], [4.0, np.nan, np.inf], [16.0, 8.0, np.nan]]
    np.testing.assert_array_equal(mean_over_conditions(values), [7.0, 5.0, np.nan])
    np.testing.assert_allclose(mean_over_conditions(values, geometric=True), [4.0, 4.0, np.nan])
    assert mean_over_seeds(values) == t_interval([7.0, 5.0])
    assert mean_over_seeds(values, geometric=True)[:3] == pytest.approx((4.0, 4.0, 4.0))
    assert median_over_seeds(values) == t_interval([4.0, 5.0])
    assert mean_over_seeds([[np.nan]]) is None and median_over_seeds([[np.inf]]) is None
    assert mean_over_seeds([[-1.0, 2.0, 8.0]], geometric=True) == geometric_interval([2.0, 8.0])


def test_differences_are_those_of_equal_seeds():
    # the seeds differ by far more than the models do
    found = difference_over_seeds([[9.0, 98.0, 997.0]], [[10.0, 100.0, 1000.0]])
    # the differences are −1, −2 and −3, with Student's t of two degrees of freedom
    half = 4.302653 / np.sqrt(3)
    assert found == pytest.approx((-2.0, -2 - half, -2 + half, 3))
    assert change(found) == "same"


def test_a_difference_rests_on_the_cells_that_both_have():
    ours = [[1.0, np.nan, 5.0], [3.0, 100.0, np.inf]]
    theirs = [[0.0, 2.0, 3.0], [1.0, np.nan, 2.0]]
    # of the first seed both conditions count, of the second none, of the third one
    assert difference_over_seeds(ours, theirs) == t_interval([1.5, 2.0])
    assert difference_over_seeds([[np.nan]], [[1.0]]) is None


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0.1, 0.2, "higher"), (-0.2, -0.1, "lower"), (-0.1, 0.1, "same"), (0.0, 0.1, "same")],
)
def test_an_interval_that_touches_0_tells_nothing(low, high, word):
    assert change(Interval(0.0, low, high, 5)) == word
    assert change(Interval(1.0, 1 + low, 1 + high, 5), nothing=1.0) == word
    assert change(Interval(0.0, np.nan, np.nan, 1)) == "unknown"
