"""Every answer, from numbers that were planted for it."""

from dataclasses import replace

import numpy as np
import pytest

from planted_study import ALIGNED, LOSSES, make_study
from transect.report.study.sentences import (
    ALIGNMENT_ANSWERS,
    COVARIANCE_ANSWERS,
    ERROR_ANSWERS,
    alignment_answer,
    answers,
    covariance_answer,
    error_answer,
)
from transect.report.study.shape import dimension_answer, loops_answer
from transect.space import Factor, FactorSpace

E, COV, CORR = "embedding_entanglement", "embedding_covariance", "embedding_correlation"
OWN, MIG, MCC = "embedding_as_it_stands", "embedding_mig", "embedding_mcc"
TWO_NN, LIKELIHOOD, PCA = (
    "embedding_two_nn",
    "embedding_maximum_likelihood",
    "embedding_local_pca",
)
PAIR = {loss: LOSSES[loss] for loss in ("standard", "entanglement")}


def study_with(values, seeds=3, **options):
    """Return two losses, the second with these values."""
    return make_study({"entanglement": values}, seeds, PAIR, count=30, **options)


COVARIANCES = {
    "apart": {E: 0.2, COV: 0.1, CORR: 0.1},
    "shrunk": {E: 0.2, COV: 0.1},
    "shrunk only": {E: 0.2, COV: 0.1, CORR: 0.6},
    "lower": {E: 0.2, CORR: None},
    "higher": {COV: 0.4},
    "mixed": {E: 0.2, COV: 0.4},
    "correlation lower": {CORR: 0.1},
    "correlation higher": {CORR: 0.6},
    "same": {},
    "missing": {E: None, COV: None, CORR: None},
}


@pytest.mark.parametrize("kind", COVARIANCE_ANSWERS)
def test_covariance(kind):
    seeds = 1 if kind == "unknown" else 3
    answer = covariance_answer(study_with(COVARIANCES.get(kind, {}), seeds), "entanglement")
    assert answer.verdict == COVARIANCE_ANSWERS[kind]
    assert answer.clear == (kind not in {"same", "unknown", "missing"})
    assert len(answer.evidence) == {"missing": 0, "lower": 2}.get(kind, 3)


ALIGNMENTS = {
    "better": {OWN: 0.9, MIG: 0.5},
    "worse": {OWN: 0.1, MIG: 0.1, MCC: 0.3},
    "mixed": {OWN: 0.9, MIG: 0.5, MCC: 0.3},
    "better by one": {MIG: 0.5},
    "worse by one": {MCC: 0.3},
    "same": {},
    "missing": {OWN: None, MIG: None, MCC: None},
}


@pytest.mark.parametrize("kind", ALIGNMENT_ANSWERS)
def test_alignment(kind):
    seeds = 1 if kind == "unknown" else 3
    answer = alignment_answer(study_with(ALIGNMENTS.get(kind, {}), seeds), "entanglement")
    assert answer.verdict == ALIGNMENT_ANSWERS[kind]
    assert answer.clear == (kind not in {"same", "unknown", "missing"})


def test_alignment_says_in_how_many_seeds_the_axes_are_the_factors():
    data = study_with({})
    kinds = ["bent", "bent", "rotated", "aligned", "bent", "aligned"]
    data = replace(data, scores=data.scores.assign(embedding_verdict=kinds))
    assert (
        alignment_answer(data, "entanglement").evidence[-1] == "aligned in 2 of 3 seeds, bent in 1"
    )
    assert answers(data, "standard")[0].evidence[-1] == (
        "aligned in 0 of 3 seeds, bent in 2, rotated in 1"
    )


ERRORS = {
    "higher": {"validation_nmse": 0.1},
    "lower": {"validation_nmse": 0.02},
    "same": {},
    "missing": {"validation_nmse": None},
}


