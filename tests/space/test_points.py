import numpy as np
import pytest

from transect.space import Factor, FactorSpace, PointSet

LINE = FactorSpace([Factor("a", 0, 1)])


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
    points = make()
    assert points.where("train").tolist() == [0, 3]
    assert points.where("validation").tolist() == [2]
    assert points.where("removed").tolist() == [1, 4]
    with pytest.raises(ValueError, match="'test'; choose from train, validation, removed"):
        points.where("test")


def test_lengths_and_split_names_are_checked():
    points = make()
    with pytest.raises(ValueError, match=r"5 points need as many .* got \(4,\) and \(5,\)"):
        PointSet(LINE, points.factors, points.split[:4], points.boundary_distance)
    with pytest.raises(ValueError, match=r"got \(5,\) and \(4,\)"):
        PointSet(LINE, points.factors, points.split, points.boundary_distance[:4])
    with pytest.raises(ValueError, match="unknown split 'test'"):
        PointSet(LINE, points.factors, np.full(5, "test"), points.boundary_distance)
