import numpy as np
import pytest

from transect.measure.embedding.geodesic import graph_path, latent_graph


def doubled(codes):
    return 2 * codes


def ring(count=400):
    angle = np.random.default_rng(0).random(count) * 2 * np.pi
    return np.column_stack([np.cos(angle), np.sin(angle)])


def test_steps_are_distances_of_images():
    graph = latent_graph(doubled, ring(), nodes=50, between=30)
    starts, ends = graph.steps.nonzero()
    expected = 2 * np.linalg.norm(graph.codes[starts] - graph.codes[ends], axis=1)
    np.testing.assert_allclose(graph.steps[starts, ends], expected, rtol=1e-5)
    assert (graph.steps - graph.steps.T).nnz == 0
    assert graph.codes.shape == (80, 2) and graph.images.shape == (80, 2)


def test_points_between_codes_fill_a_hole():
    filled, empty = (latent_graph(doubled, ring(), between=many) for many in (500, 0))
    assert np.linalg.norm(filled.codes, axis=1).min() < 0.1
    assert np.linalg.norm(empty.codes, axis=1).min() > 0.99
    ends = np.array([[-1.0, 0.0], [1.0, 0.0]])
    across, around = (graph_path(doubled, ends, graph) for graph in (filled, empty))
    assert np.linalg.norm(across, axis=1).min() < 0.5
    assert np.linalg.norm(around, axis=1).min() > 0.99
    length = np.linalg.norm(np.diff(around, axis=0), axis=1).sum()
    assert length == pytest.approx(np.pi, rel=0.01)


def test_pieces_that_nothing_joins_are_crossed_straight():
    codes = np.concatenate([np.arange(5.0), np.arange(100.0, 105.0)])[:, None]
    graph = latent_graph(doubled, codes, between=0, neighbors=2)
    path = graph_path(doubled, np.array([[-1.0], [106.0]]), graph)
    assert path.ravel().tolist() == [-1, 106]


def test_seeded():
    one, same, other = (latent_graph(doubled, ring(), nodes=40, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.codes, same.codes)
    assert not np.array_equal(one.codes, other.codes)


def test_a_decoder_that_ignores_a_coordinate_still_has_steps():
    graph = latent_graph(lambda z: z[:, :1], [[0, 0], [0, 1], [0, 2], [1, 3]], between=0)
    path = graph_path(lambda z: z[:, :1], np.array([[0.0, -1.0], [1.0, 4.0]]), graph)
    assert path[-2:].tolist() == [[1, 3], [1, 4]]


@pytest.mark.parametrize(
    ("codes", "options", "message"),
    [
        (np.ones((9, 2)), {}, "2 different rows, got 1 among 9"),
        ([[0.0, 1.0]], {}, "2 different"),
        ([[0.0, np.nan], [0.0, 1.0]], {}, "row 0"),
        (ring(), {"nodes": 1}, "nodes needs at least 2"),
        (ring(), {"between": -1}, "got 700, -1 and 10"),
        (ring(), {"neighbors": 0}, "neighbors at least 1"),
    ],
)
def test_broken_input_is_refused(codes, options, message):
    with pytest.raises(ValueError, match=message):
        latent_graph(doubled, codes, **options)
