import numpy as np
import pytest
from scipy.stats import rankdata

from transect.measure.embedding.cloud import distinct_codes, merge_values, random_halves


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
        ([["one", "two"]], 1, "codes need numbers"),
        ([[0.0, 1.0], [0.0]], 1, "codes need numbers"),
        ([[1j, 2.0]], 1, "codes need real numbers"),
        ([[None, 1.0]], 1, r"codes need (finite )?numbers"),
        ([[0.0, 1.0], [0.0, 1.0]], 2, "at least 2 different rows, got 1 among 2"),
        ([[0.0, 1.0], [0.0, 1.0 + 1e-15]], 2, "at least 2 different rows, got 1 among 2"),
    ],
)
def test_broken_clouds_are_refused(codes, least, message):
    with pytest.raises(ValueError, match=message):
        distinct_codes(codes, least)


def spread(count=400, latent=3):
    return np.random.default_rng(3).normal(size=(count, latent))


JITTERED = {
    "float32 in another order": lambda x: x * (1 + 1e-6 * noise(x)),
    "float64": lambda x: x + 1e-15 * noise(x),
    "float32 far from 0": lambda x: np.nextafter(
        (x + 1000).astype(np.float32), np.float32(np.inf) * np.sign(noise(x)).astype(np.float32)
    ),
    "float64 far from 0": lambda x: 1e6 + x + 1e-9 * noise(x),
    "float16": lambda x: x.astype(np.float16),
}
FAR = {"float32 far from 0": 1000, "float64 far from 0": 1e6}


def noise(values):
    return np.random.default_rng(4).normal(size=values.shape)


@pytest.mark.parametrize("name", JITTERED)
def test_copies_that_differ_by_rounding_count_once(name):
    codes = spread() + FAR.get(name, 0)
    if name == "float32 far from 0":
        codes = codes.astype(np.float32)
    copies = JITTERED[name](spread())
    if name == "float16":
        codes = np.nextafter(copies, np.float16(np.inf))
    cloud = np.concatenate([codes, copies, codes[:50]])
    found = distinct_codes(cloud)
    assert len(found.points) == 400
    # each code is placed at a member of its own group, whatever the order of the rows
    np.testing.assert_array_equal(found.place[:400], found.place[400:800])
    np.testing.assert_array_equal(cloud[found.rows].astype(np.float64), found.points)
    assert len(np.unique(found.place[:400])) == 400
    order = np.random.default_rng(5).permutation(len(cloud))
    again = distinct_codes(cloud[order])
    np.testing.assert_array_equal(again.points, found.points)
    np.testing.assert_array_equal(again.place, found.place[order])


CLOSE = {
    "pairs": np.concatenate([spread(), spread() + 1e-4]),
    "float64 far from 0": 1e8 + np.concatenate([spread(), spread() + 1e-4]),
    "a dense line": np.linspace(0, 1, 1_000_000)[:, None],
    "a random line": np.random.default_rng(6).random((3000, 1)) * [1, 2],
    "a grid": np.stack(np.meshgrid(*[np.arange(30.0) + 1e5] * 2), axis=-1).reshape(-1, 2),
    "a far outlier": np.concatenate([spread(), [[1e9, 0, 0]]]),
    "a tenth far away": np.concatenate([spread(), 1e-3 * spread()[:40] + 1e3]),
    "subnormal": 1e-300 * spread(),
    "huge": 1e307 * spread(),
}


@pytest.mark.parametrize("name", CLOSE)
def test_codes_that_are_farther_apart_than_rounding_stay_apart(name):
    found = distinct_codes(CLOSE[name])
    np.testing.assert_array_equal(found.points[found.place], CLOSE[name])


def test_a_collapsed_cloud_is_one_code():
    collapsed = (0.3 + 1e-8 * np.random.default_rng(0).normal(size=(5000, 6))).astype(np.float32)
    assert len(np.unique(collapsed, axis=0)) > 1
    assert len(distinct_codes(collapsed).points) == 1


def test_values_that_differ_by_rounding_make_no_ranks():
    generator = np.random.default_rng(1)
    grid = generator.integers(0, 5, 300) / 10
    column = grid * (1 + 1e-7 * generator.normal(size=300))
    constant = (0.7 + 6e-8 * generator.integers(-2, 3, 300)).astype(np.float32)
    values = generator.random(300)
    merged = merge_values(np.column_stack([column, constant, values]))
    np.testing.assert_array_equal(rankdata(merged[:, 0]), rankdata(grid))
    assert np.ptp(merged[:, 1]) == 0
    np.testing.assert_array_equal(merged[:, 2], values)


@pytest.mark.parametrize(("count", "repeats"), [(1, 3), (5, 0)])
def test_broken_halves_are_refused(count, repeats):
    with pytest.raises(ValueError, match="at least 2 points and 1 repeat"):
        next(random_halves(count, repeats, seed=0))
