"""The first words of a study's page."""

from dataclasses import replace

import pandas as pd
import pytest

from planted_study import ALIGNED, CURLED, LOSSES, WEIGHTS, make_study
from transect.report.study.headline import headline, how_to_read

PAIR = {loss: LOSSES[loss] for loss in ("standard", "entanglement")}


def test_two_losses():
    found = headline(make_study({"entanglement": ALIGNED}, losses=PAIR, count=30))
    assert found.verdict == (
        "Compared with “standard”, “entanglement” lowers the covariance between latents by more "
        "than smaller codes would, aligns the axes with the factors better and costs nothing "
        "distinguishable in reconstruction."
    )
    assert found.detail == (
        "Both embeddings are two-dimensional. 6 of 6 runs have no loop; a full space has none."
    )


def test_two_losses_that_do_not_differ_but_in_cost():
    found = headline(make_study({"entanglement": {"validation_nmse": 0.1}}, losses=PAIR, count=30))
    assert found.verdict.endswith(
        "“entanglement” does not distinguishably change the covariance between latents, does not "
        "distinguishably change how the axes align and costs reconstruction (nMSE × 2.01)."
    )


def test_three_losses(study):
    found = headline(study)
    assert found.verdict == (
        "Compared with “standard”, “entanglement” and “curled” lower the covariance between "
        "latents (1 of them by more than smaller codes would), “entanglement” aligns the axes "
        "better and “curled” costs reconstruction."
    )
    assert found.detail.startswith(
        "2 of 3 embeddings are two-dimensional. 8 of 9 runs have no loop"
    )


@pytest.mark.parametrize(
    ("correlation", "how"),
    [
        (0.1, " by more than smaller codes would"),
        (0.3, " as smaller codes alone would"),
        (None, ""),
    ],
)
def test_one_of_many_lowers(correlation, how):
    values = {"entanglement": {"embedding_covariance": 0.1, "embedding_correlation": correlation}}
    found = headline(make_study(values, count=30))
    assert f"“entanglement” lowers the covariance between latents{how}, no loss" in found.verdict
    assert "no loss aligns the axes better and no loss costs reconstruction" in found.verdict


def test_many_losses_are_counted(series):
    found = headline(series)
    assert found.verdict == (
        "Compared with “0”, all 3 losses lower the covariance between latents as smaller codes "
        "alone would, no loss aligns the axes better and all 3 losses cost "
        "reconstruction."
    )
    five = {**WEIGHTS, "more": {"kind": "entanglement", "entanglement": 2.0}}
    values = {loss: {"embedding_covariance": 0.1} for loss in list(five)[2:]}
    assert "“0”, 3 of 4 losses lower" in headline(make_study(values, losses=five, count=30)).verdict


def test_one_seed_tells_nothing():
    data = make_study({"entanglement": ALIGNED}, seeds=1, count=30)
    assert headline(data).verdict == (
        "With one seed, no difference of losses can be told from chance."
    )
    assert "One seed gives no interval" in how_to_read(data)
    assert how_to_read(data).startswith("3 losses × 1 seed.")


def test_one_loss_stands_alone():
    losses = {"standard": LOSSES["standard"]}
    data = make_study(seeds=2, losses=losses, count=30)
    assert headline(data).verdict == "“standard” stands alone: there is no loss to compare."
    assert headline(data).detail.startswith("The embedding is two-dimensional. 2 of 2 runs")
    assert how_to_read(data) == "1 loss × 2 seeds."
    curled = make_study({"standard": CURLED}, losses=losses, count=30)
    assert "The embedding is not two-dimensional." in headline(curled).detail


def test_how_far_to_trust_few_seeds(study):
    words = how_to_read(study).replace("\u00a0", " ")
    assert words.startswith("3 losses × 3 seeds.")
    assert "differences to “standard” are taken seed by seed" in words
    assert "95 % intervals over seeds, by Student's t" in words


@pytest.mark.parametrize("losses", [PAIR, LOSSES])
def test_nothing_measured(losses):
    data = make_study(losses=losses, count=30)
    scores = data.scores[["loss", "seed", "seconds_total"]]
    assert headline(replace(data, scores=scores)) == (
        "Nothing was measured that compares the losses.",
        "",
    )


def test_runs_with_aligned_axes_are_counted(study):
    kinds = pd.Series(["aligned", "bent", None] * 3)
    data = replace(study, scores=study.scores.assign(embedding_verdict=kinds))
    assert headline(data).detail.endswith("The axes are the factors in 3 of 6 runs.")
