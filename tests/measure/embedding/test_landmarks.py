import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from transect.measure.embedding.landmarks import manifold_graph, spread_landmarks


def shortest_by_floyd(graph):
    lengths = graph.toarray()
    lengths[lengths == 0] = np.inf
    np.fill_diagonal(lengths, 0)
    for middle in range(len(lengths)):
        lengths = np.minimum(lengths, lengths[:, [middle]] + lengths[middle])
    return lengths


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 40))
def test_landmarks_are_apart_and_cover(seed, count):
    points = np.random.default_rng(seed).random((40, 2))
    graph = manifold_graph(points, neighbors=4)
    found = spread_landmarks(graph, count, start=seed % 40)
    between = shortest_by_floyd(graph)
    np.testing.assert_allclose(found.distances, between[np.ix_(found.rows, found.rows)])
    nearest = between[found.rows].min(axis=0)
    assert np.isclose(found.radius, nearest.max())
    apart = found.distances + np.diag(np.full(count, np.inf))
    assert apart.min() >= found.radius - 1e-12
    assert len(np.unique(found.rows)) == count


def test_spacing_takes_a_smooth_stretch_back():
    grid = np.stack(np.meshgrid(np.arange(60.0), np.arange(10.0)), axis=-1).reshape(-1, 2)
    along = grid[:, 0] / 59
    stretched = grid * np.exp(2 * along)[:, None] / np.exp(2)
    even = spread_landmarks(manifold_graph(stretched, 8), 60, 0).rows
    left = (along[even] < 0.5).mean()
    assert 0.4 < left < 0.6  # by Euclidean distances it would be a few of the 60


def test_spacing_has_no_unit():
    points = np.random.default_rng(0).random((80, 3))
    one, other = manifold_graph(points, 5).toarray(), manifold_graph(1000 * points, 5).toarray()
    np.testing.assert_allclose(one, other)


def test_pieces_are_joined_by_the_shortest_step():
    points = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [13.0], [100.0], [101.0], [103.0]])
    graph = manifold_graph(points, neighbors=2).toarray()
    spacing = np.array([2.0, 1.0, 2.0, 3.0, 2.0, 3.0, 3.0, 2.0, 3.0])
    assert np.isclose(graph[2, 3], 8 / np.sqrt(spacing[2] * spacing[3]))
    assert np.isclose(graph[5, 6], 87 / np.sqrt(spacing[5] * spacing[6]))
    assert np.count_nonzero(graph[:3, 3:]) == 1 and np.count_nonzero(graph[:6, 6:]) == 1
    np.testing.assert_array_equal(graph, graph.T)


def test_layers_that_come_close_stay_apart():
    along = np.linspace(0, 1, 200)
    upper, lower = (np.column_stack([along, np.full(200, side)]) for side in (0.0, 0.05))
    bend = np.column_stack([np.full(4, 1.001), np.linspace(0.01, 0.04, 4)])
    hairpin = np.concatenate([upper, bend, lower])
    found = spread_landmarks(manifold_graph(hairpin, neighbors=4), 2, start=0)
    assert found.rows[1] == 204  # the other end of the hairpin, though 0.05 from the start
