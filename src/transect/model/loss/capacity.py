"""The β-VAE with a capacity that grows.

    Σ_pixels BCE + γ |KL − C|        (Burgess et al. 2018, eq. 8)

where C grows linearly from 0 over training.
"""

from dataclasses import dataclass

from torch import Tensor

from transect.model.loss.base import Batch, Loss
from transect.model.loss.terms import (
    REDUCTIONS,
    Reduction,
    check_choice,
    check_coefficient,
    check_share,
    cross_entropy,
    divergence,
    pixels,
    ramp,
    weighted_mean,
)


@dataclass(frozen=True)
class CapacityLoss(Loss):
    """β-VAE with a capacity: mean over the batch of w Σ BCE, plus gamma |KL − C|, where C grows.

    KL is the mean over the batch: capacity is a property of the whole code, and one that holds for
    each image would put all codes of a constant σ on one sphere. It isn't weighted. A constant σ
    can't have less than ½ d (σ² − ln σ² − 1) nats, 1.8 per latent for σ = 0.1.

    Attributes:
        gamma: γ. The paper has 1000, and far more steps; with few of them a large γ reaches C by
            the noise alone, and the codes carry no information.
        capacity: The final C, nats per image.
        growth: The share of training over which C grows; 0 has the final C from the start.
        reduction: Whether BCE is the "sum" over pixels or their mean, "pixel".

    Raises:
        ValueError: A number is out of range or the reduction is unknown.
    """

    gamma: float = 10.0
    capacity: float = 25.0
    growth: float = 1.0
    reduction: Reduction = "sum"

    def __post_init__(self) -> None:
        check_coefficient("gamma", self.gamma)
        check_coefficient("capacity", self.capacity)
        check_share("growth", self.growth)
        check_choice("reduction", self.reduction, REDUCTIONS)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return "loss", "bce" (nats per pixel) and "kl" (nats per image); see `Loss`."""
        bce = cross_entropy(batch.truth, batch.logits)
        kl = divergence(batch.mean, batch.log_variance).sum(1).mean()
        distance = (kl - self.capacity * ramp(batch.progress, self.growth)).abs()
        reconstruction = pixels(batch, self.reduction) * weighted_mean(bce, batch.weights)
        return {"loss": reconstruction + self.gamma * distance, "bce": bce.mean(), "kl": kl}
