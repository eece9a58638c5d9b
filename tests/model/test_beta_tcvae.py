from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm

from transect.model import BetaTCVAELoss, ELBOLoss

NAMES = ("mutual_information", "total_correlation", "latent_kl")


def stratified_weights(own, others, size):
    """Weights for 1 + M images of N (Chen et al. 2018, appendix C.2), by position."""
    m = len(others)
    weights = {own: 1 / size}
    for k in others[:-1]:
        weights[k] = 1 / m
    weights[others[-1]] = (size - m) / (size * m)
    return weights


def tc_terms(batch, size, estimator):
    """The three terms, one density at a time."""
    z, mean = batch.codes.numpy(), batch.mean.numpy()
    deviation = np.exp(batch.log_variance.numpy() / 2)
    n, d = z.shape
    terms = np.zeros((n, 3))
    for i in range(n):
        if estimator == "weighted":
            weights = dict.fromkeys(range(n), 1 / (n * size))
        else:
            # Any one of the others may have the odd weight.
            weights = stratified_weights(
                i, [(i + k) % n for k in range(2, n)] + [(i + 1) % n], size
            )
        densities = np.array(
            [[norm.pdf(z[i, j], mean[k, j], deviation[k, j]) for j in range(d)] for k in range(n)]
        )
        joint = np.log(sum(weights[k] * np.prod(densities[k]) for k in range(n)))
        single = [np.log(sum(weights[k] * densities[k, j] for k in range(n))) for j in range(d)]
        own = np.log(np.prod(densities[i]))
        prior = sum(norm.logpdf(z[i, j]) for j in range(d))
        terms[i] = own - joint, joint - sum(single), sum(single) - prior
    return terms


@pytest.mark.parametrize("estimator", ["weighted", "stratified"])
@pytest.mark.parametrize(("count", "latent"), [(2, 3), (6, 2), (5, 1)])
def test_it_is_the_formula_of_the_paper(random_batch, estimator, count, latent):
    batch = random_batch(count=count, latent=latent, dataset_size=40)
    terms = tc_terms(batch, 40, estimator)
    loss = BetaTCVAELoss(6.0, 0.5, 2.0, estimator, "sum")
    found = loss(batch)
    for name, value in zip(NAMES, terms.mean(0), strict=True):
        assert found[name].item() == pytest.approx(value, rel=1e-10, abs=1e-12)
    w = batch.weights.numpy()
    bce = ELBOLoss(0, "sum")(batch)["loss"].item()
    expected = bce + np.mean(w * (terms @ [0.5, 6.0, 2.0]))
    assert found["loss"].item() == pytest.approx(expected, rel=1e-10)
    if latent == 1:
        assert found["total_correlation"].item() == pytest.approx(0, abs=1e-12)


def gaussian_batch(random_batch, correlation, count=1500, deviation=0.5):
    """Codes whose mixture is all but a Gaussian of this correlation; and its total correlation."""
    random = np.random.default_rng(1)
    mean = random.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], count)
    codes = mean + deviation * random.standard_normal((count, 2))
    batch = random_batch(count=count, latent=2, weights=False, dataset_size=count)
    effective = correlation / (1 + deviation**2)
    changed = replace(
        batch,
        mean=torch.from_numpy(mean),
        log_variance=torch.full((count, 2), 2 * np.log(deviation), dtype=torch.float64),
        codes=torch.from_numpy(codes),
    )
    return changed, -0.5 * np.log(1 - effective**2)


@pytest.mark.parametrize("correlation", [0.0, 0.6, 0.95])
def test_total_correlation_of_gaussians(random_batch, correlation):
    batch, expected = gaussian_batch(random_batch, correlation)
    stratified = BetaTCVAELoss(estimator="stratified")(batch)["total_correlation"].item()
    weighted = BetaTCVAELoss(estimator="weighted")(batch)["total_correlation"].item()
    assert stratified == pytest.approx(expected, abs=0.04)
    # With the whole dataset in the batch, weighted sampling divides by N once too often.
    assert weighted - np.log(1500) == pytest.approx(expected, abs=0.04)


def test_the_three_terms_sum_to_one_estimate_of_the_divergence(random_batch):
    batch = random_batch(count=1, latent=2)
    random = np.random.default_rng(3)
    count = 1500
    mean, log_variance = (value.expand(count, 2) for value in (batch.mean, batch.log_variance))
    noise = torch.from_numpy(random.standard_normal((count, 2)))
    many = replace(
        random_batch(count=count, latent=2, dataset_size=9000),
        mean=mean,
        log_variance=log_variance,
        codes=mean + torch.exp(log_variance / 2) * noise,
    )
    expected = ELBOLoss()(many)["kl"].item()
    sums = [
        sum(BetaTCVAELoss(estimator=name)(many)[term].item() for term in NAMES)
        for name in ("weighted", "stratified")
    ]
    assert sums[0] == pytest.approx(sums[1], rel=1e-9)
    assert sums[0] == pytest.approx(expected, abs=0.15)


def test_codes_far_from_each_other_stay_finite(random_batch):
    batch = random_batch(count=4, dataset_size=10)
    mean = (1e3 * batch.mean).requires_grad_()
    apart = replace(batch, mean=mean, codes=mean + 0.01)
    loss = BetaTCVAELoss()(replace(apart, log_variance=torch.full_like(mean, -9)))["loss"]
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.all(torch.isfinite(mean.grad))
