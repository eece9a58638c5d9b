import numpy as np
import pytest
import torch

from transect.measure.embedding.alignment import alignment
from transect.measure.embedding.dimension import intrinsic_dimension
from transect.measure.embedding.geodesic import latent_graph
from transect.measure.embedding.scores import measure_codes
from transect.measure.embedding.topology import topology
from transect.measure.error.baselines import nearest_point
from transect.measure.neighbors import Neighbors
from transect.space import Factor, FactorSpace
from transect.space.denormals import are_denormals_flushed, denormals


@pytest.mark.parametrize("count", [1, 3])
def test_neighbours_are_those_of_all_distances(count):
    generator = np.random.default_rng(2)
    points, places = generator.random((50, 3)), generator.random((7, 3))
    distances, rows = Neighbors(points).nearest(places, count)
    every = np.linalg.norm(places[:, None] - points, axis=2)
    np.testing.assert_array_equal(rows, np.argsort(every, axis=1)[:, :count])
    np.testing.assert_allclose(distances, np.sort(every, axis=1)[:, :count])


def test_periodic_factors_go_the_shortest_way_round():
    points = np.array([[0.9, 0.9], [0.5, 0.1]])
    distances, rows = Neighbors(points, np.array([True, False])).nearest(np.array([[0.0, 0.9]]), 2)
    assert rows.tolist() == [[0, 1]]
    np.testing.assert_allclose(distances, [[0.1, np.hypot(0.5, 0.8)]])


def test_ties_are_split_where_the_caller_flushes_denormals():
    points = np.repeat([[0.0], [1.0]], [30, 10], axis=0)  # SciPy alone recurses without end
    with denormals(flushed=True):
        distances, rows = Neighbors(points).nearest(np.array([[0.9]]))
        assert are_denormals_flushed()
    assert distances.round(12).tolist() == [[0.1]] and rows[0, 0] >= 30


BINARY = np.stack(np.meshgrid([0.0, 1.0], np.arange(12) / 11, [0.0, 1.0], np.arange(6) / 5), -1)
FACTORS = BINARY.reshape(-1, 4)
CODES = FACTORS @ np.random.default_rng(0).normal(size=(4, 3))
SPACE = FactorSpace([Factor(name, 0, 1) for name in "abcd"])
MEASURES = {
    "alignment": lambda: alignment(CODES, FACTORS),
    "codes": lambda: measure_codes(CODES, FACTORS),
    "dimension": lambda: intrinsic_dimension(CODES, halves=2),
    "topology": lambda: topology(CODES, landmarks=40, halves=2),
    "graph": lambda: latent_graph(torch.sin, CODES, nodes=50).steps.data,
    "baseline": lambda: nearest_point(SPACE, FACTORS[::2], FACTORS),
}


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_measures_are_the_same_where_the_caller_flushes_denormals(measure):
    kept = measure()
    with denormals(flushed=True):
        flushed = measure()
    assert repr(flushed) == repr(kept)
