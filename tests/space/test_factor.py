import numpy as np
import pytest

from transect.space import Factor, FactorSpace

SQUARE = FactorSpace([Factor("a", 0.5, 2), Factor("b", 0, 2, unit="mm")])
MIXED = FactorSpace([Factor("shape", 0, 2, values=(0, 0.5, 2)), Factor("x", -1, 1)])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "", "low": 0, "high": 1}, "needs a name"),
        ({"name": "a", "low": 1, "high": 1}, r"'a' needs finite bounds .* low=1, high=1"),
        ({"name": "a", "low": 0, "high": np.inf}, "finite bounds"),
        ({"name": "a", "low": np.nan, "high": 1}, "finite bounds"),
        ({"name": "a", "low": 0, "high": 1, "values": (0.5,)}, "at least two ascending"),
        ({"name": "a", "low": 0, "high": 1, "values": (0.5, 0.5)}, "ascending"),
        ({"name": "a", "low": 0, "high": 1, "values": (0.5, 1.5)}, r"within \[0, 1\]"),
        ({"name": "a", "low": 0, "high": 1, "values": (-0.5, 0.5)}, r"within \[0, 1\]"),
    ],
)
def test_a_factor_says_what_is_wrong_with_it(options, message):
    with pytest.raises(ValueError, match=message):
        Factor(**options)


@pytest.mark.parametrize("names", [[], ["a", "a"]])
def test_a_space_needs_factors_with_unique_names(names):
    with pytest.raises(ValueError, match="unique names"):
        FactorSpace([Factor(name, 0, 1) for name in names])


def test_unit_coordinates_span_zero_to_one_and_lead_back():
    corners = np.array([SQUARE.low, SQUARE.high, SQUARE.center])
    np.testing.assert_array_equal(corners, [[0.5, 0], [2, 2], [1.25, 1]])
    assert [factor.label for factor in SQUARE.factors] == ["a", "b (mm)"]
    np.testing.assert_array_equal(SQUARE.to_unit(corners), [[0, 0], [1, 1], [0.5, 0.5]])
    points = np.random.default_rng(0).normal(size=(50, 2))
    np.testing.assert_allclose(SQUARE.from_unit(SQUARE.to_unit(points)), points, atol=1e-15)


def test_the_box_is_closed():
    points = [[0.5, 0], [2, 2], [0.4999, 1], [1, 2.0001]]
    assert SQUARE.contains(points).tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([1.0, 2.0], r"shape \(n, 2\), one column for each of a, b; got \(2,\)"),
        ([[1.0, 2.0, 3.0]], r"got \(1, 3\)"),
        ([[1.0, 2.0], [np.nan, 0.0]], "finite values, got .* in row 1"),
    ],
)
def test_points_are_checked(points, message):
    with pytest.raises(ValueError, match=message):
        SQUARE.check(points)


def test_a_name_finds_its_column_or_the_choices():
    assert SQUARE.index("b") == 1
    with pytest.raises(ValueError, match="no factor 'c'; choose from a, b"):
        SQUARE.index("c")


def test_snapping_moves_to_the_nearest_value_and_leaves_the_rest():
    points = np.array([[0.2, 0.3], [0.3, -0.7], [1.3, 0.1], [9.0, 1.0], [-9.0, 0.0]])
    before = points.copy()
    snapped = MIXED.snap(points)
    np.testing.assert_array_equal(snapped[:, 0], [0, 0.5, 2, 2, 0])
    np.testing.assert_array_equal(snapped[:, 1], points[:, 1])
    np.testing.assert_array_equal(points, before)


def test_a_space_is_finite_only_where_all_factors_are():
    assert not MIXED.finite
    assert FactorSpace([MIXED.factors[0]]).finite
