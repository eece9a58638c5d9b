from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.measure.embedding.disentanglement import (
    BINS,
    dci,
    equal_mass_bins,
    information_share,
    linear_r2,
    mcc,
    mig,
    sap,
)
from transect.measure.embedding.importance import completeness_of, disentanglement_of


def disentanglement_scores(codes, factors):
    linear = linear_r2(codes, factors)
    return {
        "mig": mig(codes, factors),
        "sap": sap(codes, factors),
        **dci(codes, factors)._asdict(),
        "mcc": mcc(codes, factors),
        "mcc_rank": mcc(codes, factors, rank=True),
        "r2_factors": linear.factors,
        "r2_codes": linear.codes,
    }


def punctured(count, radius=0.3, center=(0.5, 0.5), seed=0):
    points = np.random.default_rng([seed, 1]).random((20 * count, 2))
    return points[np.linalg.norm(points - center, axis=1) > radius][:count]


def relabelled(points):
    """Return the factors in another order, with another sign and curved scales."""
    return np.stack([np.exp(3 * points[:, 1]), -(points[:, 0] ** 3)], axis=1)


def normal(count, columns, seed=0):
    return np.random.default_rng([seed, 2]).normal(size=(count, columns))


def turned(points, degrees):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return points @ np.array([[cosine, -sine], [sine, cosine]])


@pytest.mark.parametrize(("count", "radius"), [(500, 0.0), (500, 0.3), (500, 0.48), (5000, 0.3)])
def test_every_measure_is_one_on_relabelled_factors_with_a_hole(count, radius):
    points = punctured(count, radius)
    scores = disentanglement_scores(relabelled(points), points)
    linear = {name: scores.pop(name) for name in ("mcc", "r2_factors", "r2_codes")}
    assert scores == pytest.approx(dict.fromkeys(scores, 1.0), abs=0.005)
    assert min(linear.values()) > 0.7 and max(linear.values()) < 0.99  # these are linear


def test_every_measure_is_one_on_scaled_factors():
    points = punctured(500)
    scores = disentanglement_scores(points[:, ::-1] * [-2.0, 1e-3] + 5, points)
    assert scores == pytest.approx(dict.fromkeys(scores, 1.0), abs=0.005)


@pytest.mark.parametrize("center", [(0.2, 0.2), (1.0, 0.0)])
def test_a_hole_that_correlates_the_factors_costs_nothing(center):
    points = punctured(1000, 0.6, center)
    assert abs(np.corrcoef(points.T)[0, 1]) > 0.15
    assert mig(points, points) == sap(points, points) == 1
    assert dci(points, points) == pytest.approx((1, 1, 1), abs=0.005)


@pytest.mark.parametrize("count", [500, 5000])
@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_every_measure_is_near_zero_on_noise_of_any_size(count, size):
    scores = disentanglement_scores(size * normal(count, 3), punctured(count))
    correlations = {name: scores.pop(name) for name in ("mcc", "mcc_rank")}
    assert max(correlations.values()) < 3 / np.sqrt(count)
    assert scores == pytest.approx(dict.fromkeys(scores, 0.0), abs=0.02)


@pytest.mark.parametrize("degrees", [15, 45])
def test_stable_from_500_to_5000_samples(degrees):
    def scores(count):
        trials = []
        for seed in range(2):
            points = punctured(count, seed=seed)
            codes = np.hstack([turned(points, degrees), 0.01 * normal(count, 1, seed)])
            trials.append(list(disentanglement_scores(codes, points).values()))
        return np.mean(trials, axis=0)

    np.testing.assert_allclose(scores(500), scores(5000), atol=0.05)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.sampled_from([np.exp, np.cbrt, np.tanh, np.negative]))
def test_ranks_are_all_that_the_rank_measures_see(seed, scaling):
    points = np.random.default_rng(seed).random((101, 2))
    codes = np.random.default_rng(seed + 1).normal(size=(101, 3)) + points[:, [0, 1, 1]]
    for measure in (mig, sap, lambda z, v: mcc(z, v, rank=True)):
        expected = measure(codes, points)
        assert 0 <= expected <= 1
        assert measure(scaling(codes[:, [2, 0, 1]]), points) == pytest.approx(expected)
        assert measure(codes, scaling(points)) == pytest.approx(expected)


# The planted cases of the tests of disentanglement_lib (F. Locatello et al., "Challenging common
# assumptions in the unsupervised learning of disentangled representations", 2019), with its ten
# factors of ten values (four of them for the forests, to be quick) and its bounds of the scores.
def ten_by_ten(count):
    return np.random.default_rng(0).integers(1, 11, size=(count, 10)).astype(float)


def test_mig_and_sap_on_the_cases_of_disentanglement_lib():
    factors = ten_by_ten(3000)
    for measure in (mig, sap, lambda z, v: sap(z, v, rank=False)):
        assert 0.9 <= measure(factors, factors) <= 1
        assert measure(np.zeros_like(factors), factors) == 0
        assert 0 <= measure(np.hstack([factors, factors]), factors) <= 0.1


