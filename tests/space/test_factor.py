import numpy as np

from transect.space import Factor, FactorSpace

SQUARE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2, unit="mm")])
MIXED = FactorSpace([Factor("shape", 0, 2, values=(0, 0.5, 2)), Factor("x", -1, 1)])


def test_unit_coordinates_span_zero_to_one_and_lead_back():
    corners = np.array([SQUARE.low, SQUARE.high, SQUARE.center])
    np.testing.assert_array_equal(corners, [[0.5, 0], [2, 2], [1.25, 1]])
    assert [factor.label for factor in SQUARE.factors] == ["a", "b (mm)"]
    np.testing.assert_array_equal(SQUARE.to_unit(corners), [[0, 0], [1, 1], [0.5, 0.5]])
    points = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_allclose(SQUARE.from_unit(SQUARE.to_unit(points)), points, atol=1e-15)


def test_the_box_is_closed_and_finite_where_all_factors_are():
    points = [[0.5, 0], [2, 2], [0.4999, 1], [1, 2.0001]]
    assert SQUARE.contains(points).tolist() == [True, True, False, False]
    assert SQUARE.index("b") == 1
    assert not MIXED.finite and FactorSpace([MIXED.factors[0]]).finite


def test_snapping_moves_to_the_nearest_value_and_leaves_the_rest():
    points = np.array([[0.2, 0.3], [0.3, -0.7], [1.3, 0.1], [9.0, 1.0], [-9.0, 0.0]])
    before = points.copy()
    snapped = MIXED.snap(points)
    np.testing.assert_array_equal(snapped[:, 0], [0, 0.5, 2, 2, 0])
    np.testing.assert_array_equal(snapped[:, 1], points[:, 1])
    np.testing.assert_array_equal(points, before)
