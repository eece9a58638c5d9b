"""Losses are compared seed by seed, and the words know how little few seeds tell."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from transect.measure.statistics import Interval
from transect.report.study.comparison import change, difference, mean, ratio


def with_scores(study, rows):
    """Return the study with a score `x` by loss and seed, the first two losses alone."""
    table = pd.DataFrame(rows, columns=["loss", "seed", "x"])
    losses = {loss: study.losses[loss] for loss in ("standard", "entanglement")}
    return replace(study, losses=losses, scores=table)


def paired(study, ours, theirs):
    rows = [("standard", seed, x) for seed, x in enumerate(theirs)]
    return with_scores(study, rows + [("entanglement", seed, x) for seed, x in enumerate(ours)])


def test_differences_are_those_of_equal_seeds(study):
    # the seeds differ by far more than the losses do
    data = paired(study, ours=[9, 98, 997], theirs=[10, 100, 1000])
    found = difference(data, "entanglement", "x")
    # Student's t of two degrees of freedom, and the differences are −1, −2 and −3
    half = 4.302653 / np.sqrt(3)
    assert found == pytest.approx((-2.0, -2 - half, -2 + half, 3))
    assert change(found) == "same"
    assert mean(data, "entanglement", "x").mean == pytest.approx((9 + 98 + 997) / 3)


def test_seeds_that_one_loss_lacks_are_left_out(study):
    rows = [("standard", 0, 1.0), ("standard", 1, np.nan), ("standard", 2, 5.0)]
    rows += [("entanglement", 2, 7.0), ("entanglement", 0, 2.0), ("entanglement", 1, 100.0)]
    rows += [("entanglement", 3, np.inf)]
    data = with_scores(study, rows)
    assert difference(data, "entanglement", "x")[::3] == (1.5, 2)
    assert mean(data, "standard", "x")[::3] == (3.0, 2)
    assert mean(data, "entanglement", "x").count == 3


def test_ratios_turn_round_with_the_reference(study):
    ours, theirs = [2.0, 8.0, 1.0], [1.0, 2.0, 1.0]
    one = ratio(paired(study, ours, theirs), "entanglement", "x")
    other = ratio(paired(study, theirs, ours), "entanglement", "x")
    assert one.mean == pytest.approx(2.0)
    # the ratios are 2, 4 and 1: logarithms 1, 2 and 0 times log 2, Student's t of two degrees
    half = 4.302653 / np.sqrt(3)
    assert (one.low, one.high) == pytest.approx((2 ** (1 - half), 2 ** (1 + half)))
    assert other[:3] == pytest.approx((1 / one.mean, 1 / one.high, 1 / one.low))
    assert ratio(paired(study, [0.0, 2.0], [1.0, 1.0]), "entanglement", "x").count == 1


def test_one_seed_has_no_interval(study):
    data = paired(study, [2.0], [1.0])
    for found in (difference(data, "entanglement", "x"), ratio(data, "entanglement", "x")):
        assert found.count == 1 and np.isnan(found.low)
    assert change(difference(data, "entanglement", "x")) == "unknown"


def test_what_no_run_has_is_missing(study):
    for compare in (mean, difference, ratio):
        assert compare(study, "entanglement", "no_such_number") is None
    assert mean(replace(study, scores=study.scores.assign(x="word")), "standard", "x") is None


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0.1, 0.2, "higher"), (-0.2, -0.1, "lower"), (-0.1, 0.1, "same"), (0.0, 0.1, "same")],
)
def test_an_interval_that_touches_0_tells_nothing(low, high, word):
    assert change(Interval(0.0, low, high, 5)) == word
    assert change(Interval(1.0, 1 + low, 1 + high, 5), nothing=1.0) == word
