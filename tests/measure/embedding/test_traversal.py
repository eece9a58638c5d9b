"""Walks through planted embeddings go where they were planted."""

import numpy as np
import pytest

from transect.measure.embedding.traversal import (
    along_axes,
    along_factors,
    along_principal_directions,
)

GENERATOR = np.random.default_rng(0)
FACTORS = GENERATOR.random((4000, 2)) * [1.0, 3.0]
TURN = np.linalg.qr(GENERATOR.normal(size=(3, 3)))[0]


def test_an_axis_moves_one_latent_between_its_quantiles():
    codes = GENERATOR.normal(size=(500, 3))
    walks = along_axes(codes, steps=5, share=0.5)
    assert walks.shape == (3, 5, 3)
    for axis, walk in enumerate(walks):
        low, high = np.quantile(codes[:, axis], [0.25, 0.75])
        np.testing.assert_allclose(walk[:, axis], np.linspace(low, high, 5))
        others = np.delete(walk, axis, axis=1)
        np.testing.assert_allclose(others, np.tile(np.delete(codes.mean(0), axis), (5, 1)))


def test_principal_directions_are_found_in_their_order_whatever_the_rotation():
    spread = np.array([5.0, 2.0, 0.5])
    codes = GENERATOR.normal(size=(4000, 3)) * spread @ TURN
    walks = along_principal_directions(codes, share=0.6826895)
    for walk, direction, deviation in zip(walks, TURN, spread, strict=True):
        way = walk[-1] - walk[0]
        assert np.linalg.norm(way) == pytest.approx(2 * deviation, rel=0.1)
        assert abs(way @ direction) == pytest.approx(np.linalg.norm(way), rel=0.01)
        assert way[np.abs(way).argmax()] > 0


def test_factors_are_followed_where_the_embedding_is_a_skewed_copy_of_them():
    map_ = np.array([[1.0, 0.5, 0.0], [0.3, -2.0, 1.0]])
    codes = FACTORS @ map_ + [7.0, 8.0, 9.0] + 0.01 * GENERATOR.normal(size=(4000, 3))
    walks = along_factors(codes, FACTORS, steps=3)
    assert walks.shape == (2, 3, 3)
    for factor, walk in enumerate(walks):
        point = np.tile(FACTORS.mean(axis=0), (3, 1))
        point[[0, 2], factor] = np.quantile(FACTORS[:, factor], [0.05, 0.95])
        true = (point @ map_ + [7.0, 8.0, 9.0])[[0, 2]]
        np.testing.assert_allclose(walk[[0, 2]], true, atol=0.01)


def test_a_factor_that_the_codes_do_not_know_goes_nowhere():
    codes = GENERATOR.normal(size=(4000, 3))
    (first, _) = along_factors(codes, FACTORS)
    assert np.linalg.norm(first[-1] - first[0]) < 0.2


def test_a_single_latent_has_walks_too():
    codes = np.linspace(0, 1, 11)[:, None]
    for walks in (along_axes(codes), along_principal_directions(codes)):
        np.testing.assert_allclose(walks[0].ravel(), np.linspace(0.05, 0.95, 9))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 1}, "steps need at least 2"),
        ({"share": 0}, "share a number above 0"),
        ({"share": 1.5}, "got 9 and 1.5"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    for walk in (along_axes, along_principal_directions):
        with pytest.raises(ValueError, match=message):
            walk(np.eye(3), **options)


@pytest.mark.parametrize(
    ("factors", "message"),
    [(np.zeros((4, 1)), "3 rows"), (np.zeros(3), "shape"), (np.full((3, 1), np.nan), "finite")],
)
def test_factors_that_do_not_belong_to_the_codes_are_refused(factors, message):
    with pytest.raises(ValueError, match=message):
        along_factors(np.eye(3), factors)


def test_codes_all_alike_lead_nowhere():
    with pytest.raises(ValueError, match="at least 2 different rows"):
        along_axes(np.ones((5, 2)))
