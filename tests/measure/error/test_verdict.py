"""What a hole penalty means changes at the documented values."""

import numpy as np
import pytest

from transect.measure.error.verdict import learnt_equally, oracle_fails, penalty_band


@pytest.mark.parametrize(
    ("penalty", "band"),
    [
        (0.0, "better"), (0.9, "better"), (0.901, "as well"), (1.1, "as well"),
        (1.101, "nearly as well"), (1.5, "nearly as well"), (1.501, "measurably worse"),
        (2.0, "measurably worse"), (2.001, "much worse"), (5.0, "much worse"),
        (5.001, "hardly at all"), (np.inf, "hardly at all"),
    ],
)  # fmt: skip
def test_bands_change_at_the_documented_penalties(penalty, band):
    assert penalty_band(penalty) == band


@pytest.mark.parametrize("penalty", [-0.1, np.nan])
def test_what_is_no_penalty_has_no_band(penalty):
    with pytest.raises(ValueError, match="not negative"):
        penalty_band(penalty)


@pytest.mark.parametrize(
    ("oracle", "baselines", "fails"),
    [
        (0.466, [0.14, 0.106], True), (0.106, [0.14, 0.106], True), (0.05, [0.14, 0.106], False),
        (0.3, [np.nan, 0.2], True), (0.3, [np.nan], False), (np.nan, [0.2], False),
        (0.3, [], False),
    ],
)  # fmt: skip
def test_an_oracle_fails_if_any_baseline_is_as_good(oracle, baselines, fails):
    assert oracle_fails(oracle, baselines) == fails


@pytest.mark.parametrize(
    ("error", "oracle", "equal"),
    [
        (0.003, 0.003, True), (0.003, 0.0026, True), (0.003, 0.0036, False),
        (0.0036, 0.003, False), (0.003, 0.0015, False), (0.003, np.nan, True), (0.0, 0.1, True),
    ],
)  # fmt: skip
def test_unequal_learning_counts_in_both_directions(error, oracle, equal):
    assert learnt_equally(error, oracle) == equal
