import numpy as np
import pytest

from transect.model import BetaVAELoss, ELBOLoss


def elbo_sums(batch):
    """The summed cross-entropy and KL of each image, number by number."""
    x, logits = batch.truth.numpy(), batch.logits.numpy()
    mean, log_variance = batch.mean.numpy(), batch.log_variance.numpy()
    bce, kl = np.zeros(len(x)), np.zeros(len(x))
    for k in range(len(x)):
        for t, u in zip(x[k].ravel(), logits[k].ravel(), strict=True):
            bce[k] += np.log1p(np.exp(u)) - t * u
        for m, v in zip(mean[k], log_variance[k], strict=True):
            kl[k] += 0.5 * (m**2 + np.exp(v) - v - 1)
    return bce, kl


def test_a_constant_beta_weighs_the_summed_divergence(random_batch):
    batch = random_batch()
    bce, kl = elbo_sums(batch)

    terms = BetaVAELoss(beta=2.5)(batch)

    expected = np.mean(batch.weights.numpy() * (bce + 2.5 * kl))
    assert terms["loss"].item() == pytest.approx(expected, rel=1e-12)
    assert terms["kl"].item() == pytest.approx(kl.mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("progress", "share"), [(0, 0), (0.1, 0.25), (0.3, 0.75), (0.4, 1), (0.7, 1), (1, 1)]
)
def test_an_annealed_beta_grows_to_its_height_and_stays(random_batch, progress, share):
    batch = random_batch(progress=progress, weights=False)
    bce, kl = elbo_sums(batch)

    terms = BetaVAELoss(beta=4, warm_up=0.4)(batch)

    assert terms["loss"].item() == pytest.approx(np.mean(bce + 4 * share * kl), rel=1e-12)


def test_the_constant_form_is_the_same_at_any_time(random_batch):
    losses = {BetaVAELoss()(random_batch(progress=p))["loss"].item() for p in (0, 0.5, 1)}

    assert losses == {ELBOLoss(4, "sum")(random_batch())["loss"].item()}


def test_beta_converts_between_sums_and_means(random_batch):
    batch = random_batch(size=5)

    per_pixel = BetaVAELoss(4 / 25, reduction="pixel")(batch)["loss"]

    assert 25 * per_pixel.item() == pytest.approx(BetaVAELoss(4)(batch)["loss"].item(), rel=1e-12)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"beta": -1}, "beta must be a finite number from 0 up, got -1"),
        ({"warm_up": 1.5}, r"warm_up must be a share of training from 0 to 1, got 1\.5"),
        ({"reduction": "mean"}, "unknown reduction 'mean'; choose from pixel, sum"),
    ],
)
def test_impossible_options_of_a_beta_vae_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        BetaVAELoss(**wrong)
