"""The evidence lower bound, with a coefficient on its KL term.

Two conventions are in use, and a coefficient has no meaning without one of them:

    sum:    Σ_pixels BCE + β KL          (Kingma & Welling 2014, eq. 10; Higgins et al. 2017, eq. 4)
    pixel:  mean_pixels BCE + k KL

with KL = ½ Σ_latents (μ² + σ² − ln σ² − 1) in both. They have the same minima when β = k · h · w.
"""

from dataclasses import dataclass

from torch import Tensor

from transect.model.loss.base import Batch, Loss
from transect.model.loss.terms import (
    REDUCTIONS,
    Reduction,
    check_choice,
    check_coefficient,
    cross_entropy,
    divergence,
    pixels,
    weighted_mean,
)


@dataclass(frozen=True)
class ELBOLoss(Loss):
    """Mean over the batch of w (BCE + kl KL), the negative evidence lower bound if kl fits.

    KL = ½ Σ_latents (μ² + σ² − ln σ² − 1), nats per image. `reduction` says what BCE is: "pixel",
    the mean over pixels, or "sum", their sum. To convert a coefficient, with P pixels (h · w) and
    d latents:

    - β of a β-VAE, or any library that sums over pixels: reduction="sum", kl=β; the same minima
      as reduction="pixel", kl=β/P.
    - `OriginalLoss(kl=k)`: reduction="pixel", kl=2k/d, but for its constant factor 2.
    - "c times the mean over latents of μ²", with a constant σ: reduction="pixel", kl=2c/d; the
      gradients are the same, since the other terms of KL are constant then.

    Attributes:
        kl: Coefficient of KL.
        reduction: "pixel" or "sum".

    Raises:
        ValueError: `kl` is negative or not finite, or the reduction is unknown.
    """

    kl: float = 1e-4
    reduction: Reduction = "pixel"

    def __post_init__(self) -> None:
        check_coefficient("kl", self.kl)
        check_choice("reduction", self.reduction, REDUCTIONS)

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """Return "loss", "bce" (nats per pixel) and "kl" (nats per image); see `Loss`."""
        bce = cross_entropy(batch.truth, batch.logits)
        kl = divergence(batch.mean, batch.log_variance).sum(1)
        values = pixels(batch, self.reduction) * bce + self.kl * kl
        return {"loss": weighted_mean(values, batch.weights), "bce": bce.mean(), "kl": kl.mean()}
