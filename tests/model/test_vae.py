import math

import torch

from transect.model import (
    VAE,
    OriginalDecoder,
    OriginalEncoder,
    StridedEncoder,
    TransposedDecoder,
    seeded,
)


def small_vae(noise=0.1, latent=3):
    with seeded(1):
        encoder = StridedEncoder(16, latent, channels=[8])
        return VAE(encoder, TransposedDecoder(16, latent, channels=[8]), noise=noise)


def test_encode_is_the_mean_and_decode_its_sigmoid():
    model, images = small_vae(), torch.rand(4, 16, 16)
    outputs = model(images)
    assert torch.equal(model.encode(images), outputs.mean)
    assert torch.equal(model.encode(images[:, None]), outputs.mean)
    assert torch.equal(model.decode(outputs.mean), torch.sigmoid(outputs.logits[:, 0]))
    assert torch.equal(model.reconstruct(images), model.decode(model.encode(images)))


def test_noise_moves_the_code_by_sigma_times_epsilon():
    model, images = small_vae(noise=0.25), torch.rand(4, 16, 16)
    noise = torch.randn(4, 3)
    outputs = model(images, noise)
    assert torch.allclose(outputs.log_variance, torch.tensor(2 * math.log(0.25)))
    moved = model.decoder(outputs.mean + 0.25 * noise)
    assert torch.allclose(outputs.logits, moved, atol=1e-6)


def test_learned_noise_starts_at_a_tenth_and_follows_its_gradient():
    model, images = small_vae(noise="learned"), torch.rand(4, 16, 16)
    outputs = model(images, torch.randn(4, 3))
    assert torch.allclose(outputs.log_variance.exp().sqrt(), torch.tensor(0.1))
    outputs.logits.sum().backward()
    assert model.log_variance_head.weight.grad.abs().sum() > 0
    assert small_vae(noise=0.5).log_variance_head is None


def test_batch_norm_makes_an_image_depend_on_its_batch_in_training_only():
    with seeded(2):
        model = VAE(OriginalEncoder(32), OriginalDecoder(32))
    codes = torch.randn(6, 3)
    model.eval()
    assert torch.allclose(model.decode(codes)[:2], model.decode(codes[:2]), atol=1e-6)
    model.train()
    assert not torch.allclose(model.decode(codes)[:2], model.decode(codes[:2]), atol=1e-4)


def test_seeded_repeats_and_leaves_the_global_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    with seeded(7, 1):
        first = torch.rand(3)
    assert torch.equal(torch.rand(3), expected)
    with seeded(7, 1):
        assert torch.equal(torch.rand(3), first)
    with seeded(7, 2):
        assert not torch.equal(torch.rand(3), first)
