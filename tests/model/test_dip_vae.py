from dataclasses import replace

import numpy as np
import pytest
import torch

from transect.model import AutoencoderLoss, DIPVAELoss, ELBOLoss, Needs


def dip_sums(mean, log_variance, variant):
    """Σ_{i≠j} C_ij² and Σ_i (C_ii − 1)², entry by entry."""
    n, d = mean.shape
    off = diagonal = 0.0
    for i in range(d):
        for j in range(d):
            entry = np.mean(mean[:, i] * mean[:, j]) - mean[:, i].mean() * mean[:, j].mean()
            if i == j and variant == "II":
                entry += sum(np.exp(log_variance[k, i]) for k in range(n)) / n
            if i == j:
                diagonal += (entry - 1) ** 2
            else:
                off += entry**2
    return off, diagonal


@pytest.mark.parametrize("variant", ["I", "II"])
@pytest.mark.parametrize("latent", [1, 2, 4])
def test_it_is_the_formula_of_the_paper(random_batch, variant, latent):
    batch = random_batch(count=7, latent=latent)
    off, diagonal = dip_sums(batch.mean.numpy(), batch.log_variance.numpy(), variant)

    terms = DIPVAELoss(variant, 3.0, 0.5)(batch)

    assert terms["off_diagonal"].item() == pytest.approx(off, rel=1e-12)
    assert terms["diagonal"].item() == pytest.approx(diagonal, rel=1e-12)
    expected = ELBOLoss(1, "sum")(batch)["loss"].item() + 3 * off + 0.5 * diagonal
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("variant", "ratio"), [("I", 10), ("II", 1)])
def test_the_diagonal_weighs_as_in_the_paper_unless_it_is_told(random_batch, variant, ratio):
    batch = random_batch()

    implied = DIPVAELoss(variant, 3.0)(batch)["loss"]

    assert implied == DIPVAELoss(variant, 3.0, 3.0 * ratio)(batch)["loss"]
    assert implied != DIPVAELoss(variant, 3.0, 0.0)(batch)["loss"]


def test_it_is_zero_where_the_covariance_is_that_of_the_prior(random_batch):
    corners = torch.tensor([[a, b, a * b] for a in (-1.0, 1) for b in (-1.0, 1)]).double()
    batch = random_batch(count=4)
    tiny = torch.full_like(corners, -60)
    sure = replace(batch, mean=corners + 9, log_variance=tiny)
    half = replace(
        batch, mean=corners * 0.5**0.5, log_variance=torch.full_like(corners, np.log(0.5))
    )

    for terms in (DIPVAELoss("I")(sure), DIPVAELoss("II")(sure), DIPVAELoss("II")(half)):
        assert terms["off_diagonal"].item() == pytest.approx(0, abs=1e-20)
        assert terms["diagonal"].item() == pytest.approx(0, abs=1e-20)
    assert DIPVAELoss("I")(half)["diagonal"].item() == pytest.approx(3 * 0.25)


def test_one_image_has_no_covariance_of_its_mean(random_batch):
    batch = random_batch(count=1)

    assert DIPVAELoss("I")(batch)["diagonal"] == 3
    expected = ((batch.log_variance.exp() - 1) ** 2).sum().item()
    assert DIPVAELoss("II")(batch)["diagonal"].item() == pytest.approx(expected)


@pytest.mark.parametrize("variant", ["I", "II"])
def test_its_gradients_are_those_of_finite_differences(random_batch, variant):
    batch = random_batch(count=4, size=2)

    def loss(logits, mean, log_variance):
        moved = replace(batch, logits=logits, mean=mean, log_variance=log_variance)
        return DIPVAELoss(variant)(moved)["loss"]

    inputs = (batch.logits, batch.mean, batch.log_variance)
    assert torch.autograd.gradcheck(loss, [value.requires_grad_() for value in inputs])


def test_it_stands_on_any_base(random_batch):
    batch = random_batch()
    terms = DIPVAELoss("I", 2.0, 1.0, base=AutoencoderLoss())(batch)

    added = 2 * terms["off_diagonal"] + terms["diagonal"]
    assert terms["loss"] == pytest.approx(AutoencoderLoss()(batch)["loss"] + added)
    assert DIPVAELoss(base=AutoencoderLoss()).needs(3) == Needs(noise=False)
    assert DIPVAELoss().needs(3) == Needs()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"variant": "i"}, "unknown variant 'i'; choose from I, II"),
        ({"off_diagonal": -1}, "off_diagonal must be a finite number"),
        ({"diagonal": float("nan")}, "diagonal must be a finite number"),
        ({"base": None}, "base must be a loss"),
    ],
)
def test_impossible_options_of_a_dip_vae_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        DIPVAELoss(**wrong)
