import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.measure.boundary import error_by_boundary_distance


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.floats(-3, 3, width=32), min_size=1, max_size=30),
    st.integers(1, 12),
)
def test_every_point_falls_into_one_bin_and_none_straddles_the_boundary(distances, bins):
    distance = np.array(distances)
    inside = (distance <= 0).astype(float)
    table = error_by_boundary_distance(distance, inside, bins)
    assert table.count.sum() == len(distance)
    np.testing.assert_array_equal(table.mean, (table.center < 0).astype(float))


def test_recovers_a_known_trend():
    generator = np.random.default_rng(0)
    distance = generator.uniform(-0.5, 1, 4000)
    error = 2 - distance + generator.normal(0, 0.1, 4000)
    table = error_by_boundary_distance(distance, error, bins=np.linspace(-0.5, 1, 16))
    np.testing.assert_allclose(table.mean, 2 - table.center, atol=0.03)
    assert np.all((table.low < table.mean) & (table.mean < table.high))
    assert table.count.sum() == 4000


def test_edges_leave_out_what_lies_beyond_and_empty_bins():
    table = error_by_boundary_distance([-2.0, 0.5, 0.75, 9.0], [1.0, 2.0, 4.0, 8.0], [-1, 0, 1])
    assert table.center.tolist() == [0.5]
    assert table.mean.tolist() == [3.0]
    assert table.count.tolist() == [2]


def test_a_single_point_has_no_interval():
    table = error_by_boundary_distance([0.0], [1.0])
    assert table.center[0] < 0
    assert np.isnan(table.low[0]) and np.isnan(table.high[0])


@pytest.mark.parametrize(
    ("distance", "error", "bins", "message"),
    [
        ([0.0, 1.0], [1.0], 3, "same points, got 2 and 1"),
        ([np.inf], [1.0], 3, "without a hole"),
        ([np.nan], [1.0], 3, "boundary_distance.*NaN"),
        ([0.0], [np.nan], 3, "error.*NaN"),
        ([0.0], [1.0], 0, "at least 1"),
        ([0.0], [1.0], [1, 0], "ascending"),
    ],
)
def test_broken_input_is_refused(distance, error, bins, message):
    with pytest.raises(ValueError, match=message):
        error_by_boundary_distance(distance, error, bins)
