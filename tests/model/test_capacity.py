from dataclasses import replace

import numpy as np
import pytest
import torch

from transect.model import CapacityLoss


def capacity_reference(batch, gamma, capacity):
    x, logits = batch.truth.numpy(), batch.logits.numpy()
    mean, log_variance = batch.mean.numpy(), batch.log_variance.numpy()
    total = divergence = 0.0
    for k in range(len(x)):
        bce = np.sum(np.log1p(np.exp(logits[k])) - x[k] * logits[k])
        total += batch.weights.numpy()[k] * bce / len(x)
        kl = 0.5 * np.sum(mean[k] ** 2 + np.exp(log_variance[k]) - log_variance[k] - 1)
        divergence += kl / len(x)
    return total + gamma * abs(divergence - capacity), divergence


@pytest.mark.parametrize(
    ("progress", "growth", "capacity"), [(0.25, 0.5, 4), (0.5, 0.5, 8), (0.9, 0.5, 8), (0, 0, 8)]
)
def test_it_is_the_formula_of_the_paper(random_batch, progress, growth, capacity):
    batch = random_batch(progress=progress)
    expected, kl = capacity_reference(batch, 3, capacity)

    terms = CapacityLoss(gamma=3, capacity=8, growth=growth)(batch)

    assert terms["loss"].item() == pytest.approx(expected, rel=1e-12)
    assert terms["kl"].item() == pytest.approx(kl, rel=1e-12)


@pytest.mark.parametrize(("capacity", "sign"), [(0, 1), (50, -1)])
def test_it_pulls_the_divergence_towards_the_capacity(random_batch, capacity, sign):
    batch = random_batch(weights=False)
    mean = batch.mean.requires_grad_()

    CapacityLoss(gamma=2, capacity=capacity)(replace(batch, mean=mean))["loss"].backward()

    assert torch.allclose(mean.grad, sign * 2 * mean / len(mean))


def test_at_its_capacity_it_costs_nothing(random_batch):
    batch = random_batch()
    _, kl = capacity_reference(batch, 0, 0)

    there = CapacityLoss(gamma=1e3, capacity=kl)(batch)["loss"]

    assert there.item() == pytest.approx(CapacityLoss(gamma=0)(batch)["loss"].item(), rel=1e-9)


def test_per_pixel_it_is_the_sum_over_their_number(random_batch):
    batch = random_batch(size=5)

    per_pixel = CapacityLoss(gamma=4, reduction="pixel")(batch)["loss"]

    summed = CapacityLoss(gamma=100)(batch)["loss"]
    assert 25 * per_pixel.item() == pytest.approx(summed.item(), rel=1e-12)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"gamma": -1}, "gamma must be a finite number"),
        ({"capacity": float("inf")}, "capacity must be a finite number"),
        ({"growth": -0.1}, "growth must be a share of training"),
        ({"reduction": "mean"}, "unknown reduction 'mean'"),
    ],
)
def test_impossible_options_of_a_capacity_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        CapacityLoss(**wrong)
