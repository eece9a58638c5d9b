import numpy as np
import pytest
import torch

from transect.measure.embedding.geodesic import latent_graph
from transect.measure.embedding.geometry import decode
from transect.measure.embedding.interpolation import closer_interpolation, crossing

PIXELS = torch.linspace(0, 1, 24)


def spot(places):
    """Return images (n, 24, 24) of a soft spot at places (n, 2) in the unit square."""
    down, across = (
        torch.exp(-0.5 * ((PIXELS - axis[:, None]) / 0.15) ** 2) for axis in places.T.unbind()
    )
    return down[:, :, None] * across[:, None]


def bent(codes):
    """Return spots at places that lie on circles: the codes are radius and angle."""
    radius, angle = codes.T
    return spot(torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], dim=1))


def polar(places):
    return np.column_stack([np.hypot(*places.T), np.arctan2(places[:, 1], places[:, 0])])


def test_the_shortest_way_is_the_true_one_where_codes_are_bent():
    truth = np.linspace([0.75, 0.25], [0.25, 0.75], 15)
    images = decode(spot, truth)
    generator = np.random.default_rng(0)
    graph = latent_graph(bent, polar(generator.uniform(0.15, 0.85, (1500, 2))))
    start, end = polar(truth[[0, -1]])
    found = crossing(bent, start, end, graph=graph, truth=images)
    assert found.geodesic_error.max() < 2e-3
    assert found.straight_error.max() > 0.05
    assert found.straight.length > 1.02 * found.geodesic.length
    assert found.true_length == pytest.approx(found.geodesic.length, rel=0.02)


def test_images_are_compared_where_they_lie_as_far_along():
    places = np.array([0.2, 0.22, 0.3, 0.62, 0.8])  # unequal steps along a straight way
    truth = decode(spot, np.column_stack([places, np.full(5, 0.5)]))
    graph = latent_graph(spot, np.random.default_rng(1).random((300, 2)))
    found = crossing(spot, [0.2, 0.5], [0.8, 0.5], graph=graph, truth=truth, count=41)
    fine = np.column_stack([np.linspace(0.2, 0.8, 200), np.full(200, 0.5)])
    dense = crossing(spot, [0.2, 0.5], [0.8, 0.5], graph=graph, truth=decode(spot, fine), count=41)
    assert dense.straight_error.max() < 1e-3
    assert found.straight_error[[0, -1]].max() < 1e-6
    assert found.straight_error.shape == (5,)


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        (np.zeros((3, 24, 24)), "all alike"),
        (np.zeros((1, 24, 24)), "m >= 2"),
        (np.zeros((24, 24)), "m >= 2"),
        (np.stack([np.zeros((24, 24)), np.full((24, 24), 2.0)]), r"\[0, 1\]"),
        (np.stack([np.zeros((8, 8)), np.ones((8, 8))]), "same shape"),
    ],
)
def test_broken_truth_is_refused(truth, message):
    graph = latent_graph(spot, np.random.default_rng(2).random((50, 2)))
    with pytest.raises(ValueError, match=message):
        crossing(spot, [0.2, 0.5], [0.8, 0.5], graph=graph, truth=truth, count=5)


@pytest.mark.parametrize(
    ("straight", "geodesic", "closer"),
    [
        (0.1, 0.09, "geodesic"), (0.2, 0.1, "geodesic"), (0.1, 0.11, "straight"),
        (0.1, 0.096, None), (0.096, 0.1, None), (0.0, 0.0, None), (0.1, 0.1, None),
    ],
)  # fmt: skip
def test_the_interpolation_of_clearly_less_error_is_closer(straight, geodesic, closer):
    assert closer_interpolation(straight, geodesic) == closer
