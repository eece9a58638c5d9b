from itertools import product

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from transect.image import SquareCanvas
from transect.measure.recovery.errors import factor_error, recovery_errors
from transect.measure.recovery.search import AMBIGUOUS, FactorSearch
from transect.space import Factor, FactorSpace, uniform
from transect.world import Ellipse, GaussianBump, PaintedWorld, Rose

CANVAS = SquareCanvas(64)


def drawn(world, points):
    return CANVAS.draw(world, points, threads=1) / np.float32(255)


def off(space, points, recovery):
    """Largest error of each factor, as a share of its range, (d,)."""
    apart = np.abs(recovery.factors - points) / space.span
    turns = [factor.periodic for factor in space.factors]
    return np.where(turns, np.minimum(apart, 1 - apart), apart).max(axis=0)


def corners_and_edges(space, count, seed):
    """All corners, and as many points on faces as `count` says."""
    generator = np.random.default_rng(seed)
    unit = generator.random((count, space.dimension))
    unit[np.arange(count), generator.integers(space.dimension, size=count)] = generator.integers(
        2, size=count
    )
    corners = np.array(list(product([0.0, 1.0], repeat=space.dimension)))
    return space.from_unit(np.concatenate([corners, unit]))


@pytest.fixture(scope="module")
def rose():
    return Rose(), FactorSearch(Rose(), CANVAS, bank=2304, threads=1)


def test_rose_everywhere(rose):
    world, search = rose
    points = np.concatenate(
        [uniform(world.space, 60, seed=1), corners_and_edges(world.space, 40, seed=1)]
    )
    recovery = search.recover(drawn(world, points))
    assert off(world.space, points, recovery).max() < 0.01
    assert factor_error(world.space, points, recovery.factors).max() < 0.01
    assert recovery.residual.max() < 1e-3
    assert not recovery.ambiguous.any() and recovery.spread.max() < 0.02
    assert world.space.contains(recovery.factors).all()


def test_bump_everywhere():
    world = GaussianBump()
    points = np.concatenate(
        [uniform(world.space, 20, seed=2), corners_and_edges(world.space, 20, seed=2)]
    )
    recovery = FactorSearch(world, CANVAS, bank=576, threads=1).recover(drawn(world, points))
    assert off(world.space, points, recovery).max() < 0.01


def test_ellipse_of_five_factors_and_the_circle_without_orientation():
    world = Ellipse(aspect=(1.0, 3.0))
    search = FactorSearch(world, CANVAS, bank=2048, starts=6, threads=1)
    points = uniform(world.space, 12, seed=3)
    points[:, 3] = np.maximum(points[:, 3], 1.3)
    points[:2, 4] = [0.001, np.pi - 0.001]  # on both sides of the seam
    circles = points[:3].copy()
    circles[:, 3] = 1.0
    recovery = search.recover(drawn(world, np.concatenate([points, circles])))
    assert off(world.space, points, type(recovery)(*(part[:12] for part in recovery))).max() < 0.01
    assert recovery.ambiguous.tolist() == [False] * 12 + [True] * 3
    shape = np.abs(recovery.factors[12:, :4] - circles[:, :4]) / world.space.span[:4]
    assert shape.max() < 0.02
    assert recovery.spread[12:, 4].min() > AMBIGUOUS > recovery.spread[12:, :4].max()


def test_blurred_and_noisy_images_are_recovered_less_surely(rose):
    world, search = rose
    points = uniform(world.space, 20, seed=4)
    images = drawn(world, points)
    noise = np.random.default_rng(4).normal(0, 0.1, images.shape)
    clean = search.recover(images)
    for label, pixels in {
        "blurred": gaussian_filter(images, (0, 1.5, 1.5)),
        "noisy": np.clip(images + noise, 0, 1),
    }.items():
        recovery = search.recover(pixels)
        assert off(world.space, points, recovery).max() < 0.03, label
        assert np.all(recovery.residual > clean.residual), label
        assert np.median(recovery.spread) > np.median(clean.spread), label


def test_strength_of_the_foreground_is_no_evidence(rose):
    world, search = rose
    points = uniform(world.space, 20, seed=8)
    recovery = search.recover(0.3 * drawn(world, points))
    assert off(world.space, points, recovery).max() < 0.01
    assert recovery.residual.max() < 1e-3


def test_a_blend_of_distant_images_is_unsure(rose):
    world, search = rose
    one, other = np.array([[0.6, 0.4]]), np.array([[1.8, 1.7]])
    pure = search.recover(drawn(world, np.concatenate([one, other])))
    blend = search.recover((drawn(world, one) + drawn(world, other)) / 2)
    assert blend.residual[0] > 100 * pure.residual.max()
    assert blend.spread.max() > 5 * pure.spread.max()


def test_two_bumps_are_ambiguous():
    world = GaussianBump()
    search = FactorSearch(world, CANVAS, bank=576, threads=1)
    pair = drawn(world, [[-0.5, 0.0], [0.5, 0.0]])
    recovery = search.recover(pair.sum(axis=0, keepdims=True) / 2)
    assert recovery.ambiguous[0]
    # the image says which y, and leaves open which of two x, 1 of 1.4 apart
    assert recovery.spread[0, 0] == pytest.approx(0.5 / 1.4, abs=0.05)
    assert recovery.spread[0, 1] < 0.05
    assert abs(recovery.factors[0, 0]) == pytest.approx(0.5, abs=0.05)


