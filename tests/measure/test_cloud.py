import numpy as np
import pytest

from transect.measure.cloud import check_cloud, random_halves


def test_half_sample_means_spread_like_means_of_whole_samples():
    values = np.random.default_rng(0).normal(2, 3, 400)
    means = [values[rows].mean() for rows in random_halves(400, 4000, seed=1)]
    assert np.mean(means) == pytest.approx(values.mean(), abs=0.01)
    assert np.std(means) == pytest.approx(values.std(ddof=1) / np.sqrt(400), rel=0.05)


def test_halves_are_seeded_and_without_copies():
    one, same, other = (list(random_halves(11, 3, seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert all(len(np.unique(rows)) == 5 for rows in one)


@pytest.mark.parametrize(
    ("codes", "least", "message"),
    [
        ([1.0, 2.0], 1, r"shape \(n, latent\).*\(2,\)"),
        (np.zeros((0, 3)), 1, r"\(0, 3\)"),
        ([[0.0, 1.0], [np.nan, 1.0]], 1, "row 1"),
        ([[np.inf, 1.0]], 1, "row 0"),
        ([[0.0, 1.0], [0.0, 1.0]], 2, "at least 2 different rows, got 1 among 2"),
    ],
)
def test_broken_clouds_are_refused(codes, least, message):
    with pytest.raises(ValueError, match=message):
        check_cloud(codes, least)


@pytest.mark.parametrize(("count", "repeats"), [(1, 3), (5, 0)])
def test_broken_halves_are_refused(count, repeats):
    with pytest.raises(ValueError, match="at least 2 points and 1 repeat"):
        next(random_halves(count, repeats, seed=0))
