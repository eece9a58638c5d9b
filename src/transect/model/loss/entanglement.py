"""The entanglement term of the second original experiment.

    E = 2/(d(d−1)) Σ_{i<j} mean |μ_i μ_j|

It is 0 when each code lies on an axis. It is a mean over images and pairs of latents.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from transect.model.loss.base import Batch, Loss, Needs, check_loss
from transect.model.loss.original import OriginalLoss
from transect.model.loss.terms import check_coefficient, weighted_mean

ORIGINAL_KL = 0.001


@dataclass(frozen=True)
class EntanglementLoss(Loss):
    """Mean over the batch of w (BCE + kl KL + entanglement E), as in the second experiment.

    BCE and KL are those of `OriginalLoss`: means over pixels and over latents. `base` puts any
    other loss in their place. E = 2/(d(d−1)) Σ_{i<j} |μ_i μ_j| is the mean over pairs of latents,
    and 0 for a single latent.

    Attributes:
        kl: Coefficient of KL, 0.001 as in the experiment by default; None beside `base`.
        entanglement: Coefficient of E; with 0 it is the experiment's standard loss.
        base: The loss to which w entanglement E is added, instead of w (BCE + kl KL).

    Raises:
        ValueError: A coefficient is negative or not finite, `base` is no loss, or both `kl` and
            `base` are given.
    """

    kl: float | None = None
    entanglement: float = 0.0001
    base: Loss | None = None

    def __post_init__(self) -> None:
        check_coefficient("entanglement", self.entanglement)
        if self.kl is not None:
            check_coefficient("kl", self.kl)
        if self.base is not None:
            check_loss("base", self.base)
            if self.kl is not None:
                raise ValueError(f"give kl to the base or leave the base out, got kl={self.kl}")

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return the terms of the base or "bce" and "kl", and "entanglement"; see `Loss`."""
        terms = self._without(batch)
        values = _entanglement(batch.mean)
        loss = terms["loss"] + self.entanglement * weighted_mean(values, batch.weights)
        return terms | {"loss": loss, "entanglement": values.mean()}

    def needs(self, latent: int) -> Needs:
        """Return what the base needs."""
        return Needs() if self.base is None else self.base.needs(latent)

    def _without(self, batch: Batch) -> dict[str, Tensor]:
        if self.base is not None:
            return self.base(batch)
        terms = OriginalLoss(ORIGINAL_KL if self.kl is None else self.kl)(batch)
        # The second experiment lacks the factor 2 of the first.
        return terms | {"loss": terms["loss"] / 2}


def _entanglement(mean: Tensor) -> Tensor:
    first, second = torch.triu_indices(mean.shape[1], mean.shape[1], offset=1)
    products = (mean[:, first] * mean[:, second]).abs()
    return products.mean(1) if len(first) else mean.new_zeros(len(mean))
