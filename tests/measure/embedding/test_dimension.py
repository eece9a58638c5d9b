import numpy as np
import pytest
from skdim.id import lPCA

from transect.measure.embedding.dimension import (
    compare_dimension,
    intrinsic_dimension,
    local_pca,
    maximum_likelihood,
    spectrum,
    thickness,
    two_nn,
)


def sheet(count, seed=0, height=1.5):
    """Return uniform points of a rectangle of 1.5 × 2, rolled up about a cylinder."""
    generator = np.random.default_rng(seed)
    across, along = generator.random((2, count)) * [[height], [2.0]]
    return np.column_stack([np.sin(1.2 * along), 1 - np.cos(1.2 * along), 1.2 * across]) / 1.2


def ball(count, latent, seed=0):
    generator = np.random.default_rng(seed)
    directions = generator.normal(size=(count, latent))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions * generator.random((count, 1)) ** (1 / latent)


def curve(count):
    angle = np.random.default_rng(0).random(count) * 6
    return np.column_stack([np.cos(angle), np.sin(angle), angle / 3])


@pytest.mark.parametrize(
    ("codes", "dimension"), [(curve(2000), 1), (sheet(4500), 2), (ball(4500, 3), 3)]
)
def test_three_estimators_find_planted_dimensions(codes, dimension):
    found = intrinsic_dimension(codes, halves=4)
    for estimate in (found.two_nn, found.maximum_likelihood, found.local_pca):
        assert estimate.mean == pytest.approx(dimension, abs=0.07 * dimension)
        assert estimate.low < estimate.mean + 1e-12 and estimate.mean < estimate.high + 1e-12


def test_intervals_are_as_wide_as_new_samples_spread():
    found = [intrinsic_dimension(sheet(400, seed), halves=10).two_nn for seed in range(10)]
    spread = np.std([one.mean for one in found])
    claimed = np.mean([one.high - one.low for one in found]) / (2 * 1.96)
    assert 0.4 < claimed / spread < 2.5  # ten samples know their spread to a quarter


def test_neither_scale_nor_rotation_nor_copies_change_the_answer():
    codes = sheet(600)
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    moved = 7 * codes @ rotation + 3
    copied = np.concatenate([codes, codes[:200]])
    rounded = np.concatenate([codes, codes[:200] * (1 + 1e-6 * ball(200, 3))]).astype(np.float32)
    one = intrinsic_dimension(codes, halves=2)
    # Rounding to single precision moves codes; nothing else here changes a distance.
    for other, tolerance in ((moved, 1e-6), (copied, 1e-6), (rounded, 1e-4)):
        again = intrinsic_dimension(other, halves=2)
        assert again.two_nn.mean == pytest.approx(one.two_nn.mean, rel=tolerance)
        likely = again.maximum_likelihood.mean
        assert likely == pytest.approx(one.maximum_likelihood.mean, rel=tolerance)
    assert thickness(moved) == pytest.approx(thickness(codes), rel=1e-6)


def test_maximum_likelihood_is_its_formula():
    codes = ball(300, 3)
    distances = np.sort(np.linalg.norm(codes[:, None] - codes, axis=2), axis=1)[:, 1:16]
    inverse = np.log(distances[:, -1:] / distances[:, :-1]).sum(axis=1) / 14
    assert maximum_likelihood(codes, 15) == pytest.approx(1 / inverse.mean())


def test_local_pca_agrees_with_scikit_dimension():
    codes = np.concatenate([curve(300), ball(300, 3)])
    near = np.argsort(np.linalg.norm(codes[:, None] - codes, axis=2), axis=1)[:, :30]
    reference = lPCA(ver="FO").fit_pw(codes, precomputed_knn=near, n_neighbors=30)
    np.testing.assert_array_equal(local_pca(codes, 30), reference.dimension_pw_)


def test_local_dimension_tells_parts_apart():
    parts = [sheet(800), curve(800) + 20, ball(800, 3) + 40]
    counted = local_pca(np.concatenate(parts)).reshape(3, 800)
    assert np.median(counted, axis=1).tolist() == [2, 1, 3]


