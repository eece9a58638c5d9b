"""The β-TC-VAE, which splits the KL term of the ELBO in three and weighs one.

    Σ_pixels BCE + α I(z; x) + β KL(q(z) ‖ Π_j q(z_j)) + γ Σ_j KL(q(z_j) ‖ p(z_j))

(Chen et al. 2018, eq. 4). Each is an expectation over one sample z of every image, in which
ln q(z) and ln q(z_j) are estimated from the batch (section 4.1 and appendix C).
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor

from transect.model.loss.base import Batch, Loss
from transect.model.loss.terms import (
    REDUCTIONS,
    Reduction,
    check_choice,
    check_coefficient,
    cross_entropy,
    pixels,
    weighted_mean,
)

Estimator = Literal["weighted", "stratified"]


@dataclass(frozen=True)
class BetaTCVAELoss(Loss):
    """β-TC-VAE: mean over the batch of w (Σ BCE + alpha I + beta TC + gamma D).

    The KL term comes in three parts: I is the mutual information of code and image, TC the total
    correlation of the latents, D the divergence of each latent from its prior, all in nats per
    image, summed over latents. With batches of n images out of N, ln q is estimated by

    - "weighted": ln 1/(nN) Σ_k q(z|x_k), minibatch-weighted sampling. It is too small by ln n where
      codes stand alone and by ln N where they crowd, and TC is too large by some d − 1 times that,
      so that only its differences count.
    - "stratified": weight 1/N for the image that z is of, and the rest over the others, minibatch
      stratified sampling. It has no bias in q, only in its logarithm, and a larger variance.

    Their sum I + TC + D is an estimate of KL that no estimator of q changes. With several processes
    each has the images of its share.

    Attributes:
        beta: β, of the total correlation.
        alpha: α, of the mutual information.
        gamma: γ, of the divergence of each latent from its prior.
        estimator: "weighted" or "stratified".
        reduction: Whether BCE is the "sum" over pixels, as in the paper, or their mean, "pixel".

    Raises:
        ValueError: A coefficient is negative or not finite, or a word is unknown.
    """

    beta: float = 4.0
    alpha: float = 1.0
    gamma: float = 1.0
    estimator: Estimator = "weighted"
    reduction: Reduction = "sum"

    def __post_init__(self) -> None:
        for name in ("beta", "alpha", "gamma"):
            check_coefficient(name, getattr(self, name))
        check_choice("estimator", self.estimator, get_args(Estimator))
        check_choice("reduction", self.reduction, REDUCTIONS)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return "loss", "bce" (nats per pixel) and three terms in nats per image; see `Loss`.

        These are "mutual_information", "total_correlation" and "latent_kl".
        """
        bce = cross_entropy(batch.truth, batch.logits)
        # Row i holds ln q(z_i | x_k) of every image k.
        densities = _log_normal(batch.codes[:, None], batch.mean, batch.log_variance)
        log_weights = self._weights(densities[:, :, 0], batch.dataset_size).log()
        own = densities.diagonal().sum(0)
        joint = torch.logsumexp(log_weights + densities.sum(2), 1)
        product = torch.logsumexp(log_weights[:, :, None] + densities, 1).sum(1)
        zero = torch.zeros_like(batch.codes)
        prior = _log_normal(batch.codes, zero, zero).sum(1)
        terms = {
            "mutual_information": own - joint,
            "total_correlation": joint - product,
            "latent_kl": product - prior,
        }
        penalty = sum(c * t for c, t in zip(self._coefficients, terms.values(), strict=True))
        loss = weighted_mean(pixels(batch, self.reduction) * bce + penalty, batch.weights)
        means = {name: values.mean() for name, values in terms.items()}
        return {"loss": loss, "bce": bce.mean(), **means}

    @property
    def _coefficients(self) -> tuple[float, float, float]:
        return self.alpha, self.beta, self.gamma

    def _weights(self, like: Tensor, dataset_size: int | None) -> Tensor:
        """Return the weight of image k in the estimate of q(z_i), (n, n)."""
        count = len(like)
        size = max(dataset_size or 0, count)
        if self.estimator == "weighted":
            return torch.full_like(like, 1 / (count * size))
        others = count - 1
        if not others:
            return torch.ones_like(like)
        weights = torch.full_like(like, 1 / others)
        rows = torch.arange(count, device=like.device)
        weights[rows, rows] = 1 / size
        # What the weights of the batch lack of 1 is put on one of the others.
        weights[rows, (rows + 1) % count] = (size - others) / (size * others)
        return weights


def _log_normal(values: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return the logarithm of the density of N(mean, exp log_variance)."""
    square = (values - mean).square() / log_variance.exp()
    return -(square + log_variance + math.log(2 * math.pi)) / 2
