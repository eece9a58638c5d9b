import math

import pytest
import torch
from torch import nn

from transect.model import (
    VAE,
    OriginalDecoder,
    OriginalEncoder,
    StridedEncoder,
    TransposedDecoder,
    seeded,
    weight_count,
)


def test_original_has_the_published_numbers_of_weights():
    encoder, decoder = OriginalEncoder(), OriginalDecoder()
    assert encoder.head.in_features == 28_800
    assert weight_count(encoder) == 345_411
    assert weight_count(decoder) == 204_545
    assert weight_count(VAE(encoder, decoder)) == 549_956
    # 64 -> 62 -> 31 -> 29 -> 15 -> 13 -> 7 -> 5 -> 3: it pools the odd row too.
    assert OriginalEncoder(size=64).head.in_features == 3 * 3 * 128


def test_original_starts_from_small_normal_kernels_and_no_bias():
    with seeded(3):
        model = VAE(OriginalEncoder(), OriginalDecoder())
    for part in model.modules():
        if isinstance(part, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            count = part.weight.numel()
            # Five standard errors of a mean and of a standard deviation.
            assert abs(part.weight.mean().item()) < 5 * 0.05 / math.sqrt(count)
            assert abs(part.weight.std().item() - 0.05) < 5 * 0.05 / math.sqrt(2 * count)
            assert part.bias is None or torch.all(part.bias == 0)
    assert model.decoder.layers[0].bias is None


def test_original_batch_norm_has_the_constants_of_keras():
    norms = [part for part in OriginalDecoder().modules() if isinstance(part, nn.BatchNorm2d)]
    assert [norm.num_features for norm in norms] == [64, 64, 128, 256]
    norm = norms[0].train()
    norm.running_mean.fill_(2.0)
    norm(torch.full((2, 64, 3, 3), 12.0))
    # Keras with momentum 0.99: 0.99 · 2 + 0.01 · 12.
    assert torch.allclose(norm.running_mean, torch.tensor(2.1))
    assert norm.eps == 1e-3


@pytest.mark.parametrize("decoder", [OriginalDecoder(64), TransposedDecoder(64)])
def test_decoders_end_in_logits(decoder):
    decoder.eval()
    codes = torch.randn(2, 3)
    before = decoder(codes)
    with torch.no_grad():
        decoder.layers[-1].bias.fill_(decoder.layers[-1].bias.item() - 100)
    # An image between 0 and 1 could not follow.
    assert torch.allclose(decoder(codes), before - 100, atol=1e-4)


@pytest.mark.parametrize(
    ("encoder", "decoder", "sizes"),
    [
        (OriginalEncoder, OriginalDecoder, [32, 64, 128, 40]),
        (StridedEncoder, TransposedDecoder, [16, 32, 128]),
    ],
)
def test_models_scale_to_other_sizes(encoder, decoder, sizes):
    for size in sizes:
        model = VAE(encoder(size, 2), decoder(size, 2))
        assert model(torch.rand(2, size, size)).logits.shape == (2, 1, size, size)


def test_channels_run_from_the_image_inwards_and_the_last_is_repeated():
    encoder = StridedEncoder(64, 3, channels=[8, 16])
    decoder = TransposedDecoder(64, 3, channels=[8, 16])
    convolutions = [part for part in encoder.modules() if isinstance(part, nn.Conv2d)]
    assert [part.out_channels for part in convolutions] == [8, 16, 16, 16]
    transposed = [part for part in decoder.modules() if isinstance(part, nn.ConvTranspose2d)]
    assert [part.in_channels for part in transposed] == [16, 16, 16, 8]
    assert transposed[-1].out_channels == 1
