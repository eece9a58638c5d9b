from dataclasses import replace

import numpy as np
import pytest
import torch

from transect.model import (
    BetaVAELoss,
    ELBOLoss,
    FactorVAELoss,
    seeded,
)
from transect.model.loss.factor_vae import permute_latents


def critic_of(loss, latent, seed=0):
    with seeded(seed):
        return loss.needs(latent).critic


def perceptron(critic, values):
    """The logits of a discriminator of these weights, layer by layer in float64."""
    weights = [value.detach().double().numpy() for value in critic]
    for k in range(0, len(weights), 2):
        values = values @ weights[k].T + weights[k + 1]
        if k + 2 < len(weights):
            values = np.where(values > 0, values, 0.2 * values)
    return values[:, 0]


def test_the_penalty_is_the_log_ratio_of_the_discriminator(random_batch):
    loss = FactorVAELoss(gamma=7, width=8, layers=3)
    critic = critic_of(loss, 3).double()
    batch = random_batch(critic=critic)
    d = 1 / (1 + np.exp(-perceptron(critic.parameters(), batch.codes.numpy())))
    ratio = np.log(d / (1 - d))
    terms = loss(batch)
    assert terms["total_correlation"].item() == pytest.approx(ratio.mean(), rel=1e-9)
    expected = ELBOLoss(1, "sum")(batch)["loss"].item() + np.mean(7 * batch.weights.numpy() * ratio)
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-9)


def test_the_discriminator_is_that_of_the_paper():
    critic = critic_of(FactorVAELoss(width=1000), 10)
    shapes = [tuple(value.shape) for value in critic.parameters() if value.ndim == 2]
    assert shapes == [(1000, 10), *[(1000, 1000)] * 4, (1, 1000)]
    assert critic.optimizer.defaults["lr"] == 1e-4
    assert critic.optimizer.defaults["betas"] == (0.5, 0.9)


def test_permuting_keeps_every_latent_and_breaks_their_bond():
    codes = torch.arange(300.0).reshape(100, 3)
    with seeded(1):
        permuted = permute_latents(codes)
    assert torch.equal(permuted.sort(0).values, codes)
    rows = permuted // 3
    assert not torch.equal(rows[:, 0], rows[:, 1])
    assert not torch.equal(rows[:, 1], rows[:, 2])


def test_learning_follows_the_gradient_of_algorithm_two():
    """A linear discriminator has a closed gradient, and Adam's first step its sign."""
    critic = critic_of(FactorVAELoss(layers=1, learning_rate=0.01), 2)
    codes = torch.from_numpy(np.random.default_rng(0).standard_normal((9, 2))).float()
    with seeded(4):
        permuted = permute_latents(codes).numpy()
    before = [value.detach().clone() for value in critic.parameters()]
    z = codes.numpy()
    with seeded(4):
        critic.learn(codes)

    def sigmoid(values):
        return 1 / (1 + np.exp(-values))

    real, fake = (perceptron(before, values) for values in (z, permuted))
    slope = (
        -np.mean((1 - sigmoid(real))[:, None] * z, 0)
        + np.mean(sigmoid(fake)[:, None] * permuted, 0)
    ) / 2
    bias = (-np.mean(1 - sigmoid(real)) + np.mean(sigmoid(fake))) / 2
    moved = [
        (new.detach() - old).numpy() for new, old in zip(critic.parameters(), before, strict=True)
    ]
    assert moved[0][0] == pytest.approx(-0.01 * np.sign(slope), rel=1e-3)
    assert moved[1] == pytest.approx(-0.01 * np.sign(bias), rel=1e-3)


def test_what_the_model_leaves_does_not_reach_the_discriminator(random_batch):
    loss = FactorVAELoss(width=8, layers=3)
    clean, used = critic_of(loss, 3).double(), critic_of(loss, 3).double()
    batch = random_batch(critic=used)
    codes = batch.codes.clone()
    loss(replace(batch, codes=batch.codes.requires_grad_()))["loss"].backward()
    for critic in (clean, used):
        with seeded(2):
            critic.learn(codes)
    for first, second in zip(clean.parameters(), used.parameters(), strict=True):
        assert torch.equal(first, second)


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_a_trained_discriminator_knows_the_total_correlation_of_gaussians(correlation):
    random = np.random.default_rng(0)
    critic = critic_of(FactorVAELoss(width=32, layers=3, learning_rate=3e-3), 2)

    def draw(count):
        cov = [[1, correlation], [correlation, 1]]
        return torch.from_numpy(random.multivariate_normal([0, 0], cov, count)).float()

    with seeded(0):
        for _ in range(400):
            critic.learn(draw(256))
    found = critic(draw(20_000)).mean().item()
    assert found == pytest.approx(-0.5 * np.log(1 - correlation**2), abs=0.1)


def test_it_stands_on_any_base_and_needs_its_critic(random_batch):
    loss = FactorVAELoss(gamma=0, width=8, base=BetaVAELoss(4, warm_up=0.5))
    batch = random_batch(progress=0.25, critic=critic_of(loss, 3).double())
    assert loss(batch)["loss"] == ELBOLoss(2, "sum")(batch)["loss"]
    with pytest.raises(ValueError, match="needs the critic"):
        loss(random_batch())
