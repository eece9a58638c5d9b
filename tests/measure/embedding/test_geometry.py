import copy

import numpy as np
import pytest
import torch

from transect.measure.embedding.geometry import (
    decode,
    decode_with_jacobian,
    principal_stretches,
    pullback_metric,
    volume_element,
)
from transect.model import TransposedDecoder, seeded


def paraboloid(codes):
    return torch.stack([*codes.T, codes.square().sum(dim=1)], dim=1)


def trained_like(size=16):
    """Return a decoder with weights of a size that training gives them."""
    with seeded(0):
        return TransposedDecoder(size, channels=(4, 8)).eval()


def test_volume_element_of_a_paraboloid():
    codes = np.random.default_rng(0).uniform(-2, 2, (300, 2))
    expected = np.sqrt(1 + 4 * np.square(codes).sum(axis=1))
    np.testing.assert_allclose(volume_element(pullback_metric(paraboloid, codes)), expected, 1e-5)


def test_metric_of_a_paraboloid():
    codes = np.random.default_rng(1).uniform(-2, 2, (300, 2))
    expected = np.eye(2) + 4 * codes[:, :, None] * codes[:, None]
    np.testing.assert_allclose(pullback_metric(paraboloid, codes), expected, rtol=1e-5, atol=1e-6)
    stretches = principal_stretches(pullback_metric(paraboloid, codes))
    np.testing.assert_allclose(stretches[:, 1], 1, rtol=1e-4)


def test_jacobian_of_a_network_is_that_of_finite_differences():
    decoder = trained_like()
    codes = np.random.default_rng(2).normal(size=(3, 3))
    double = copy.deepcopy(decoder).double()
    steps = 1e-5 * np.eye(3)
    with torch.no_grad():
        ahead, behind = (
            double(torch.from_numpy((codes[:, None] + sign * steps).reshape(-1, 3)))
            for sign in (1, -1)
        )
    expected = ((ahead - behind) / 2e-5).reshape(3, 3, -1).numpy()
    images, jacobian = decode_with_jacobian(decoder, codes)
    np.testing.assert_allclose(jacobian, expected, atol=1e-5 * np.abs(expected).max())
    np.testing.assert_allclose(images, decode(decoder, codes).reshape(3, -1), atol=1e-6)
    metric = pullback_metric(decoder, codes)
    np.testing.assert_allclose(metric, expected @ expected.swapaxes(1, 2), rtol=1e-4)


def test_metric_changes_with_coordinates_as_a_metric_does():
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0] * [1, 2, 3]
    codes = np.random.default_rng(4).normal(size=(20, 3))
    decoder = trained_like()

    def other(inner):
        return decoder(inner @ torch.tensor(turn, dtype=torch.float32).T)

    expected = turn.T @ pullback_metric(decoder, codes @ turn.T) @ turn
    scale = np.abs(expected).max()
    np.testing.assert_allclose(pullback_metric(other, codes), expected, atol=1e-4 * scale)


def test_batches_change_nothing():
    codes = np.random.default_rng(5).normal(size=(300, 2))
    whole = pullback_metric(paraboloid, codes)
    np.testing.assert_allclose(whole[250:], pullback_metric(paraboloid, codes[250:]), rtol=1e-6)


def test_gradients_are_neither_needed_nor_kept():
    decoder = trained_like()
    codes = np.zeros((2, 3), dtype=np.float32)
    assert decode(decoder, codes).shape == (2, 1, 16, 16)
    pullback_metric(decoder, codes)
    assert all(weight.grad is None for weight in decoder.parameters())


def test_a_collapsed_direction_has_no_volume():
    metric = pullback_metric(lambda codes: codes[:, :1], np.zeros((4, 2)))
    assert volume_element(metric).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pullback_metric(paraboloid, [[np.nan, 0.0]]), "row 0"),
        (lambda: pullback_metric(paraboloid, [0.0, 1.0]), "shape"),
        (lambda: pullback_metric(lambda z: z[:1], np.zeros((3, 2))), "one image a code"),
        (lambda: pullback_metric(lambda z: z.sum(), np.zeros((3, 2))), "one image a code"),
        (lambda: pullback_metric(lambda z: z / 0, np.zeros((3, 2))), "finite images"),
        (lambda: decode(lambda z: z.numpy(), np.zeros((3, 2))), "torch tensor, got ndarray"),
        (lambda: volume_element(np.zeros((3, 2))), "latent, latent"),
        (lambda: volume_element(np.full((1, 2, 2), np.inf)), "finite"),
        (lambda: principal_stretches(np.zeros((2, 2, 3))), "latent, latent"),
    ],
)
def test_broken_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
