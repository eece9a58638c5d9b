"""Trustworthiness and continuity against scikit-learn, plain loops and planted folds and cuts."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from transect.measure.embedding.neighborhood import neighborhood

POINTS = np.random.default_rng(0).random((400, 2))
POINTS[:2] = [0, 0], [1, 1]  # so that their range is 1
NOISE = np.random.default_rng(1).normal(size=(400, 3))


def slow(embedding, original, count):
    """Return trustworthiness by its formula, with equal distances shared out by their ranks."""
    rows, total = len(embedding), 0.0
    apart, away = (np.linalg.norm(x[:, None] - x, axis=2).round(12) for x in (embedding, original))
    for i in range(rows):
        others = [j for j in range(rows) if j != i]
        left = count
        for distance in sorted({apart[i, j] for j in others}):
            tied = [j for j in others if apart[i, j] == distance]
            ranks = [1 + sum(away[i, other] < away[i, j] for other in others) for j in tied]
            share = min(1, left / len(tied))
            total += share * sum(max(rank - count, 0) for rank in ranks)
            left -= len(tied)
            if left <= 0:
                break
    return 1 - 2 * total / (rows * count * (2 * rows - 3 * count - 1))


@pytest.mark.parametrize("neighbors", [1, 5, 10])
def test_both_are_those_of_scikit_learn(neighbors):
    codes = np.hstack([POINTS[:, :1], 0.3 * NOISE])
    found = neighborhood(codes, POINTS, neighbors=neighbors)
    for value, embedding, original in (
        (found.trustworthiness, codes, POINTS),
        (found.continuity, POINTS, codes),
    ):
        expected = trustworthiness(original, embedding, n_neighbors=neighbors)
        assert value == pytest.approx(expected, abs=1e-6)
        assert value == pytest.approx(slow(embedding, original, neighbors), abs=1e-6)


def test_values_on_a_grid_share_their_ranks():
    grid = np.stack(np.meshgrid(np.arange(5.0), np.arange(4.0)), -1).reshape(-1, 2) / [4, 3]
    factors, codes = np.repeat(grid, 2, axis=0), np.repeat(np.abs(grid - [0.5, 0]), 2, axis=0)
    order = np.random.default_rng(2).permutation(40)
    found = neighborhood(codes, factors, neighbors=4)
    assert found == pytest.approx((slow(codes, factors, 4), slow(factors, codes, 4)), abs=1e-9)
    assert neighborhood(codes[order], factors[order], neighbors=4) == pytest.approx(found)
    assert neighborhood(factors, factors) == (1, 1)


def test_planted_embeddings():
    scaled = POINTS @ [[3, -4], [4, 3]] + 7
    assert neighborhood(scaled, POINTS * [1e-3, 50] - 4) == pytest.approx((1, 1), abs=1e-6)
    at_random = neighborhood(NOISE, POINTS)
    assert at_random == pytest.approx((0.5, 0.5), abs=0.02)  # ranks are uniform from 1 to n − 1
    folded = neighborhood(np.abs(POINTS - [0.5, 0]), POINTS)
    assert folded.trustworthiness < 0.85 < 0.98 < folded.continuity
    torn = neighborhood(POINTS + [2, 0] * (POINTS[:, :1] > 0.5), POINTS)
    assert torn.continuity < 0.99 < 0.999 < torn.trustworthiness
    reversed_order = neighborhood(np.arange(3.0)[:, None] ** 2, [[0.0], [2.0], [1.0]])
    assert min(reversed_order) >= 0 and max(reversed_order) < 1


def test_a_periodic_factor_lies_on_a_circle():
    angle = 2 * np.pi * POINTS[:, 0]
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) / (2 * np.pi)
    codes, factors = np.hstack([circle, POINTS[:, 1:]]), POINTS * [360, 1]
    assert neighborhood(codes, factors, [360, None]) == pytest.approx((1, 1), abs=1e-6)
    assert neighborhood(codes, factors).trustworthiness < 0.99
    cut = neighborhood(factors / [360, 1], factors, [360, None])
    assert cut.continuity < 0.99 < cut.trustworthiness


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_the_size_of_the_codes_does_not_matter(size):
    codes = np.hstack([POINTS[:, :1], NOISE])
    assert neighborhood(size * codes, POINTS) == pytest.approx(neighborhood(codes, POINTS))


def test_few_rows_have_fewer_neighbours():
    found = neighborhood(NOISE[:8], POINTS[:8])
    assert found == neighborhood(NOISE[:8], POINTS[:8], neighbors=3)
    assert found != neighborhood(NOISE[:8], POINTS[:8], neighbors=2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": NOISE[:2], "factors": POINTS[:2]}, "at least 3 rows here, got 2"),
        ({"codes": np.full((400, 3), 0.1)}, "all are equal"),
        ({"codes": NOISE * np.nan}, "codes need finite numbers"),
        ({"factors": np.ones((400, 1))}, "column 0 is 1"),
        ({"periods": [360]}, "periods need 2 entries"),
        ({"neighbors": 0}, "neighbors needs at least 1, got 0"),
    ],
)
def test_broken_input_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        neighborhood(**{"codes": NOISE, "factors": POINTS} | change)
