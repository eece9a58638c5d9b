import numpy as np
import pytest

from transect.measure.statistics import bootstrap_interval


def test_agrees_with_the_normal_interval():
    values = np.random.default_rng(0).normal(5, 2, 500)
    found = bootstrap_interval(values, resamples=4000)
    half = 1.959964 * values.std() / np.sqrt(500)
    assert found.mean == pytest.approx(values.mean())
    assert found.count == 500
    assert found.low == pytest.approx(values.mean() - half, abs=0.08 * half)
    assert found.high == pytest.approx(values.mean() + half, abs=0.08 * half)


def test_covers_the_true_mean_as_often_as_it_says():
    generator = np.random.default_rng(1)
    hits = 0
    for trial in range(300):
        found = bootstrap_interval(generator.exponential(1, 60), 400, seed=trial)
        hits += found.low <= 1 <= found.high
    assert 0.9 < hits / 300 < 0.98


def test_shifts_and_scales_with_the_values():
    values = np.random.default_rng(2).random(30)
    base, other = bootstrap_interval(values), bootstrap_interval(3 * values - 1)
    np.testing.assert_allclose(other[:3], 3 * np.array(base[:3]) - 1)


def test_seeded():
    values = np.random.default_rng(4).random(30)
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


def test_one_value_has_no_interval():
    found = bootstrap_interval([0.3])
    assert found.mean == 0.3 and found.count == 1
    assert np.isnan(found.low) and np.isnan(found.high)


def test_infinite_values_are_carried():
    found = bootstrap_interval([1.0, np.inf, 1.0, 1.0])
    assert found.mean == np.inf and found.high == np.inf and found.low in {1.0, np.inf}


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, np.nan], {}, "NaN in row 1"),
        ([], {}, "shape"),
        ([[1.0]], {}, "shape"),
        ([1.0, 2.0], {"resamples": 0}, "resamples"),
    ],
)
def test_broken_input_is_refused(values, options, message):
    with pytest.raises(ValueError, match=message):
        bootstrap_interval(values, **options)
