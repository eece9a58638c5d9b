import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.space import Disc, Factor, FactorSpace, PointSet, split_points, uniform

PLANE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2)])
DISC = Disc(PLANE, 0.3)
LINE = FactorSpace([Factor("a", 0, 1)])


@given(
    st.integers(20, 300),
    st.integers(0, 1000),
    st.one_of(st.integers(0, 5), st.floats(0.05, 0.9)),
    st.sampled_from(["random", "last"]),
    st.booleans(),
)
@settings(deadline=None, max_examples=80)
def test_a_split_carries_every_row_exactly(count, seed, validation, order, cut):
    points = uniform(PLANE, count, seed)
    points[0], points[1] = PLANE.center, PLANE.low
    disc = Disc(PLANE, 0.5)
    points[2], points[3] = [1.25, 1.5], [1.25, np.nextafter(1.5, 2)]  # on the boundary and beyond
    before = points.copy()
    result = split_points(PLANE, points, disc if cut else None, validation, seed, order=order)
    np.testing.assert_array_equal(result.factors, before)
    np.testing.assert_array_equal(points, before)
    inside = np.linalg.norm(points - [1.25, 1], axis=1) <= 0.5
    removed = inside if cut else np.zeros(count, dtype=bool)
    np.testing.assert_array_equal(result.split == "removed", removed)
    expected = disc.boundary_distance(points) if cut else np.full(count, np.inf)
    np.testing.assert_array_equal(result.boundary_distance, expected)
    kept = count - removed.sum()
    wanted = round(validation * kept) if isinstance(validation, float) else validation
    assert len(result.where("validation")) == wanted
    assert len(result.where("train")) == kept - wanted > 0


def test_the_last_kept_rows_validate_as_in_the_original():
    points = uniform(PLANE, 500, seed=0)
    result = split_points(PLANE, points, DISC, 21, seed=0, order="last")
    kept = np.flatnonzero(result.split != "removed")
    np.testing.assert_array_equal(result.where("train"), kept[:-21])
    np.testing.assert_array_equal(result.where("validation"), kept[-21:])
    nothing = split_points(PLANE, points, DISC, 0, seed=0, order="last")
    np.testing.assert_array_equal(nothing.where("train"), kept)


def test_the_seed_chooses_the_validation_rows_evenly():
    points = uniform(PLANE, 100, seed=0)
    chosen = np.zeros(100)
    for seed in range(200):
        chosen[split_points(PLANE, points, None, 0.25, seed).where("validation")] += 1
    assert chosen.sum() == 25 * 200
    # Each count is binomial(200, 1/4): 50 with a standard deviation of 6.1.
    assert chosen.min() > 20
    assert chosen.max() < 80
    first = split_points(PLANE, points, None, 0.25, seed=7).split
    np.testing.assert_array_equal(first, split_points(PLANE, points, None, 0.25, seed=7).split)


def make(count=5):
    split = np.array(["train", "removed", "validation", "train", "removed"])[:count]
    return PointSet(LINE, np.linspace(0, 1, count)[:, None], split, np.arange(count) - 2.5)


def test_rows_keep_everything_that_belongs_to_them():
    points = make()
    for rows in (np.array([4, 0, 2]), points.split == "train", slice(1, 3)):
        chosen = points[rows]
        np.testing.assert_array_equal(chosen.factors, points.factors[rows])
        np.testing.assert_array_equal(chosen.split, points.split[rows])
        np.testing.assert_array_equal(chosen.boundary_distance, points.boundary_distance[rows])
        assert len(chosen) == len(chosen.factors)


def test_where_gives_the_rows_of_a_split_in_order():
    rows = {split: make().where(split).tolist() for split in ("train", "validation", "removed")}
    assert rows == {"train": [0, 3], "validation": [2], "removed": [1, 4]}