def test_dci_on_the_cases_of_disentanglement_lib():
    factors = ten_by_ten(1000)[:, :4]
    assert min(dci(factors, factors)) >= 0.9
    shuffled = np.random.default_rng(1).permuted(factors, axis=1)
    assert max(dci(shuffled, factors)[:2]) <= 0.2
    doubled = dci(np.hstack([factors, factors]), factors)
    assert doubled.disentanglement >= 0.9
    assert doubled.completeness == pytest.approx(1 - np.log(2) / np.log(8), abs=0.1)


DIAGONAL = np.diag(5 * np.ones(5))
HALF = 1 - np.log(2) / np.log(10)


@pytest.mark.parametrize(
    ("matrix", "disentanglement", "completeness"),
    [
        (DIAGONAL, 1, 1),
        (np.eye(3, 2), 1, 1),  # an empty code
        (np.zeros((10, 10)), 0, 0),
        (np.vstack([DIAGONAL, DIAGONAL]), 1, HALF),  # redundant codes
        (DIAGONAL[:2], 1, 1),  # missed factors
        (np.hstack([DIAGONAL, DIAGONAL]), HALF, 1),  # a code of two factors
    ],
)
def test_entropies_on_the_matrices_of_disentanglement_lib(matrix, disentanglement, completeness):
    assert disentanglement_of(matrix) == pytest.approx(disentanglement)
    assert completeness_of(matrix) == pytest.approx(completeness)


def test_sap_of_values_is_the_formula_of_the_paper():
    points = np.random.default_rng(3).random((300, 2))
    codes = normal(300, 3) + points @ np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 1.0]])
    score = np.array([[np.corrcoef(z, v)[0, 1] ** 2 for v in points.T] for z in codes.T])
    ordered = np.sort(score, axis=0)
    ceiling = 1 - np.corrcoef(points.T)[0, 1] ** 2
    expected = np.mean(ordered[-1] - ordered[-2]) / ceiling
    assert sap(codes, points, rank=False) == pytest.approx(expected)


def test_mcc_is_the_best_of_all_pairings():
    points = np.random.default_rng(4).random((200, 3))
    codes = normal(200, 4) + points @ np.random.default_rng(5).normal(size=(3, 4)) * 3
    strength = np.abs([[np.corrcoef(z, v)[0, 1] for v in points.T] for z in codes.T])
    best = max(np.mean(strength[list(order), range(3)]) for order in permutations(range(4), 3))
    assert mcc(codes, points) == pytest.approx(best)