@pytest.mark.parametrize("noise", [0.01, 0.03])
def test_thickness_is_that_of_planted_noise(noise):
    codes = sheet(4500)
    extent = np.sqrt(spectrum(codes).sum())
    noisy = codes + np.random.default_rng(2).normal(0, noise, codes.shape)
    assert thickness(noisy) == pytest.approx(noise / extent, rel=0.25)
    assert thickness(noisy, 3) == pytest.approx(0, abs=1e-9)


def test_thickness_of_a_bend_is_that_of_its_sagitta():
    # x²/(2R) has the deviation h²/(8R) over a disc of radius h, which holds 80 of 4000 points.
    disc, height = ball(4000, 2), 80 / 4000
    for bend in (0.0, 1.0):
        bent = np.column_stack([disc, bend / 2 * disc[:, 0] ** 2])
        expected = bend * height / 8 / np.sqrt(spectrum(bent).sum())
        assert thickness(bent, neighbors=80) == pytest.approx(expected, rel=0.35, abs=1e-9)


def test_spectrum_is_that_of_the_covariance():
    codes = ball(200, 4) * [4, 3, 2, 1]
    expected = np.linalg.eigvalsh(np.cov(codes.T, bias=True))[::-1]
    np.testing.assert_allclose(spectrum(codes), expected)
    assert spectrum([[1.0, 2.0]]).tolist() == [0, 0]


def test_codes_of_one_column_are_a_line():
    codes = np.random.default_rng(0).random((800, 1))
    found = intrinsic_dimension(codes, halves=2)
    assert found.two_nn.mean == pytest.approx(1, abs=0.1)
    assert found.local_pca.mean == 1


def test_seeded():
    codes = sheet(300)
    one, other = (intrinsic_dimension(codes, halves=3, seed=seed).two_nn for seed in (0, 1))
    assert one == intrinsic_dimension(codes, halves=3, seed=0).two_nn
    assert one.mean == other.mean and one.low != other.low


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: intrinsic_dimension(np.ones((500, 3))), "102 different rows, got 1 among 500"),
        (lambda: intrinsic_dimension(sheet(101)), "102 different rows, got 101"),
        (lambda: intrinsic_dimension(sheet(200), halves=1), "halves"),
        (lambda: intrinsic_dimension([[np.nan, 0.0]]), "finite"),
        (lambda: two_nn([[0.0, 1.0]]), "at least 10"),
        (lambda: maximum_likelihood(sheet(20)), "at least 21"),
        (lambda: maximum_likelihood(sheet(20), 2), "neighbors"),
        (lambda: local_pca(sheet(20)), "at least 50"),
        (lambda: local_pca(sheet(20), 1), "neighbors"),
        (lambda: thickness(sheet(60), dimension=4), "1 to latent = 3"),
        (lambda: thickness(sheet(60), dimension=0), "1 to latent = 3"),
        (lambda: thickness(sheet(60), neighbors=2), "more than dimension = 2"),
        (lambda: thickness(np.zeros((60, 3))), "50 different rows"),
        (lambda: spectrum(np.zeros((0, 3))), r"\(0, 3\)"),
    ],
)
def test_broken_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("estimates", "factors", "verdict"),
    [
        ((2.05, 1.93, 2.4), 2, "as many"), ((1.8, 2.3, 7.0), 2, "as many"),
        ((1.79, 2.31, 2.0), 2, "undecided"), ((1.79, 1.2, 2.0), 2, "fewer"),
        ((2.31, 2.9, 2.0), 2, "more"), ((2.9, 3.1, 2.0), 3, "as many"),
        ((2.0, 2.1, 2.0), 3, "fewer"), ((2.0,), 2, "undecided"), ((), 2, "undecided"),
    ],
)  # fmt: skip
def test_two_estimates_within_the_band_decide(estimates, factors, verdict):
    assert compare_dimension(estimates, factors) == verdict
