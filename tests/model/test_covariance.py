from dataclasses import replace

import numpy as np
import pytest
import torch

from transect.model import AutoencoderLoss, CovarianceLoss, ELBOLoss, Needs


def covariance_penalty_by_pair(mean):
    n, d = mean.shape
    centers = [sum(mean[k, i] for k in range(n)) / n for i in range(d)]
    total = 0.0
    for i in range(d):
        for j in range(i + 1, d):
            moments = [(mean[k, i] - centers[i]) * (mean[k, j] - centers[j]) for k in range(n)]
            total += (sum(moments) / n) ** 2
    return total


@pytest.mark.parametrize("base", [ELBOLoss(0.3), ELBOLoss(2, "sum"), AutoencoderLoss()])
@pytest.mark.parametrize("latent", [2, 5])
def test_it_adds_the_squared_covariances_of_pairs(random_batch, base, latent):
    batch = random_batch(latent=latent)
    expected = covariance_penalty_by_pair(batch.mean.numpy())

    terms = CovarianceLoss(0.7, base)(batch)

    assert terms["covariance"].item() == pytest.approx(expected, rel=1e-12)
    loss = base(batch)["loss"].item() + 0.7 * expected
    assert terms["loss"].item() == pytest.approx(loss, rel=1e-12)


def test_neither_the_origin_nor_variances_alone_matter(random_batch):
    mean = torch.tensor([[1.0, 1], [1, -1], [-1, 1], [-1, -1]], dtype=torch.float64)
    batch = random_batch(count=4, latent=2)
    stretched = mean * torch.tensor([3.0, 0.2]) + torch.tensor([5.0, -7.0])

    assert CovarianceLoss()(replace(batch, mean=stretched))["covariance"] == pytest.approx(0)
    angle = torch.tensor(0.3)
    c, s = torch.cos(angle), torch.sin(angle)
    turned = stretched @ torch.stack([torch.stack([c, -s]), torch.stack([s, c])]).double()
    assert CovarianceLoss()(replace(batch, mean=turned))["covariance"] > 0.1


@pytest.mark.parametrize(("count", "latent"), [(1, 3), (5, 1), (1, 1)])
def test_one_image_or_one_latent_has_none(random_batch, count, latent):
    assert CovarianceLoss()(random_batch(count=count, latent=latent))["covariance"] == 0


def test_its_gradient_is_that_of_finite_differences(random_batch):
    batch = random_batch(count=4, latent=3)

    def penalty(mean):
        return CovarianceLoss()(replace(batch, mean=mean))["covariance"]

    assert torch.autograd.gradcheck(penalty, batch.mean.requires_grad_())


def test_lowering_it_decorrelates(random_batch):
    mean = random_batch(count=50, latent=2).mean @ torch.tensor([[1.0, 0.9], [0, 0.4]]).double()
    before = np.corrcoef(mean.numpy().T)[0, 1]
    mean.requires_grad_()
    batch = random_batch(count=50, latent=2)
    for _ in range(200):
        penalty = CovarianceLoss()(replace(batch, mean=mean))["covariance"]
        (slope,) = torch.autograd.grad(penalty, mean)
        mean = (mean - 5 * slope).detach().requires_grad_()

    assert before > 0.8
    assert abs(np.corrcoef(mean.detach().numpy().T)[0, 1]) < 0.02


def test_it_needs_what_its_base_needs_and_refuses_what_is_none():
    assert CovarianceLoss(base=AutoencoderLoss()).needs(2) == Needs(noise=False)
    with pytest.raises(ValueError, match="covariance must be a finite number"):
        CovarianceLoss(float("inf"))
    with pytest.raises(ValueError, match=r"base must be a loss, .* got {'kl': 1}"):
        CovarianceLoss(base={"kl": 1})
