import numpy as np
import pytest
from scipy.stats import kstest, qmc

from transect.measure.recovery.search import bank_points
from transect.run.exploring import grid_shape
from transect.space import (
    Ball,
    Band,
    Factor,
    FactorSpace,
    grid,
    grid_within,
    inside,
    sobol,
    uniform,
)

PLANE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
FINITE = FactorSpace(
    [Factor("kind", 0, 5, values=(0, 1, 5)), Factor("size", -1, 1, values=(-1, -0.5, 0.5, 1))]
)
MIXED = FactorSpace(
    [Factor("kind", 0, 5, values=(0, 1, 5)), Factor("angle", 0, 360, periodic=True)]
)
EVERY_POINT = {(kind, size) for kind in (0, 1, 5) for size in (-1, -0.5, 0.5, 1)}


def as_set(points):
    return {tuple(row) for row in points.tolist()}


def within(space, count, seed):
    """Points in a hole that holds the whole box."""
    return inside(space, Band(space, space.names[0], -9, 999), count, seed=seed)


def test_uniform_points_are_uniform_and_independent_along_each_factor():
    points = uniform(PLANE, 20_000, seed=1)
    assert points.shape == (20_000, 2)
    assert points.dtype == np.float64
    for column in PLANE.to_unit(points).T:
        assert kstest(column, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(points.T)[0, 1]) < 0.03


@pytest.mark.parametrize("sample", [uniform, sobol, within])
@pytest.mark.parametrize("space", [PLANE, FINITE, MIXED])
def test_a_seed_alone_fixes_the_points(sample, space):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    points = sample(space, 11, seed=3)
    assert space.contains(points).all()
    np.testing.assert_array_equal(points, sample(space, 11, seed=3))
    assert not np.array_equal(points, sample(space, 11, seed=4))
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("sample", [uniform, sobol])
def test_a_finite_space_gives_each_of_its_points_once(sample):
    assert as_set(sample(FINITE, 12, seed=0)) == EVERY_POINT
    some = sample(FINITE, 7, seed=0)
    assert len(as_set(some)) == 7
    assert as_set(some) <= EVERY_POINT


