from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from transect.model import (
    VAE,
    AutoencoderLoss,
    Batch,
    ConsistencyLoss,
    ELBOLoss,
    StridedEncoder,
    TransposedDecoder,
)


def linear_model(there, back):
    """A model whose images and codes are linear in each other, in float64."""
    there, back = torch.tensor(there), torch.tensor(back)
    return SimpleNamespace(decode=lambda codes: codes @ there, encode=lambda images: images @ back)


def reference(mean, there, back):
    """C, image by image and latent by latent."""
    count, latents = mean.shape
    total = 0.0
    for i in range(count):
        share = (i + 0.5) / count
        code = share * mean[i] + (1 - share) * mean[i - 1]
        again = (code @ there) @ back
        for k in range(latents):
            spread = max(np.sqrt(np.mean((mean[:, k] - mean[:, k].mean()) ** 2)), 0.05)
            total += ((again[k] - code[k]) / spread) ** 2
    return total / (count * latents)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_term_is_the_distance_between_a_code_and_what_becomes_of_it(random_batch, narrow):
    random = np.random.default_rng(1)
    there, back = random.standard_normal((3, 7)), random.standard_normal((7, 3))
    batch = random_batch()
    mean = batch.mean * torch.tensor([1.0, 1.0, 1e-3 if narrow else 1.0])
    batch = random_batch(mean=mean, model=linear_model(there, back))
    terms, plain = ConsistencyLoss(consistency=0.7)(batch), ELBOLoss()(batch)
    expected = reference(mean.numpy(), there, back)
    assert terms["consistency"].item() == pytest.approx(expected)
    assert terms["loss"].item() == pytest.approx(plain["loss"].item() + 0.7 * expected)
    assert terms["bce"] == plain["bce"]


def test_a_model_whose_encoder_undoes_its_decoder_is_consistent(random_batch):
    there = np.random.default_rng(2).standard_normal((3, 7))
    batch = random_batch(model=linear_model(there, np.linalg.pinv(there)))
    assert ConsistencyLoss()(batch)["consistency"].item() == pytest.approx(0, abs=1e-20)


def test_only_the_encoder_learns_from_it():
    torch.manual_seed(0)
    model = VAE(StridedEncoder(16, 2, [8]), TransposedDecoder(16, 2, [8]), 0.1)
    images = torch.rand(6, 1, 16, 16)

    def gradients(part):
        return [p.grad.clone() for p in part.parameters() if p.grad is not None]

    batch = Batch(images, *model(images), model=model)
    ConsistencyLoss()(batch)["consistency"].backward()
    assert gradients(model.decoder) == []
    assert sum(float(g.abs().sum()) for g in gradients(model.encoder)) > 0


def test_steps_against_it_bring_the_codes_of_decoded_images_nearer():
    torch.manual_seed(1)
    model = VAE(StridedEncoder(16, 2, [8]), TransposedDecoder(16, 2, [8]), 0.1)
    codes = torch.randn(64, 2)
    nn.init.normal_(next(model.decoder.parameters()))
    with torch.no_grad():
        images = model.decode(codes).unsqueeze(1)
    optimizer = torch.optim.Adam(model.encoder.parameters(), 1e-2)
    values = []
    for _ in range(60):
        mean = codes + 0.0
        batch = Batch(images, images, mean, torch.zeros_like(mean), mean, model=model)
        value = ConsistencyLoss(base=AutoencoderLoss())(batch)["consistency"]
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        values.append(value.item())
    assert values[-1] < 0.2 * values[0]


@pytest.mark.parametrize(("progress", "added"), [(0.0, False), (0.29, False), (0.3, True)])
def test_it_is_added_after_some_time(random_batch, progress, added):
    there = np.random.default_rng(3).standard_normal((3, 7))
    batch = random_batch(model=linear_model(there, 2 * there.T), progress=progress)
    terms = ConsistencyLoss(after=0.3)(batch)
    assert (terms["consistency"] > 0) == added
    assert (terms["loss"] > ELBOLoss()(batch)["loss"]) == added