@pytest.mark.parametrize("kind", ERROR_ANSWERS)
def test_error(kind):
    seeds = 1 if kind == "unknown" else 3
    answer = error_answer(study_with(ERRORS.get(kind, {}), seeds), "entanglement")
    assert answer.verdict == ERROR_ANSWERS[kind]
    if kind == "higher":
        assert answer.evidence[0].startswith("validation nMSE 0.050 → 0.10: × 2.0")


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({}, "Two-dimensional by 3 of 3 estimators"),
        ({TWO_NN: 1.82, LIKELIHOOD: 2.28, PCA: 5.0}, "Two-dimensional by 2 of 3 estimators"),
        ({TWO_NN: 2.33, LIKELIHOOD: 2.4}, "More than two-dimensional"),
        ({TWO_NN: 1.77, LIKELIHOOD: 1.7}, "Less than two-dimensional"),
        ({TWO_NN: 1.5, LIKELIHOOD: 2.5}, "The estimators disagree whether it is two-dimensional"),
        ({TWO_NN: None, LIKELIHOOD: None}, "Not measured"),
    ],
)
def test_dimension(values, verdict):
    answer = dimension_answer(study_with(values), "entanglement")
    assert answer.verdict == verdict
    assert answer.clear == verdict.startswith("Two-")


def test_dimension_is_that_of_the_factor_space():
    data = study_with({TWO_NN: 3.0, LIKELIHOOD: 2.9})
    space = FactorSpace([*data.space.factors, Factor("c", 0, 1)])
    answer = dimension_answer(replace(data, space=space), "entanglement")
    assert answer.verdict == "Three-dimensional by 2 of 3 estimators"


def test_loops():
    data = study_with({"embedding_loops": [0, 2, 0]})
    answer = loops_answer(data, "entanglement")
    assert answer.verdict == "No loop in 2 of 3 seeds; a full space has none"
    assert answer.evidence == ("by seed: 0, 2, 0",) and not answer.clear
    assert loops_answer(data, "standard").clear
    bare = replace(data, scores=data.scores.drop(columns="embedding_loops"))
    assert loops_answer(bare, "standard").verdict == "Not measured"


def test_a_periodic_factor_leaves_a_loop():
    data = study_with({"embedding_loops": [1, 1, 1]})
    a, b = data.space.factors
    space = FactorSpace([replace(a, periodic=True), b])
    answer = loops_answer(replace(data, space=space), "entanglement")
    assert answer.verdict == (
        "One loop in 3 of 3 seeds; a full space with a periodic factor has one"
    )
    torus = FactorSpace([replace(a, periodic=True), replace(b, periodic=True)])
    assert loops_answer(replace(data, space=torus), "entanglement").verdict.startswith(
        "2 loops in 0 of 3 seeds"
    )


def test_a_hole_may_leave_loops():
    data = study_with({"embedding_loops": [1, 0, 1]})
    table = data.embeddings["standard"].assign(split="removed")
    data = replace(data, embeddings=data.embeddings | {"standard": table})
    answer = loops_answer(data, "entanglement")
    assert answer.verdict == "Loops in 2 of 3 seeds; a hole may leave one"


def test_evidence_carries_both_means_the_difference_and_its_interval():
    data = study_with({})
    scores = data.scores.copy()
    for seed, (ours, theirs) in enumerate([(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]):
        scores.loc[(scores["seed"] == seed) & (scores["loss"] == "standard"), E] = theirs
        scores.loc[(scores["seed"] == seed) & (scores["loss"] != "standard"), E] = ours
    answer = covariance_answer(replace(data, scores=scores), "entanglement")
    assert answer.evidence[0] == "entanglement E 4.0 → 2.0: −2.0 (−4.5 to 0.48)"


def test_evidence_says_how_many_seeds_it_rests_on():
    answer = covariance_answer(study_with({E: [0.1, np.nan, 0.2]}), "entanglement")
    assert answer.evidence[0].endswith(", 2 of 3 seeds")
    assert "seeds" not in answer.evidence[1]


def test_one_seed_shows_differences_without_intervals():
    answer = covariance_answer(study_with({E: 0.1}, seeds=1), "entanglement")
    assert answer.verdict == "One seed tells no difference from chance"
    assert answer.evidence[0] == "entanglement E 0.40 → 0.10: −0.30"


def test_the_reference_shows_its_means():
    data = study_with(ALIGNED)
    questions = [answer.question for answer in answers(data, "standard")]
    assert questions == ["Reference", "Dimension", "Loops"]
    assert answers(data, "standard")[0].evidence[0].startswith("entanglement E 0.400 (")
    assert [answer.question for answer in answers(data, "entanglement")] == [
        "Covariance", "Axes", "Reconstruction", "Dimension", "Loops",
    ]  # fmt: skip