@pytest.mark.parametrize("sample", [uniform, sobol])
def test_a_factor_of_few_values_takes_each_equally_often(sample):
    points = sample(MIXED, 3000, seed=0)
    values, counts = np.unique(points[:, 0], return_counts=True)
    assert values.tolist() == [0, 1, 5]
    assert np.all(np.abs(counts - 1000) < 120)
    assert kstest(points[:, 1] / 360, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("count", [1, 2, 7, 64, 100, 1000])
def test_sobol_points_fill_the_box_more_evenly_than_chance(count):
    points = PLANE.to_unit(sobol(PLANE, count, seed=5))
    assert points.shape == (count, 2)
    assert points.min() >= 0 and points.max() < 1
    if count >= 64:
        chance = PLANE.to_unit(uniform(PLANE, count, seed=5))
        assert qmc.discrepancy(points) < qmc.discrepancy(chance) / 3
    side = 4 if count >= 16 else 1  # the first points fall into a cell of a fine grid each
    assert len(as_set((points[: side**2] * side).astype(int))) == side**2


def test_a_grid_holds_both_ends_and_equal_steps_with_the_last_factor_fastest():
    points = grid(PLANE, (4, 3))
    np.testing.assert_allclose(points[::3, 0], [0.5, 1, 1.5, 2])
    np.testing.assert_allclose(points[:3], [[0.5, 0], [0.5, 1], [0.5, 2]])
    assert points.shape == (12, 2)
    np.testing.assert_array_equal(grid(PLANE, 3), grid(PLANE, [3, 3]))


def test_a_grid_of_a_finite_or_periodic_space_gives_each_image_once():
    assert as_set(grid(FINITE, (3, 4))) == EVERY_POINT
    np.testing.assert_array_equal(grid(FINITE, 2), [[0, -1], [0, 1], [5, -1], [5, 1]])
    np.testing.assert_array_equal(grid(FINITE, (1, 4))[:, 0], [1, 1, 1, 1])
    np.testing.assert_array_equal(grid(PLANE, 1), [[1.25, 1]])
    np.testing.assert_allclose(grid(MIXED, (1, 4))[:, 1], [0, 90, 180, 270])


def test_points_inside_a_hole_are_uniform_over_it():
    disc = Ball(PLANE, 0.3)
    points = inside(PLANE, disc, 5000, seed=0)
    assert points.shape == (5000, 2)
    assert disc.contains(points).all()
    arms = points - disc.center
    assert kstest((np.linalg.norm(arms, axis=1) / 0.3) ** 2, "uniform").pvalue > 1e-3
    assert kstest(np.arctan2(*arms.T) / (2 * np.pi) + 0.5, "uniform").pvalue > 1e-3
    assert PLANE.contains(inside(PLANE, Ball(PLANE, 0.5, [2, 2]), 500, seed=0)).all()


def test_points_inside_a_hole_of_a_finite_space_exist_and_differ():
    hole = Band(FINITE, "kind", 0.5, 6)
    assert as_set(inside(FINITE, hole, 8, seed=0)) == {p for p in EVERY_POINT if p[0] > 0}
    some = as_set(inside(FINITE, hole, 5, seed=0))
    assert len(some) == 5
    assert some <= EVERY_POINT


def test_a_periodic_factor_with_a_value_at_both_ends_gives_no_image_twice():
    turn = Factor("turn", 0, 360, periodic=True, values=(0, 90, 180, 270, 360))
    space = FactorSpace([turn, Factor("size", 1, 2, values=(1, 2))])
    assert grid(space, (4, 1))[:, 0].tolist() == [0, 90, 180, 270]
    for points in (uniform(space, 8, seed=0), sobol(space, 8, seed=0)):
        assert sorted(points[:, 0]) == [0, 0, 90, 90, 180, 180, 270, 270]
    mixed = FactorSpace([turn, Factor("free", 0, 1)])
    assert set(uniform(mixed, 200, seed=0)[:, 0]) == {0, 90, 180, 270}
    open_end = Factor("turn", 0, 360, periodic=True, values=(0, 120, 240))
    assert grid(FactorSpace([open_end]), 3).ravel().tolist() == [0, 120, 240]


def test_the_finest_grid_within_a_number_has_as_many_steps_along_every_factor():
    plane = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1)])
    assert len(grid_within(plane, 5000)) == 70**2
    assert len(grid_within(plane, 1)) == 4
    mixed = FactorSpace([Factor("a", 0, 1), Factor("b", 0, 1, values=(0, 1)), Factor("c", 0, 1)])
    assert [len(np.unique(column)) for column in grid_within(mixed, 1000).T] == [22, 2, 22]


@pytest.mark.parametrize(
    ("count", "points"), [(23, 2 * 3 * 3), (24, 2 * 3 * 4), (35, 2 * 3 * 5), (10**6, 36)]
)
def test_a_grid_of_a_finite_space_takes_all_values_of_factors_with_few(count, points):
    values = [tuple(range(length)) for length in (2, 3, 6)]
    space = FactorSpace([Factor(f"f{v[-1]}", 0, v[-1], values=v) for v in values])
    found = grid_within(space, count)
    assert len(found) == len(np.unique(found, axis=0)) == points


def test_a_full_turn_counts_the_image_of_its_start_once_in_every_grid():
    turn = Factor("turn", 0, 360, periodic=True, values=(0, 90, 180, 270, 360))
    space = FactorSpace([turn, Factor("size", 0, 2, values=(0, 1, 2))])
    for points in (grid_within(space, 100), bank_points(space, 100, seed=0)):
        assert sorted(map(tuple, points)) == [(a, b) for a in (0, 90, 180, 270) for b in (0, 1, 2)]
    assert grid_shape(space, 100) == [4, 3]
