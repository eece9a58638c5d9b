"""Laws of all losses, and the formula of each against a reference, number by number."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm

from every_loss import EVERY, FACTOR
from transect.model import (
    AutoencoderLoss,
    BetaTCVAELoss,
    BetaVAELoss,
    CapacityLoss,
    ConsistencyLoss,
    CovarianceLoss,
    DIPVAELoss,
    ELBOLoss,
    EntanglementLoss,
    FactorVAELoss,
    Needs,
    OriginalLoss,
    seeded,
)
from transect.run.component import LOSS, kinds

every_loss = pytest.mark.parametrize("loss", EVERY, ids=repr)
WITH_BASE = [ConsistencyLoss, CovarianceLoss, DIPVAELoss, EntanglementLoss, FactorVAELoss]


def with_critic(loss, batch):
    with seeded(0):
        critic = loss.needs(batch.mean.shape[1]).critic
    return replace(batch, critic=None if critic is None else critic.double())


def cross_entropy(batch):
    """Mean over pixels of each image, from probabilities."""
    x, p = batch.truth.numpy(), 1 / (1 + np.exp(-batch.logits.numpy()))
    return -(x * np.log(p) + (1 - x) * np.log(1 - p)).mean((1, 2, 3))


def divergence(batch):
    """KL(N(μ, σ²) ‖ N(0, 1)) of each latent, (n, d)."""
    mean, log_variance = batch.mean.numpy(), batch.log_variance.numpy()
    return (mean**2 + np.exp(log_variance) - log_variance - 1) / 2


def test_each_kind_is_among_those_that_are_tested_here():
    assert {type(loss) for loss in EVERY} == set(kinds(LOSS).values())


def test_the_closed_form_of_the_divergence_is_its_integral(random_batch):
    batch = random_batch(count=2, latent=2)
    z = np.linspace(-40, 40, 100_001)
    for mean, log_variance, found in zip(
        batch.mean.ravel(), batch.log_variance.ravel(), divergence(batch).ravel(), strict=True
    ):
        q = norm(mean, math.exp(log_variance / 2))
        integral = np.trapezoid(q.pdf(z) * (q.logpdf(z) - norm.logpdf(z)), z)
        assert found == pytest.approx(integral, rel=1e-9)


@every_loss
def test_gradients_are_those_of_finite_differences(random_batch, loss):
    batch = with_critic(loss, random_batch(count=4, size=2, dataset_size=30))
    noise = torch.from_numpy(np.random.default_rng(5).standard_normal((4, 3)))

    def total(logits, mean, log_variance):
        codes = mean + torch.exp(log_variance / 2) * noise
        moved = replace(batch, logits=logits, mean=mean, log_variance=log_variance, codes=codes)
        return loss(moved)["loss"]

    inputs = (batch.logits, batch.mean, batch.log_variance)
    assert torch.autograd.gradcheck(total, [value.requires_grad_() for value in inputs])


@every_loss
def test_no_weights_are_weights_of_one_and_extreme_logits_stay_finite(random_batch, loss):
    batch = with_critic(loss, random_batch(weights=False))
    ones = torch.ones(5, dtype=torch.float64)
    assert loss(batch)["loss"] == loss(replace(batch, weights=ones))["loss"]
    wrong = torch.where(batch.truth > 0.5, -1e4, 1e4)
    assert torch.isfinite(loss(replace(batch, logits=wrong))["loss"])


@every_loss
@pytest.mark.parametrize(("count", "latent"), [(1, 3), (4, 1), (1, 1)])
@pytest.mark.parametrize("size", [1, 50, None])
def test_one_image_and_one_latent_give_finite_losses_and_slopes(
    random_batch, loss, count, latent, size
):
    batch = with_critic(loss, random_batch(count=count, latent=latent, dataset_size=size))
    inputs = [batch.logits, batch.mean, batch.log_variance]
    for value in inputs:
        value.requires_grad_()
    codes = batch.mean + torch.exp(batch.log_variance / 2)
    terms = loss(replace(batch, codes=codes))
    terms["loss"].backward()
    assert all(torch.isfinite(term) for term in terms.values())
    assert all(value.grad is None or torch.isfinite(value.grad).all() for value in inputs)
    if latent == 1:
        zero = [terms[name].item() for name in ("entanglement", "covariance") if name in terms]
        assert zero == [0] * len(zero)


@pytest.mark.parametrize("loss", [OriginalLoss(), ELBOLoss(), EntanglementLoss(), BetaVAELoss()])
def test_an_image_of_weight_zero_has_no_gradient(random_batch, loss):
    weights = torch.tensor([1.0, 0.5, 0, 2, 1], dtype=torch.float64)
    batch = random_batch(weights=False)
    inputs = [batch.logits.requires_grad_(), batch.mean.requires_grad_()]
    loss(replace(batch, weights=weights))["loss"].backward()
    for values in inputs:
        assert (values.grad.flatten(1).abs().sum(1) > 0).tolist() == [True, True, False, True, True]


@pytest.mark.parametrize(
    ("summed", "per_pixel"),
    [
        (AutoencoderLoss("sum"), AutoencoderLoss("pixel")),
        (ELBOLoss(3, "sum"), ELBOLoss(3 / 25, "pixel")),
        (BetaVAELoss(4), BetaVAELoss(4 / 25, reduction="pixel")),
        (CapacityLoss(gamma=100), CapacityLoss(gamma=4, reduction="pixel")),
        (BetaTCVAELoss(6, 1, 2), BetaTCVAELoss(6 / 25, 1 / 25, 2 / 25, reduction="pixel")),
        # The documented conversion of the original: kl = 2 k / d, but for its factor 2.
        (OriginalLoss(kl=0.3), ELBOLoss(kl=0.2)),
    ],
    ids=repr,
)
def test_coefficients_convert_between_sums_and_means(random_batch, summed, per_pixel):
    factor = 2 if isinstance(summed, OriginalLoss) else 25
    for seed in range(5):
        batch = random_batch(seed, size=5)
        expected = factor * per_pixel(batch)["loss"].item()
        assert summed(batch)["loss"].item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("cls", WITH_BASE)
def test_a_loss_needs_what_its_base_needs(cls):
    assert not cls(base=AutoencoderLoss()).needs(3).noise
    assert cls().needs(3).noise
    if cls is not FactorVAELoss:
        assert cls().needs(3) == Needs()
        assert cls(base=FACTOR).needs(3).critic is not None


@pytest.mark.parametrize(
    ("loss", "factor", "pixels", "kl"),
    [
        (AutoencoderLoss(), 1, 1, 0),
        # The published formula: KL without its half, and the mean over the 3 latents.
        (OriginalLoss(kl=0.008), 2, 1, 0.008 * 2 / 3),
        (ELBOLoss(kl=0.3), 1, 1, 0.3),
        (ELBOLoss(kl=0.3, reduction="sum"), 1, 16, 0.3),
    ],
    ids=repr,
)
def test_plain_losses_are_their_formulas(random_batch, loss, factor, pixels, kl):
    batch = random_batch()
    bce, divergences = cross_entropy(batch), divergence(batch).sum(1)
    terms = loss(batch)
    expected = np.mean(factor * batch.weights.numpy() * (pixels * bce + kl * divergences))
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-9)
    assert terms["bce"].item() == pytest.approx(bce.mean(), rel=1e-9)
    assert terms.keys() == {"loss", "bce"} | ({"kl"} if kl else set())
    if kl:
        own = divergences.mean() * (2 / 3 if isinstance(loss, OriginalLoss) else 1)
        assert terms["kl"].item() == pytest.approx(own, rel=1e-9)


def test_constant_noise_makes_the_kl_a_pull_on_the_mean_square(random_batch):
    batch = random_batch(weights=False)
    mean = batch.mean.requires_grad_()
    constant = torch.full_like(mean, 2 * math.log(0.03))
    ELBOLoss(kl=2 * 0.7 / 3)(replace(batch, mean=mean, log_variance=constant))["loss"].backward()
    (square,) = torch.autograd.grad(0.7 * mean.square().mean(1).mean(), mean)
    assert torch.allclose(mean.grad, square)


@pytest.mark.parametrize(
    ("progress", "share"), [(0, 0), (0.1, 0.25), (0.3, 0.75), (0.4, 1), (0.7, 1), (1, 1)]
)
def test_an_annealed_beta_grows_to_its_height_and_stays(random_batch, progress, share):
    batch = random_batch(progress=progress)
    expected = ELBOLoss(4 * share, "sum")(batch)["loss"].item()
    assert BetaVAELoss(beta=4, warm_up=0.4)(batch)["loss"].item() == pytest.approx(expected)
    assert BetaVAELoss(beta=4)(batch)["loss"] == ELBOLoss(4, "sum")(batch)["loss"]


@pytest.mark.parametrize(
    ("progress", "growth", "capacity"), [(0.25, 0.5, 4), (0.5, 0.5, 8), (0.9, 0.5, 8), (0, 0, 8)]
)
def test_a_capacity_is_the_formula_of_the_paper(random_batch, progress, growth, capacity):
    batch = random_batch(progress=progress)
    kl = divergence(batch).sum(1).mean()
    terms = CapacityLoss(gamma=3, capacity=8, growth=growth)(batch)
    reconstruction = np.mean(batch.weights.numpy() * 16 * cross_entropy(batch))
    expected = reconstruction + 3 * abs(kl - capacity)
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-12)
    assert terms["kl"].item() == pytest.approx(kl, rel=1e-12)


@pytest.mark.parametrize(("capacity", "sign"), [(0, 1), (50, -1)])
def test_a_capacity_pulls_the_divergence_towards_it(random_batch, capacity, sign):
    batch = random_batch(weights=False)
    mean = batch.mean.requires_grad_()
    CapacityLoss(gamma=2, capacity=capacity)(batch)["loss"].backward()
    assert torch.allclose(mean.grad, sign * 2 * mean / len(mean))


def entanglement_by_pair(mean):
    """E of each image, (n,)."""
    pairs = [(i, j) for j in range(mean.shape[1]) for i in range(j)]
    return np.mean([np.abs(mean[:, i] * mean[:, j]) for i, j in pairs], axis=0)


@pytest.mark.parametrize(
    "base", [ELBOLoss(0.3), OriginalLoss(), BetaVAELoss(4), AutoencoderLoss(), None]
)
def test_entanglement_is_added_to_any_base(random_batch, base):
    batch = random_batch(count=6, latent=4)
    entanglement = entanglement_by_pair(batch.mean.numpy())
    terms = EntanglementLoss(entanglement=0.7, base=base)(batch)
    if base is None:  # the loss of the second experiment
        bce, kl = cross_entropy(batch), 2 * divergence(batch).mean(1)
        weighted = np.mean(batch.weights.numpy() * (bce + 0.001 * kl))
        plain = {"loss": weighted, "bce": bce.mean(), "kl": kl.mean()}
    else:
        plain = {name: value.item() for name, value in base(batch).items()}
    added = 0.7 * np.mean(batch.weights.numpy() * entanglement)
    expected = plain | {"loss": plain["loss"] + added, "entanglement": entanglement.mean()}
    assert {name: value.item() for name, value in terms.items()} == pytest.approx(expected)
    standard = EntanglementLoss(kl=0.02, entanglement=0)(batch)["loss"]
    assert standard == OriginalLoss(0.02)(batch)["loss"] / 2


def covariance_by_entry(mean):
    n, d = mean.shape
    away = [[mean[k, i] - sum(mean[:, i]) / n for i in range(d)] for k in range(n)]
    pairs = [[sum(row[i] * row[j] for row in away) / n for j in range(d)] for i in range(d)]
    return np.array(pairs)


@pytest.mark.parametrize("base", [ELBOLoss(0.3), ELBOLoss(2, "sum"), AutoencoderLoss()])
@pytest.mark.parametrize("latent", [2, 5])
def test_the_squared_covariances_of_pairs_are_added(random_batch, base, latent):
    batch = random_batch(latent=latent)
    matrix = covariance_by_entry(batch.mean.numpy())
    expected = np.sum(np.triu(matrix, 1) ** 2)
    terms = CovarianceLoss(0.7, base)(batch)
    assert terms["covariance"].item() == pytest.approx(expected, rel=1e-12)
    loss = base(batch)["loss"].item() + 0.7 * expected
    assert terms["loss"].item() == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize(("variant", "ratio"), [("I", 10), ("II", 1)])
@pytest.mark.parametrize("latent", [1, 2, 4])
@pytest.mark.parametrize("base", [ELBOLoss(1, "sum"), AutoencoderLoss()])
def test_dip_is_the_formula_of_the_paper(random_batch, variant, ratio, latent, base):
    batch = random_batch(count=7, latent=latent)
    matrix = covariance_by_entry(batch.mean.numpy())
    if variant == "II":
        matrix += np.diag(np.exp(batch.log_variance.numpy()).mean(axis=0))
    diagonal = np.sum((np.diag(matrix) - 1) ** 2)
    off = np.sum(matrix**2) - np.sum(np.diag(matrix) ** 2)
    terms = DIPVAELoss(variant, 3.0, 0.5, base)(batch)
    assert terms["off_diagonal"].item() == pytest.approx(off, rel=1e-12, abs=1e-12)
    assert terms["diagonal"].item() == pytest.approx(diagonal, rel=1e-12)
    expected = base(batch)["loss"].item() + 3 * off + 0.5 * diagonal
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-12)
    # The diagonal weighs as in the paper unless it is given.
    implied = DIPVAELoss(variant, 3.0, base=base)(batch)["loss"]
    assert implied == DIPVAELoss(variant, 3.0, 3.0 * ratio, base)(batch)["loss"]
