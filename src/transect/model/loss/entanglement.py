"""The loss of the second original experiment."""

from dataclasses import dataclass

import torch
from torch import Tensor

from transect.model.loss.base import Loss
from transect.model.loss.terms import check_coefficient, cross_entropy, divergence, weighted_mean


@dataclass(frozen=True)
class EntanglementLoss(Loss):
    """Mean over the batch of w (BCE + kl KL + entanglement E), as in the second experiment.

    BCE and KL are those of `OriginalLoss`. E = 2/(d(d−1)) Σ_{i<j} |μ_i μ_j| is the mean over pairs
    of latents; it is 0 when each code lies on an axis, and 0 for a single latent.

    Attributes:
        kl: Coefficient of KL.
        entanglement: Coefficient of E.

    Raises:
        ValueError: A coefficient is negative or not finite.
    """

    kl: float = 0.001
    entanglement: float = 0.0001

    def __post_init__(self) -> None:
        check_coefficient("kl", self.kl)
        check_coefficient("entanglement", self.entanglement)

    def __call__(
        self,
        truth: Tensor,
        logits: Tensor,
        mean: Tensor,
        log_variance: Tensor,
        weights: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Return "loss" and its terms "bce", "kl", "entanglement"; see `Loss`."""
        bce = cross_entropy(truth, logits)
        kl = 2 * divergence(mean, log_variance).mean(1)
        entanglement = _entanglement(mean)
        loss = weighted_mean(bce + self.kl * kl + self.entanglement * entanglement, weights)
        terms = {"bce": bce, "kl": kl, "entanglement": entanglement}
        return {"loss": loss, **{name: values.mean() for name, values in terms.items()}}


def _entanglement(mean: Tensor) -> Tensor:
    first, second = torch.triu_indices(mean.shape[1], mean.shape[1], offset=1)
    products = (mean[:, first] * mean[:, second]).abs()
    return products.mean(1) if len(first) else mean.new_zeros(len(mean))
