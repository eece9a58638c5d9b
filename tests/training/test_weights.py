import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.training import sample_weights


def test_the_original_weighs_shallow_petals_most():
    factors = np.array([[1.0, 0.0], [2.0, 2.0], [0.5, 0.5]])
    weights = sample_weights(factors, ("a", "b"), {"b": -1.5})
    np.testing.assert_allclose(weights, [1.0, 0.0, 0.75])


@settings(deadline=None)
@given(
    seed=st.integers(0, 1000),
    first=st.floats(-3, 3),
    second=st.floats(0.1, 3),
    scale=st.floats(0.1, 100),
)
def test_weights_span_zero_to_one_and_ignore_the_scale(seed, first, second, scale):
    factors = np.random.default_rng(seed).random((20, 2))
    coefficients = {"a": first, "b": second}
    weights = sample_weights(factors, ["a", "b"], coefficients)
    assert weights.min() == 0 and weights.max() == 1
    combination = first * factors[:, 0] + second * factors[:, 1]
    assert np.array_equal(np.argsort(weights), np.argsort(combination))
    scaled = {name: scale * value for name, value in coefficients.items()}
    np.testing.assert_allclose(weights, sample_weights(factors, ["a", "b"], scaled), atol=1e-9)
    turned = {name: -value for name, value in coefficients.items()}
    np.testing.assert_allclose(1 - weights, sample_weights(factors, ["a", "b"], turned), atol=1e-9)


@pytest.mark.parametrize(
    ("factors", "coefficients", "words"),
    [
        (np.ones((3, 2)), {"c": 1.0}, "no factor 'c' to weigh by; choose from a, b"),
        (np.ones((3, 2)), {"a": 1.0}, "factors that differ between samples"),
        (np.eye(2), {"a": 0.0}, "factors that differ between samples"),
        (np.eye(2), {}, "factors that differ between samples"),
        (np.zeros((0, 2)), {"a": 1.0}, "over 0 samples"),
        (np.array([[0, 1], [np.nan, 2]]), {"a": 1.0}, "are finite"),
        (np.eye(3), {"a": 1.0}, r"factors need the shape \(n, 2\), got \(3, 3\)"),
    ],
)
def test_impossible_weights_are_refused(factors, coefficients, words):
    with pytest.raises(ValueError, match=words):
        sample_weights(factors, ["a", "b"], coefficients)
