"""Changes of several measures are summed up by the rule, whatever combination comes."""

from itertools import product
from typing import get_args

import pytest

from transect.measure.comparison import Change
from transect.measure.embedding.change import (
    AlignmentChange,
    alignment_change,
    balance,
    covariance_change,
)

CHANGES = get_args(Change)

COVARIANCES = {
    ("lower", "same", "lower"): "decorrelated",
    ("lower", "lower", "same"): "shrunk",
    ("same", "lower", "higher"): "shrunk, correlated",
    ("lower", "same", "missing"): "lower",
    ("lower", "same", "unknown"): "lower",
    ("higher", "same", "lower"): "higher",
    ("lower", "higher", "lower"): "mixed",
    ("same", "same", "lower"): "correlation lower",
    ("same", "same", "higher"): "correlation higher",
    ("same", "same", "same"): "same",
    ("unknown", "unknown", "unknown"): "unknown",
    ("missing", "missing", "missing"): "missing",
    ("missing", "lower", "lower"): "decorrelated",
}


@pytest.mark.parametrize(("changes", "found"), COVARIANCES.items())
def test_covariance_follows_the_table(changes, found):
    assert covariance_change(*changes) == found


def test_alignment_needs_two_measures_to_agree():
    for changes in product(CHANGES, repeat=3):
        higher, lower = changes.count("higher"), changes.count("lower")
        found = alignment_change(changes)
        assert found in get_args(AlignmentChange)
        assert (found == "mixed") == (higher > 0 and lower > 0)
        assert (found == "better") == (higher > 1 and not lower)
        assert (found == "worse by one") == (lower == 1 and not higher)


def test_a_balance_does_not_depend_on_the_order_and_turns_with_the_signs():
    turned = {"higher": "lower", "lower": "higher"}
    for changes in product(CHANGES, repeat=3):
        found = balance(changes)
        assert found == balance(changes[::-1])
        other = balance([turned.get(one, one) for one in changes])
        assert other == turned.get(found, found)
