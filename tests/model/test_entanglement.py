from dataclasses import replace

import numpy as np
import pytest
import torch

from transect.model import (
    AutoencoderLoss,
    BetaVAELoss,
    ELBOLoss,
    EntanglementLoss,
    FactorVAELoss,
    Needs,
    OriginalLoss,
)


def entanglement_by_pair(mean):
    d = mean.shape[1]
    total = 0.0
    for i in range(d):
        for j in range(i + 1, d):
            total += np.mean(np.abs(mean[:, i] * mean[:, j]))
    return 2 / (d * (d - 1)) * total


def test_the_loss_is_that_of_the_second_experiment(random_batch):
    batch = random_batch(count=6, latent=4, weights=False)
    x, logits = batch.truth.numpy(), batch.logits.numpy()
    mean, variance = batch.mean.numpy(), batch.log_variance.exp().numpy()
    p = 1 / (1 + np.exp(-logits))
    bce = np.mean(-x * np.log(p) - (1 - x) * np.log(1 - p))
    kl = np.mean(mean**2 + variance - np.log(variance) - 1)

    terms = EntanglementLoss()(batch)

    expected = bce + 0.001 * kl + 0.0001 * entanglement_by_pair(mean)
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-12)
    assert terms["kl"].item() == pytest.approx(kl, rel=1e-12)
    assert terms["entanglement"].item() == pytest.approx(entanglement_by_pair(mean), rel=1e-12)


def test_without_entanglement_it_is_the_standard_loss(random_batch):
    batch = random_batch()

    terms = EntanglementLoss(kl=0.02, entanglement=0)(batch)

    assert terms["loss"] == OriginalLoss(0.02)(batch)["loss"] / 2


@pytest.mark.parametrize("base", [ELBOLoss(0.3), OriginalLoss(), BetaVAELoss(4), AutoencoderLoss()])
def test_the_term_is_added_to_any_base(random_batch, base):
    batch = random_batch(weights=False)

    terms, plain = EntanglementLoss(entanglement=0.7, base=base)(batch), base(batch)

    added = 0.7 * entanglement_by_pair(batch.mean.numpy())
    assert terms["loss"].item() == pytest.approx(plain["loss"].item() + added, rel=1e-12)
    assert {name: terms[name] for name in plain if name != "loss"} == {
        name: value for name, value in plain.items() if name != "loss"
    }


def test_each_image_has_its_weight(random_batch):
    batch = random_batch(count=2)
    one = replace(batch, weights=torch.tensor([1.0, 0.0], dtype=torch.float64))
    loss = EntanglementLoss(kl=0, entanglement=1)

    added = loss(one)["loss"] - ELBOLoss(0)(one)["loss"]

    assert added.item() == pytest.approx(entanglement_by_pair(batch.mean[:1].numpy()) / 2)


def test_codes_on_axes_are_not_entangled(random_batch):
    batch = replace(random_batch(count=3), mean=torch.diag(torch.tensor([1.0, -2.0, 3.0])))

    assert EntanglementLoss()(batch)["entanglement"] == 0


def test_it_needs_what_its_base_needs():
    assert EntanglementLoss().needs(2) == Needs()
    assert EntanglementLoss(base=AutoencoderLoss()).needs(2) == Needs(noise=False)
    assert EntanglementLoss(base=FactorVAELoss()).needs(2).critic is not None


def test_two_places_for_the_coefficient_of_kl_are_refused():
    with pytest.raises(ValueError, match=r"leave the base out, got kl=0\.1"):
        EntanglementLoss(kl=0.1, base=ELBOLoss())
    with pytest.raises(ValueError, match=r"base must be a loss, .* got 'elbo'"):
        EntanglementLoss(base="elbo")
    with pytest.raises(ValueError, match="kl must be a finite number from 0 up, got -1"):
        EntanglementLoss(kl=-1)