class Dot(PaintedWorld):
    """A dot on a grid of 20 × 20 places, in one of two sizes."""

    places = tuple(range(20))
    space = FactorSpace(
        [
            Factor("column", 0, 19, values=places),
            Factor("row", 0, 19, values=places),
            Factor("size", 2, 5, values=(2, 5)),
        ]
    )

    def paint(self, points, size):
        ticks = (np.arange(size) + 0.5) * 20 / size
        column, row, width = np.asarray(points, dtype=float).T[:, :, None, None]
        away = (ticks - column - 0.5) ** 2 + (ticks[:, None] - row - 0.5) ** 2
        return np.exp(-away / (0.5 * width)).astype(np.float32)


@pytest.mark.parametrize("bank", [800, 128])
def test_finite_worlds_are_matched_exactly_from_a_full_or_a_partial_bank(bank):
    world = Dot()
    points = uniform(world.space, 40, seed=5)
    noise = np.random.default_rng(5).normal(0, 0.05, (40, 64, 64))
    recovery = FactorSearch(world, CANVAS, bank=bank, threads=1).recover(
        np.clip(drawn(world, points) + noise, 0, 1)
    )
    np.testing.assert_allclose(recovery.factors, points)
    assert not recovery.ambiguous.any()


class Ring(PaintedWorld):
    """A dot that goes round a circle at one of three radii."""

    space = FactorSpace(
        [Factor("angle", 0, 360, periodic=True), Factor("radius", 1, 3, values=(1, 2, 3))]
    )

    def paint(self, points, size):
        ticks = ((np.arange(size) + 0.5) / size - 0.5) * 8
        angle, radius = np.asarray(points, dtype=float).T[:, :, None, None]
        x, y = radius * np.cos(np.radians(angle)), radius * np.sin(np.radians(angle))
        return np.exp(-((ticks - x) ** 2 + (-ticks[:, None] - y) ** 2) / 0.5).astype(np.float32)


def test_finite_and_continuous_factors_together_and_the_seam_of_a_turn():
    world = Ring()
    points = np.array([[0.5, 2], [359.5, 3], [0, 1], [200, 2], [90.3, 3]], dtype=float)
    recovery = FactorSearch(world, CANVAS, bank=256, threads=1).recover(drawn(world, points))
    assert off(world.space, points, recovery).max() < 0.005
    assert recovery.factors[:, 1].tolist() == points[:, 1].tolist()


def test_a_nearest_neighbour_is_told_from_the_right_point(rose):
    world, search = rose
    points = uniform(world.space, 20, seed=6)
    moved = points + 0.05 * world.space.span * np.where(points > world.space.center, -1, 1)
    recovery = search.recover(drawn(world, moved))
    error = factor_error(world.space, points, recovery.factors)
    np.testing.assert_allclose(error, 0.05, atol=0.005)


def test_a_blank_image_is_no_good_match(rose):
    _, search = rose
    recovery = search.recover(np.zeros((1, 64, 64)))
    assert recovery.residual[0] == 1 and recovery.ambiguous[0]
    assert search.recover(np.zeros((0, 64, 64))).factors.shape == (0, 2)


def test_repeatable(rose):
    world, search = rose
    images = drawn(world, uniform(world.space, 5, seed=7))
    one, other = search.recover(images), search.recover(images)
    np.testing.assert_array_equal(one.factors, other.factors)


def test_broken_input_is_refused(rose):
    world, search = rose
    with pytest.raises(ValueError, match=r"\(n, 64, 64\), got \(1, 32, 32\)"):
        search.recover(np.zeros((1, 32, 32)))
    broken = np.zeros((3, 64, 64))
    broken[2, 0, 0] = np.nan
    with pytest.raises(ValueError, match="row 2"):
        search.recover(broken)
    for options in ({"bank": 0}, {"starts": 0}):
        with pytest.raises(ValueError, match="at least 1"):
            FactorSearch(world, CANVAS, **options)


def test_factor_error_by_hand_and_round_the_turn():
    space = FactorSpace([Factor("a", 0, 4), Factor("turn", 0, 1, periodic=True)])
    error = factor_error(space, [[0.0, 0.9], [4.0, 0.25]], [[4.0, 0.1], [4.0, 0.75]])
    np.testing.assert_allclose(error, [np.sqrt((1 + 0.04) / 2), np.sqrt(0.25 / 2)])
    with pytest.raises(ValueError, match="as many points, got 1 and 2"):
        factor_error(space, [[0, 0]], [[0, 0], [1, 1]])


def test_a_wrong_image_is_on_the_manifold_and_a_blurred_one_is_off_it():
    world, canvas = Rose(), SquareCanvas(32)
    search = FactorSearch(world, canvas)
    factors = np.array([[1.25, 1.0], [1.7, 0.4], [0.8, 1.6]])
    truth = canvas.draw(world, factors) / np.float32(255)
    mean = np.broadcast_to(truth.mean(axis=0), truth.shape)  # of three shapes, so of none
    images = {"true": truth, "wrong": np.roll(truth, 1, axis=0), "mean": mean}
    found = {
        name: recovery_errors(search, factors, some, search.recover(some).factors)
        for name, some in images.items()
    }
    assert found["true"]["factor_error"].max() < 0.01 > found["true"]["off_manifold"].max()
    assert found["wrong"]["factor_error"].min() > 0.1 > 0.01 > found["wrong"]["off_manifold"].max()
    assert found["mean"]["off_manifold"].min() > 0.1
    recovered = search.recover(mean).factors
    rendered = canvas.draw(world, recovered) / 255.0
    expected = np.square(mean - rendered).sum((1, 2)) / np.square(rendered).sum((1, 2))
    np.testing.assert_allclose(found["mean"]["off_manifold"], expected, rtol=1e-5)
