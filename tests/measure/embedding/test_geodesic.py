import numpy as np
import pytest
import torch

from transect.measure.embedding.geodesic import (
    latent_graph,
    place_at,
    shortest_path,
    straight_path,
    travelled,
)
from transect.measure.embedding.geometry import decode


def globe(codes):
    """Return places on the unit sphere of longitudes and latitudes."""
    longitude, latitude = codes.T
    ring = torch.cos(latitude)
    return torch.stack(
        [ring * torch.cos(longitude), ring * torch.sin(longitude), torch.sin(latitude)], dim=1
    )


def roll(codes):
    """Return places on a swiss roll of angles and heights."""
    angle, height = codes.T
    return torch.stack([angle * torch.cos(angle), height, angle * torch.sin(angle)], dim=1)


def unrolled(codes):
    """Return angle, height and thrice the distance from the unit cylinder of places in space."""
    x, y, height = codes.T
    off = torch.sqrt(x * x + y * y) - 1
    return torch.stack([torch.atan2(y, x), height, 3 * off], dim=1)


def uniform(low, high, count=600):
    return np.random.default_rng(0).uniform(low, high, (count, len(low)))


def test_a_plane_has_straight_shortest_paths():
    tilt = torch.tensor([[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]])
    graph = latent_graph(lambda z: z @ tilt, uniform([-1, -1], [1, 1]))
    start, end = np.array([-0.8, 0.3]), np.array([0.9, -0.5])
    path = shortest_path(lambda z: z @ tilt, start, end, graph)
    assert path.length == pytest.approx(np.linalg.norm((end - start) @ tilt.numpy()), rel=1e-5)
    np.testing.assert_allclose(path.codes, np.linspace(start, end, 25), atol=1e-4)


def test_a_sphere_has_great_circles():
    graph = latent_graph(globe, uniform([-1.5, -1.3], [1.5, 1.3]))
    start, end = [-1.3, 1.0], [1.3, 1.0]
    first, last = decode(globe, np.array([start, end]))
    angle = np.arccos(first @ last)
    path = shortest_path(globe, start, end, graph)
    assert path.length == pytest.approx(angle, rel=2e-3)
    normal = np.cross(first, last)
    assert np.abs(decode(globe, path.codes) @ normal / np.linalg.norm(normal)).max() < 0.02
    assert straight_path(globe, start, end).length == pytest.approx(2.6 * np.cos(1), rel=1e-3)


def test_a_swiss_roll_is_walked_along():
    graph = latent_graph(roll, uniform([5, 0], [14, 20], 1000))

    def arc(angle):
        return (angle * np.sqrt(1 + angle**2) + np.arcsinh(angle)) / 2

    path = shortest_path(roll, [6, 2], [13, 15], graph, count=41)
    assert path.length == pytest.approx(np.hypot(arc(13) - arc(6), 13), rel=2e-3)


def test_a_bent_sheet_of_codes_is_kept_to():
    angle, height = uniform([0.1, 0], [3.0, 2]).T
    codes = np.column_stack([np.cos(angle), np.sin(angle), height])
    ends = np.array([[np.cos(0.2), np.sin(0.2), 0.2], [np.cos(2.9), np.sin(2.9), 1.8]])
    path = shortest_path(unrolled, *ends, latent_graph(unrolled, codes))
    assert path.length == pytest.approx(np.hypot(2.7, 1.6), rel=5e-3)
    assert np.abs(np.hypot(path.codes[:, 0], path.codes[:, 1]) - 1).max() < 0.03
    assert straight_path(unrolled, *ends).length > 1.5 * path.length


@pytest.mark.parametrize("seed", range(3))
def test_never_longer_than_the_straight_line(seed):
    weights = torch.from_numpy(np.random.default_rng(seed).normal(size=(2, 3, 40))).float()

    def wavy(codes):
        return torch.sin(2 * codes @ weights[0]) * torch.cos(codes @ weights[1])

    codes = np.random.default_rng(seed).normal(size=(300, 3))
    graph = latent_graph(wavy, codes)
    path, straight = shortest_path(wavy, *codes[:2], graph), straight_path(wavy, *codes[:2])
    assert path.length <= straight.length
    for one in (path, straight):
        np.testing.assert_allclose(one.codes[[0, -1]], codes[:2], atol=1e-12)


def test_steps_are_equal_in_the_image():
    path = straight_path(roll, [1, 0], [8, 0], count=15)
    steps = np.linalg.norm(np.diff(decode(roll, path.codes), axis=0), axis=1)
    assert steps.std() / steps.mean() < 0.05
    assert np.diff(path.codes[:, 0])[0] > 3 * np.diff(path.codes[:, 0])[-1]


def test_a_constant_decoder_has_paths_without_length():
    def constant(codes):
        return codes[:, :1] * 0

    graph = latent_graph(constant, uniform([0, 0], [1, 1], 50))
    path = shortest_path(constant, [0, 0], [1, 1], graph, count=5)
    assert path.length == 0
    np.testing.assert_allclose(path.codes, np.linspace([0, 0], [1, 1], 5))


def test_distance_travelled_and_places():
    assert travelled(np.array([[[0.0]], [[3.0]], [[-1.0]]])).tolist() == [0, 3, 7]
    corner = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 4.0]])
    assert place_at(corner, np.array([0.25, 0.75])).tolist() == [[0.5, 0], [1, 2]]


@pytest.mark.parametrize(
    ("start", "end", "count", "message"),
    [
        ([0.0, 0.0], [0.0, 0.0], 5, "different"),
        ([0.0, np.nan], [0.0, 0.0], 5, "finite"),
        ([0.0, 0.0], [0.0], 5, "same shape"),
        ([[0.0, 0.0]], [[1.0, 0.0]], 5, "same shape"),
        ([0.0, 0.0], [1.0, 0.0], 2, "count"),
        ([0.0], [1.0], 5, "2 numbers as the graph has, got 1"),
    ],
)
def test_broken_ends_are_refused(start, end, count, message):
    graph = latent_graph(lambda z: z, uniform([0, 0], [1, 1], 20))
    with pytest.raises(ValueError, match=message):
        shortest_path(lambda z: z, start, end, graph, count)