def test_information_of_a_sum_is_what_integration_gives():
    count, fine = 20000, 2000
    points = np.random.default_rng(6).random((count, 2))
    total = points.sum(axis=1)
    found = information_share(equal_mass_bins(total[:, None]), equal_mass_bins(points[:, :1]))
    # the sum of two uniform numbers has the distribution s²/2 below 1 and its mirror above
    low = np.sqrt(2 * np.arange(0, BINS // 2 + 1) / BINS)
    cuts = np.concatenate([low, 2 - low[-2::-1]])
    first = ((np.arange(fine) + 0.5) / fine).reshape(BINS, -1)
    joint = np.diff(np.clip(cuts - first[:, :, None], 0, 1), axis=2).mean(axis=1) / BINS
    information = np.sum(joint * np.log(joint * BINS**2, where=joint > 0, out=joint * 0))
    assert found[0, 0] == pytest.approx(information / np.log(BINS), abs=0.004)


def test_information_of_noise_has_no_bias_left():
    shares = [
        information_share(
            equal_mass_bins(normal(500, 1, seed)), equal_mass_bins(normal(500, 1, seed + 100))
        )[0, 0]
        for seed in range(30)
    ]
    assert np.mean(shares) < 0.01  # without the correction 81 / 1000 / log 10 = 0.035


def test_information_is_that_of_the_table_of_counts():
    generator = np.random.default_rng(10)
    sources, targets = generator.integers(4, size=(50, 2)), generator.integers(3, size=(50, 1))

    def entropy(counts):
        shares = counts[counts > 0] / 50
        return -np.sum(shares * np.log(shares)) + (len(shares) - 1) / 100

    for column in range(2):
        table = np.zeros((4, 3))
        for one, other in zip(sources[:, column], targets[:, 0], strict=True):
            table[one, other] += 1
        target = entropy(table.sum(axis=0))
        shared = entropy(table.sum(axis=1)) + target - entropy(table.ravel())
        found = information_share(sources, targets)[column, 0]
        assert found == pytest.approx(max(shared / target, 0))


def test_discrete_factors_keep_all_their_values():
    values = np.repeat(np.arange(30.0), 20)[:, None]
    merged = values // 3  # what ten bins of equal mass make of them
    assert mig(merged, values) == mig(values, values, discrete=[0]) == 1
    assert mig(merged, values, discrete=[0]) == pytest.approx(np.log(10) / np.log(30), abs=0.01)


def test_linear_r2_of_known_noise():
    points = np.random.default_rng(7).random((4000, 2))
    codes = np.hstack([points[:, :1] + np.sqrt(1 / 12) * normal(4000, 1), points[:, 1:]])
    found = linear_r2(codes, points)  # half of the first variance is noise
    assert found.factors == pytest.approx((0.5 + 1) / 2, abs=0.02)
    assert found.codes == pytest.approx((1 / 12 + 1 / 12) / (2 / 12 + 1 / 12), abs=0.02)


def test_linear_r2_is_adjusted_for_many_codes():
    points = np.random.default_rng(8).random((200, 2))
    trials = [linear_r2(normal(200, 50, seed), points).factors for seed in range(10)]
    assert np.mean(trials) < 0.05  # 50 / 199 = 0.25 without


def test_turning_costs_mig_what_the_binned_information_says():
    points = np.random.default_rng(9).random((3000, 2))
    scores = [mig(turned(points, degrees), points) for degrees in (0, 5, 15, 30, 45)]
    assert np.all(np.diff(scores) < 0) and scores[0] == 1 and scores[-1] < 0.02


def test_constant_codes_score_zero():
    scores = disentanglement_scores(np.full((100, 3), 0.1), punctured(100))
    assert scores == dict.fromkeys(scores, 0.0)


def test_one_constant_code_among_good_ones_changes_little():
    points = punctured(500)
    codes = np.hstack([points, np.full((500, 1), 7.0)])
    scores = disentanglement_scores(codes, points)
    assert scores == pytest.approx(dict.fromkeys(scores, 1.0), abs=0.005)


def test_one_factor():
    points = punctured(500, radius=0)
    scores = disentanglement_scores(points, points[:, :1])
    assert np.isnan(scores.pop("disentanglement"))
    codes = scores.pop("r2_codes")
    assert codes == pytest.approx(0.5, abs=0.1)
    assert scores == pytest.approx(dict.fromkeys(scores, 1.0), abs=0.02)


def test_more_factors_than_codes():
    points = punctured(2000, radius=0)
    scores = disentanglement_scores(points[:, :1], points)
    assert np.isnan(scores.pop("completeness"))
    assert scores["mig"] == pytest.approx(0.5, abs=0.02)
    assert scores["sap"] == pytest.approx(0.5, abs=0.02)
    assert scores["mcc"] == pytest.approx(0.5, abs=0.02)
    assert scores["informativeness"] == pytest.approx(0.5, abs=0.02)


def test_a_factor_that_another_determines_leaves_no_gap():
    points = punctured(300)
    factors = np.stack([points[:, 0], -points[:, 0], points[:, 1]], axis=1)
    assert mig(points, factors) == sap(points, factors) == pytest.approx(1 / 3, abs=0.01)


def test_forests_are_seeded():
    points = punctured(60)
    codes = points + 0.1 * normal(60, 2)
    assert dci(codes, points, seed=1) == dci(codes, points, seed=1)
    assert dci(codes, points, seed=1) != dci(codes, points, seed=2)


@pytest.mark.parametrize("measure", [mig, sap, mcc, dci, linear_r2])
@pytest.mark.parametrize(
    ("codes", "factors", "message"),
    [
        ([[0.0]], [[1.0]], "at least"),
        ([[0.0], [np.nan]] * 5, [[1.0], [2.0]] * 5, "codes.*nan in row 1"),
        ([[0.0], [1.0]] * 5, [[1.0], [np.inf]] * 5, "factors.*inf in row 1"),
        ([[0.0], [1.0]] * 5, [[1.0], [1.0]] * 5, "column 0 is 1 in every row"),
        ([[0.0], [1.0]] * 5, [[1.0]] * 5, "same rows, got 10 and 5"),
        ([0.0, 1.0], [[1.0], [2.0]], r"codes need the shape.*\(2,\)"),
        (np.zeros((9, 0)), np.zeros((9, 1)), r"\(9, 0\)"),
    ],
)
def test_broken_input_is_refused(measure, codes, factors, message):
    with pytest.raises(ValueError, match=message):
        measure(codes, factors)


def test_too_few_rows_for_a_regression_are_refused():
    with pytest.raises(ValueError, match="at least 6 rows"):
        linear_r2(np.eye(5)[:, :4], np.arange(5.0)[:, None])


def test_rounding_of_discrete_factors_and_codes_changes_no_score():
    generator = np.random.default_rng(7)
    factors = generator.integers(0, 4, (400, 2)) / 10
    scores = disentanglement_scores(factors[:, ::-1], factors)
    jitter = 1e-7 * generator.normal(size=(2, 400, 2))
    rounded = disentanglement_scores(factors[:, ::-1] * (1 + jitter[0]), factors * (1 + jitter[1]))
    assert rounded == pytest.approx(scores, abs=1e-5)
    with pytest.raises(ValueError, match="two different values a column"):
        disentanglement_scores(factors, 0.3 + 1e-16 * jitter[0] + [0, 1])
